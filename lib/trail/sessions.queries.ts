import { isStorable, storableTime } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { globalRegion } from './watch.store.ts'

const mayWatch = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

export type InsideRow = {
  grantId: string
  /** The session used last. */
  sessionId: string | null
  requestId: string
  code: string
  personName: string
  personEmail: string | null
  personId: string
  accountId: string
  accountName: string
  environment: string
  roleArn: string
  justification: string
  endsAt: Date
  credentialsDeadAt: Date | null
  state: string
  sessionCount: number
  eventCount: number
  changeCount: number
  deniedCount: number
  lastEventAt: Date | null
  /** Events in equal slices from `since` to `until`, oldest first. */
  activity: number[]
}

/**
 * Everybody who holds live credentials or a grant that hands them out, soonest end first, each with what CloudTrail saw
 * of all its sessions; for responders, auditors and admins. One statement, whatever the number of rows.
 */
export async function listInside(db: Database, viewer: Viewer, { since, until, slices }: { since: Date; until: Date; slices: number }, take = 500): Promise<InsideRow[]> {
  if (!mayWatch(viewer)) return []
  return db.$queryRaw<InsideRow[]>`
    WITH inside AS (
      SELECT g.* FROM "grant" g
      WHERE g.state IN ('active', 'ending') AND EXISTS (SELECT FROM lease l WHERE l."grantId" = g.id AND l.purpose <> 'probe' AND l.state IN ('minted', 'unknown'))
      ORDER BY g."endsAt", g.id LIMIT ${take}
    ), sliced AS (
      SELECT e."grantId", width_bucket(EXTRACT(EPOCH FROM e."eventTime")::float8, EXTRACT(EPOCH FROM ${since}::timestamptz)::float8, EXTRACT(EPOCH FROM ${until}::timestamptz)::float8, ${slices}::int) AS slice, count(*)::int AS events
      FROM trail_event e JOIN inside ON inside.id = e."grantId"
      WHERE e."eventTime" >= ${since}::timestamptz AND e."eventTime" < ${until}::timestamptz GROUP BY 1, 2
    ), totals AS (
      SELECT s."grantId", count(*)::int AS sessions, sum(s."eventCount")::int AS events, sum(s."changeCount")::int AS changes, sum(s."deniedCount")::int AS denied, max(s."lastEventAt") AS last
      FROM session s JOIN inside ON inside.id = s."grantId" GROUP BY 1
    )
    SELECT g.id::text AS "grantId", (SELECT s.id::text FROM session s WHERE s."grantId" = g.id ORDER BY s."lastEventAt" DESC, s.id LIMIT 1) AS "sessionId", g."requestId"::text, g.code, p."displayName" AS "personName", p.email AS "personEmail", p.id::text AS "personId",
      a.id AS "accountId", a.name AS "accountName", a.environment, g."roleArn", r.justification, g."endsAt", g."credentialsDeadAt", g.state::text,
      coalesce(t.sessions, 0) AS "sessionCount", coalesce(t.events, 0) AS "eventCount", coalesce(t.changes, 0) AS "changeCount", coalesce(t.denied, 0) AS "deniedCount", t.last AS "lastEventAt",
      (SELECT array_agg(coalesce(x.events, 0) ORDER BY n) FROM generate_series(1, ${slices}::int) n LEFT JOIN sliced x ON x."grantId" = g.id AND x.slice = n) AS activity
    FROM inside g
    JOIN person p ON p.id = g."personId" JOIN request r ON r.id = g."requestId" JOIN account a ON a.id = g."accountId"
    LEFT JOIN totals t ON t."grantId" = g.id
    ORDER BY g."endsAt", g.id`
}

const grantFor = (viewer: Viewer): Prisma.GrantWhereInput => (mayWatch(viewer) ? {} : { personId: viewer.personId })

export type GrantActivity = { sessions: number; events: number; changes: number; denied: number; lastEventAt: Date | null }

/** What CloudTrail saw of a grant in all: for those who watch, and for its holder; null for others. */
export async function findGrantActivity(db: Database, viewer: Viewer, grantId: string): Promise<GrantActivity | null> {
  const grant = await db.grant.findFirst({ where: { id: grantId, ...grantFor(viewer) }, select: { id: true } })
  if (!grant) return null
  const { _count, _sum, _max } = await db.session.aggregate({ where: { grantId }, _count: true, _sum: { eventCount: true, changeCount: true, deniedCount: true }, _max: { lastEventAt: true } })
  return { sessions: _count, events: _sum.eventCount ?? 0, changes: _sum.changeCount ?? 0, denied: _sum.deniedCount ?? 0, lastEventAt: _max.lastEventAt }
}

const listed = { eventId: true, eventTime: true, eventSource: true, eventName: true, region: true, sourceIp: true, userAgent: true, errorCode: true, readOnly: true, sessionId: true } satisfies Prisma.TrailEventSelect
export type ListedEvent = Prisma.TrailEventGetPayload<{ select: typeof listed }>

/** The events of a grant, newest first, a page at a time: for those who watch, and for its holder. `before` is the last page's `next`. */
export async function listGrantEvents(db: Database, viewer: Viewer, grantId: string, { take, before }: { take: number; before?: string | undefined }): Promise<{ events: ListedEvent[]; next: string | undefined }> {
  const grant = await db.grant.findFirst({ where: { id: grantId, ...grantFor(viewer) }, select: { id: true } })
  if (!grant) return { events: [], next: undefined }
  const rows = await db.trailEvent.findMany({
    where: { grantId, ...afterPage(before) },
    select: listed,
    orderBy: [{ eventTime: 'desc' }, { eventId: 'desc' }],
    take: take + 1,
  })
  const events = rows.slice(0, take)
  const last = events.at(-1)
  return { events, next: rows.length > take && last ? `${last.eventTime.toISOString()}~${last.eventId}` : undefined }
}

function afterPage(before: string | undefined): Prisma.TrailEventWhereInput {
  const [time = '', eventId = ''] = before?.split('~') ?? []
  const eventTime = storableTime(time)
  if (!eventTime || !isStorable(eventId)) return {}
  return { OR: [{ eventTime: { lt: eventTime } }, { eventTime, eventId: { lt: eventId } }] }
}

export type FreshnessRow = {
  accountId: string
  accountName: string
  environment: string
  region: string
  /** Grants that are watched there now; `far` when none of their accounts lives there, so that it is asked calmly. */
  watched: number
  far: boolean
  lastSuccessAt: Date | null
  lastFailureAt: Date | null
  /** What AWS said, while it is the last thing it said. */
  problem: string | null
  lastEventAt: Date | null
}

/** How fresh what is shown can be, for every account and Region that is watched now; for responders, auditors and admins. */
export async function listFreshness(db: Database, viewer: Viewer): Promise<FreshnessRow[]> {
  if (!mayWatch(viewer)) return []
  return db.$queryRaw<FreshnessRow[]>`
    SELECT w."accountId", a.name AS "accountName", a.environment, w.region, count(*)::int AS watched, bool_and(w.region NOT IN (g.region, ${globalRegion})) AS far, h."lastSuccessAt", h."lastFailureAt", h.message AS problem, max(w."lastEventAt") AS "lastEventAt"
    FROM trail_watch w JOIN "grant" g ON g.id = w."grantId" JOIN account a ON a.id = w."accountId" LEFT JOIN heartbeat h ON h.component = 'cloudtrail/' || w."accountId" || '/' || w.region
    GROUP BY w."accountId", a.name, a.environment, w.region, h."lastSuccessAt", h."lastFailureAt", h.message
    ORDER BY a.name, w.region`
}
