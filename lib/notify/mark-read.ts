import type { Database } from '#lib/db/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'

/** Marks the viewer's own notifications read: one, or all that happened up to what they have seen. Returns how many were not. */
export async function markRead(db: Database, viewer: Viewer, which: { id: string } | { upTo: Date }, now: Date): Promise<number> {
  const { count } = await db.notification.updateMany({
    where: { personId: viewer.personId, readAt: null, ...('id' in which ? { id: which.id } : { createdAt: { lte: which.upTo } }) },
    data: { readAt: now },
  })
  return count
}
