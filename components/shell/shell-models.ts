export type NavIcon = 'access' | 'request' | 'approvals' | 'dashboard' | 'findings' | 'people' | 'record' | 'health' | 'reports' | 'reviews' | 'assessment' | 'catalogue'

export type NavItem = {
  href: string
  label: string
  icon: NavIcon
  count?: number
  /** What is counted, for readers: "waiting for you", "open". */
  countLabel?: string
}

export type Theme = 'light' | 'dark' | 'system'

export type ShellPerson = { name: string; email: string; roles: string[] }

/** What `GET /api/palette` answers. Items with an address are gone to; that is all a palette does. */
export type PaletteItem = { id: string; label: string; href: string; hint?: string; keywords?: string[] }
export type PaletteGroup = { heading: string; items: PaletteItem[] }
export type PaletteResponse = { groups: PaletteGroup[] }
