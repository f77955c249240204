import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Viewer } from './viewer.ts'

type Read = {
  kind: 'record.read' | 'report.read' | 'request.read' | 'session.read' | 'person.read'
  /** What was read; absent for the whole list. */
  subjectId?: string
  requestId?: string | undefined
  /** Whose data it is: one's own is nobody's business. */
  ownerId?: string | undefined
}

/**
 * Writes into the record that somebody read other people's data by their portal role. The same thing read again within
 * the hour is the same reading, so that a page that refreshes itself does not fill the record.
 */
export async function noteRead(db: Database, viewer: Viewer, { kind, subjectId, requestId, ownerId }: Read, now: Date): Promise<void> {
  if (ownerId === viewer.personId) return
  const known = await db.recordEntry.findFirst({ where: { actorId: viewer.personId, kind, occurredAt: { gt: after(now, -minutes(60)) }, ...(subjectId === undefined ? {} : { subjectId }) }, select: { id: true } })
  if (known) return
  await db.$transaction((tx) => appendEntry(tx, { kind, occurredAt: now, actorId: viewer.personId, subjectId, requestId, facts: {} }))
}
