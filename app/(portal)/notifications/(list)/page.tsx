import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { NotificationsPage } from '#components/notifications/notifications-page.tsx'
import { listNotifications } from '#lib/notify/notifications.queries.ts'
import { markReadAction } from '#app/_actions/notification.actions.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Notifications' }

const pageSize = 25
const querySchema = z.object({ after: z.string().max(200).catch('').default('') })
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Notifications({ searchParams }: Props): Promise<ReactNode> {
  const { after } = querySchema.parse(await searchParams)
  const viewer = await requireViewer('/notifications')
  const { db, clock } = await getServices()
  const page = await listNotifications(db, viewer, { take: pageSize, after: after || undefined })
  return (
    <NotificationsPage
      now={clock().toISOString()}
      notifications={page.notifications.map(({ at, path, ...rest }) => ({ ...rest, href: path, at: at.toISOString() }))}
      upTo={page.notifications[0]?.at.toISOString() ?? null}
      pagination={{ newerHref: after ? '/notifications' : null, olderHref: page.next ? `/notifications?${new URLSearchParams({ after: page.next })}` : null }}
      markRead={markReadAction}
      live={liveOn([])}
    />
  )
}
