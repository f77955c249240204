import { storableTime } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type Description, describeMessage } from './describe-message.ts'
import { type Preference, readPreference } from './preference.ts'
import { withSubject } from './subject.ts'

export type ListedNotification = Description & { id: string; at: Date; read: boolean }
export type NotificationsPage = { notifications: ListedNotification[]; next: string | undefined }

/** More than this many are not counted: a bell says "99+". */
const countedAtMost = 100

/** How many of the viewer's own notifications they have not read, 100 at most. */
export async function countUnread(db: Database, viewer: Viewer): Promise<number> {
  const unread = await db.notification.findMany({ where: { personId: viewer.personId, readAt: null }, select: { id: true }, take: countedAtMost })
  return unread.length
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The viewer's own notifications, newest first. `after` is the last page's `next`; anything else begins anew. */
export async function listNotifications(db: Database, viewer: Viewer, { take, after }: { take: number; after?: string | undefined }): Promise<NotificationsPage> {
  const [time = '', id = ''] = after?.split('~') ?? []
  const at = storableTime(time)
  const beyond = at && uuid.test(id) ? { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] } : {}
  const rows = await db.notification.findMany({
    where: { personId: viewer.personId, ...beyond },
    include: { message: { include: withSubject } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: take + 1,
  })
  const page = rows.slice(0, take)
  const last = page.at(-1)
  return {
    notifications: page.map(({ id: notificationId, createdAt, readAt, message }) => ({ ...describeMessage(message), id: notificationId, at: createdAt, read: readAt !== null })),
    next: rows.length > take && last ? `${last.createdAt.toISOString()}~${last.id}` : undefined,
  }
}

/** How the viewer wants to be told, and the address that mail goes to. */
export async function getPreference(db: Database, viewer: Viewer): Promise<Preference> {
  return readPreference(await db.notificationPreference.findUnique({ where: { personId: viewer.personId } }))
}
