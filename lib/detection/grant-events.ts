import { after, minutes } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { DetectorEvent } from './detector.ts'
import { namesWithBody } from './outliving-calls.ts'

/** The newest events of a grant that are looked at; a bound for sessions that make thousands of calls. */
export const mostEvents = 5_000

/** Events whose bodies hold what detectors ask for: what outlives the grant, and which roles were taken on from it. */
const namesToRead = [...namesWithBody, 'AssumeRole']

/** Nothing of a grant happens before it opens: older months of events are not looked at. */
const since = (opensAt: Date): { gte: Date } => ({ gte: after(opensAt, -minutes(60)) })

const read = { eventId: true, eventTime: true, eventSource: true, eventName: true, sourceIp: true, errorCode: true, readOnly: true, sessionId: true } as const

/** What a grant's sessions did, oldest first; bodies only of the few calls whose parameters matter, because a body is some kilobytes. */
export async function readGrantEvents(tx: Transaction, grantId: string, opensAt: Date): Promise<DetectorEvent[]> {
  const eventTime = since(opensAt)
  const rows = await tx.trailEvent.findMany({ where: { grantId, eventTime }, select: read, orderBy: [{ eventTime: 'desc' }, { eventId: 'desc' }], take: mostEvents })
  const whole = await tx.trailEvent.findMany({ where: { grantId, eventTime, eventName: { in: namesToRead }, errorCode: null }, select: { eventId: true, body: true }, orderBy: { eventTime: 'desc' }, take: mostEvents })
  const bodies = new Map(whole.map(({ eventId, body }) => [eventId, body as unknown]))
  return rows.reverse().map((row) => ({ ...row, body: bodies.get(row.eventId) }))
}

/** Only those that leave something behind or take it back, oldest first, with their bodies. */
export async function readOutlivingEvents(db: Database, grantId: string, opensAt: Date): Promise<DetectorEvent[]> {
  const rows = await db.trailEvent.findMany({
    where: { grantId, eventTime: since(opensAt), eventName: { in: [...namesWithBody] }, errorCode: null },
    select: { ...read, body: true },
    orderBy: [{ eventTime: 'desc' }, { eventId: 'desc' }],
    take: mostEvents,
  })
  return rows.reverse()
}
