import { KeySquare } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { NavIcon } from './nav-icon.tsx'
import { NavLink } from './nav-link.tsx'
import { RailToggle } from './rail-toggle.tsx'
import type { NavItem } from './shell-models.ts'

const link =
  'group/link flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:ring-1 aria-[current=page]:ring-line group-data-[rail=collapsed]/shell:justify-center group-data-[rail=collapsed]/shell:px-0'

export function Count({ item }: { item: NavItem }): ReactNode {
  if (!item.count) return null
  return (
    <span className="tabular ml-auto inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full bg-accent px-1.5 text-[0.6875rem] font-semibold text-accent-on">
      {item.count > 99 ? '99+' : item.count}
      <span className="sr-only"> {item.countLabel ?? 'waiting'}</span>
    </span>
  )
}

export function Rail({ items }: { items: NavItem[] }): ReactNode {
  return (
    <nav
      aria-label="Main"
      data-shell="rail"
      className="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col border-r border-line bg-sunken p-2 group-data-[rail=collapsed]/shell:w-13 md:flex"
    >
      <AppLink href="/" className="mb-3 flex h-8 items-center gap-2 rounded-md px-2 text-base font-semibold tracking-tight group-data-[rail=collapsed]/shell:justify-center group-data-[rail=collapsed]/shell:px-0">
        <KeySquare aria-hidden className="size-4.5 shrink-0 text-accent-text" strokeWidth={2} />
        <span className="group-data-[rail=collapsed]/shell:sr-only">Latchkey</span>
      </AppLink>
      <div className="flex flex-1 flex-col gap-0.5 overflow-y-auto p-px">
        {items.map((item) => (
          <NavLink key={item.href} href={item.href} className={link}>
            <NavIcon name={item.icon} />
            <span className="truncate group-data-[rail=collapsed]/shell:sr-only">{item.label}</span>
            <span className="contents group-data-[rail=collapsed]/shell:sr-only">
              <Count item={item} />
            </span>
          </NavLink>
        ))}
      </div>
      <RailToggle />
    </nav>
  )
}
