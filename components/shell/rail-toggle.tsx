'use client'
import { PanelLeft } from 'lucide-react'
import { useState, type ReactNode } from 'react'

/** Kept in a cookie, so that the server renders the rail as it was left. */
export function RailToggle(): ReactNode {
  const [collapsed, setCollapsed] = useState<boolean | null>(null)

  function toggle(button: HTMLButtonElement): void {
    const shell = button.closest<HTMLElement>('[data-rail]')
    if (!shell) return
    const next = shell.dataset['rail'] !== 'collapsed'
    shell.dataset['rail'] = next ? 'collapsed' : 'open'
    document.cookie = `rail=${next ? 'collapsed' : 'open'}; path=/; max-age=31536000; samesite=lax`
    setCollapsed(next)
  }

  return (
    <button
      type="button"
      aria-label="Collapse the navigation"
      aria-pressed={collapsed ?? undefined}
      onClick={(event) => toggle(event.currentTarget)}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-ink-3 hover:bg-hover hover:text-ink group-data-[rail=collapsed]/shell:justify-center group-data-[rail=collapsed]/shell:px-0"
    >
      <PanelLeft aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <span aria-hidden className="group-data-[rail=collapsed]/shell:hidden">
        Collapse
      </span>
    </button>
  )
}
