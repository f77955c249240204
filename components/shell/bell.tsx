import { Bell as BellIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { iconButtonClass } from '../ui/button.tsx'

/** More than this is not counted. */
const most = 99

/** What somebody was told and has not read; the count is in its name too. */
export function Bell({ href, unread }: { href: string; unread: number }): ReactNode {
  const count = unread > most ? `${most}+` : String(unread)
  const label = unread > 0 ? `Notifications, ${count} unread` : 'Notifications'
  return (
    <AppLink href={href} prefetch={false} aria-label={label} data-tip={label} className={`${iconButtonClass} relative`}>
      <BellIcon aria-hidden />
      {unread > 0 && (
        <span aria-hidden className="tabular absolute top-0 right-0 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-[0.625rem] font-semibold text-accent-on">
          {count}
        </span>
      )}
    </AppLink>
  )
}
