import { after, minutes } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { GrantEvent } from './detector.ts'
import { namesWithBody } from './outliving-calls.ts'

/** The newest events of a grant that are looked at; a bound for sessions that make thousands of calls. */
export const mostEvents = 5_000

/** Events whose bodies hold what detectors ask for: what outlives the grant, and which roles were taken on from it. */
const namesToRead = [...namesWithBody, 'AssumeRole']

/** Nothing of a grant happens before it opens: older months of events are not looked at. */
const since = (opensAt: Date): { gte: Date } => ({ gte: after(opensAt, -minutes(60)) })

const read = { accountId: true, eventId: true, eventTime: true, eventSource: true, eventName: true, sourceIp: true, errorCode: true, readOnly: true, sessionId: true } as const

/** What a grant's sessions did, oldest first; bodies only of the few calls whose parameters matter, because a body is some kilobytes. */
export async function readGrantEvents(tx: Transaction, grantId: string, opensAt: Date): Promise<GrantEvent[]> {
  const eventTime = since(opensAt)
  const rows = await tx.trailEvent.findMany({ where: { grantId, eventTime }, select: read, orderBy: [{ eventTime: 'desc' }, { eventId: 'desc' }], take: mostEvents })
  const whole = await tx.trailEvent.findMany({ where: { grantId, eventTime, eventName: { in: namesToRead }, errorCode: null }, select: { eventId: true, body: true }, orderBy: { eventTime: 'desc' }, take: mostEvents })
  const bodies = new Map(whole.map(({ eventId, body }) => [eventId, body as unknown]))
  return rows.reverse().map((row) => ({ ...row, body: bodies.get(row.eventId) }))
}

/** Only those that leave something behind or take it back, oldest first, with their bodies. */
export async function readOutlivingEvents(db: Database, grantId: string, opensAt: Date): Promise<GrantEvent[]> {
  const rows = await db.trailEvent.findMany({
    where: { grantId, eventTime: since(opensAt), eventName: { in: [...namesWithBody] }, errorCode: null },
    select: { ...read, body: true },
    orderBy: [{ eventTime: 'desc' }, { eventId: 'desc' }],
    take: mostEvents,
  })
  return rows.reverse()
}

/** Calls that worked and take such things back, oldest first: in these accounts from a moment on, under anything but the grant. */
export function readTakingBack(db: Database, { grantId, accountIds, names, from }: { grantId: string; accountIds: readonly string[]; names: readonly string[]; from: Date }): Promise<GrantEvent[]> {
  // The two conditions without values are those of an index.
  return db.$queryRaw<GrantEvent[]>`
    SELECT ${Prisma.raw(Object.keys(read).map((column) => `"${column}"`).join(', '))}, body FROM trail_event
    WHERE "eventName" ~ '^(Delete|Detach|Remove)' AND "errorCode" IS NULL AND "accountId" IN (${Prisma.join(accountIds)}) AND "eventTime" >= ${from}::timestamptz
      AND "eventName" IN (${Prisma.join(names)}) AND "grantId" IS DISTINCT FROM ${grantId}::uuid
    ORDER BY "eventTime", "eventId" LIMIT ${mostEvents}`
}
