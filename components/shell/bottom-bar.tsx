import type { ReactNode } from 'react'
import { MoreMenu } from './more-menu.tsx'
import { NavIcon } from './nav-icon.tsx'
import { NavLink } from './nav-link.tsx'
import type { NavItem } from './shell-models.ts'

export const bottomItem =
  'relative flex min-w-0 flex-1 flex-col items-center justify-center gap-1 text-[0.6875rem] text-ink-3 aria-[current=page]:font-medium aria-[current=page]:text-accent-text'

/** Thumb's reach: at most four places, and the rest behind "More". */
export function BottomBar({ items }: { items: NavItem[] }): ReactNode {
  const fits = items.length <= 5
  const shown = fits ? items : items.slice(0, 4)
  return (
    <nav
      aria-label="Main, short"
      data-shell="bottom"
      className="fixed inset-x-0 bottom-0 z-30 flex h-[calc(3.5rem+env(safe-area-inset-bottom))] border-t border-line bg-surface px-1 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {shown.map((item) => (
        <NavLink key={item.href} href={item.href} className={bottomItem}>
          <NavIcon name={item.icon} />
          <span className="max-w-full truncate">{item.label}</span>
          {Boolean(item.count) && (
            <span className="tabular absolute top-1.5 left-1/2 ml-2 inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-[0.625rem] font-semibold text-accent-on">
              {item.count! > 99 ? '99+' : item.count}
              <span className="sr-only"> {item.countLabel ?? 'waiting'}</span>
            </span>
          )}
        </NavLink>
      ))}
      {!fits && <MoreMenu className={bottomItem} items={items.slice(4).map(({ href, label, count }) => ({ href, label, ...(count ? { count } : {}) }))} />}
    </nav>
  )
}
