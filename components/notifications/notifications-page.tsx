import { Bell, CircleAlert, CircleCheck, Clock, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import type { Live } from '../live/live-store.ts'
import type { Action } from '../models.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { LinkButton } from '../ui/button.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination, type PaginationModel } from '../ui/pagination.tsx'
import { RelativeTime } from '../ui/time.tsx'

export type NotificationModel = { id: string; title: string; detail: string; href: string; tone: 'calm' | 'soon' | 'bad'; at: string; read: boolean }
type Props = { now: string; notifications: NotificationModel[]; /** Of the newest that is shown: what came since is not marked unseen. */ upTo: string | null; pagination: PaginationModel; markRead: Action; live: Live }

const icons: Record<NotificationModel['tone'], { icon: LucideIcon; color: string }> = {
  calm: { icon: CircleCheck, color: 'text-ink-3' },
  soon: { icon: Clock, color: 'text-orange-text' },
  bad: { icon: CircleAlert, color: 'text-red-text' },
}

export function NotificationsPage({ now, notifications, upTo, pagination, markRead, live }: Props): ReactNode {
  const unread = notifications.some(({ read }) => !read)
  return (
    <>
      <LiveRefresh {...live} />
      <PageHeader
        title="Notifications"
        lead="What happened to your access, and what waits for you."
        actions={
          <>
            {unread && upTo && <ActionButton label="Mark all as read" action={markRead} fields={{ upTo }} />}
            <LinkButton href="/notifications/preferences" size="sm">
              Preferences
            </LinkButton>
          </>
        }
      />
      {notifications.length === 0 ? (
        <EmptyState icon={Bell} title="Nothing yet" action={{ href: '/notifications/preferences', label: 'Choose how you are told' }}>
          Decisions about your requests, access that begins or ends, and what waits for your decision appear here.
        </EmptyState>
      ) : (
        <ul data-live-hold className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {notifications.map((notification) => (
            <Item key={notification.id} notification={notification} now={now} markRead={markRead} />
          ))}
        </ul>
      )}
      <Pagination {...pagination} label="Pages of notifications" />
    </>
  )
}

function Item({ notification: { id, title, detail, href, tone, at, read }, now, markRead }: { notification: NotificationModel; now: string; markRead: Action }): ReactNode {
  const { icon: Icon, color } = icons[tone]
  return (
    <li data-live-id={id} className="flex items-start gap-3 px-4 py-3">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${read ? 'text-ink-3' : color}`} />
      <div className="min-w-0 flex-1">
        <p className={read ? 'text-ink-2' : 'font-medium'}>
          <AppLink href={href} className="[overflow-wrap:anywhere] hover:underline">
            {title}
          </AppLink>
          {!read && <span className="ml-2 inline-block rounded-sm bg-accent-soft px-1.5 text-xs font-medium text-accent-text">New</span>}
        </p>
        <p className="mt-0.5 text-xs text-ink-2 [overflow-wrap:anywhere]">{detail}</p>
        <p className="mt-0.5 text-xs text-ink-3">
          <RelativeTime at={at} now={now} />
        </p>
      </div>
      {!read && <ActionButton label="Mark as read" action={markRead} fields={{ notificationId: id }} className="shrink-0" />}
    </li>
  )
}
