import { KeySquare } from 'lucide-react'
import type { ReactNode } from 'react'
import { Announcer } from '../ui/announcer.tsx'
import { ClockSync } from '../ui/clock.ts'
import { Strip, type StripModel } from '../ui/strip.tsx'
import { TipLayer } from '../ui/tip-layer.tsx'
import { Bell } from './bell.tsx'
import { BottomBar } from './bottom-bar.tsx'
import { PaletteTrigger } from './palette-trigger.tsx'
import { PersonMenu } from './person-menu.tsx'
import { Rail } from './rail.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import type { NavItem, ShellPerson, Theme } from './shell-models.ts'

export type AppShellProps = {
  items: NavItem[]
  person: ShellPerson
  /** From the cookies `theme` and `rail`, so that the first paint is right. */
  theme: Theme
  railCollapsed: boolean
  paletteUrl: string
  notifications: { href: string; unread: number }
  signOutAction: (form: FormData) => void | Promise<void>
  now: string
  strips?: StripModel[]
  children: ReactNode
}

export function AppShell({ items, person, theme, railCollapsed, paletteUrl, notifications, signOutAction, now, strips = [], children }: AppShellProps): ReactNode {
  return (
    <div data-rail={railCollapsed ? 'collapsed' : 'open'} className="group/shell flex min-h-dvh">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 text-sm font-medium text-accent-on focus-visible:translate-y-0"
      >
        Skip to the content
      </a>
      <Rail items={items} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header
          data-shell="top"
          className="sticky top-0 z-20 flex h-(--top-bar) shrink-0 items-center justify-between gap-3 border-b border-line bg-bg px-4 md:px-6"
        >
          <span className="flex items-center gap-2 text-base font-semibold tracking-tight md:hidden">
            <KeySquare aria-hidden className="size-4.5 text-accent-text" />
            Latchkey
          </span>
          <div className="ml-auto flex items-center gap-2 md:w-full md:justify-between">
            <PaletteTrigger url={paletteUrl} />
            <div className="flex items-center gap-1.5">
              <Bell {...notifications} />
              <ThemeSwitch theme={theme} />
              <PersonMenu person={person} signOutAction={signOutAction} />
            </div>
          </div>
          <TipLayer />
        </header>
        {strips.length > 0 && (
          <aside aria-label="Notices about Latchkey itself">
            {strips.map((notice) => (
              <Strip key={notice.id} notice={notice} now={now} />
            ))}
          </aside>
        )}
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[88rem] flex-1 px-4 pt-5 pb-24 md:px-6 md:pt-6 md:pb-10">
          {children}
        </main>
      </div>
      <BottomBar items={items} />
      <ClockSync now={now} />
      <Announcer />
    </div>
  )
}
