import { after, minutes } from '#lib/config/clock.ts'
import { storableText } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { deniedCodes } from './denied.ts'

const mayWatch = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const whole = { grant: { include: { person: true, request: { include: { decisions: { include: { person: true } } } }, profile: { include: { account: true } } } } } satisfies Prisma.SessionInclude
export type ViewedSession = Prisma.SessionGetPayload<{ include: typeof whole }>

/** One session: for those who watch, and for the holder of its grant; null for others. */
export async function findSession(db: Database, viewer: Viewer, id: string): Promise<ViewedSession | null> {
  if (!uuid.test(id)) return null
  return db.session.findFirst({ where: { id, ...(mayWatch(viewer) ? {} : { grant: { personId: viewer.personId } }) }, include: whole })
}

export type ServiceUse = { eventSource: string; reads: number; changes: number; denied: number; lastAt: Date; names: string[] }
export type NetworkUse = { sourceIp: string; userAgents: string[]; events: number; firstAt: Date; lastAt: Date }
export type ResourceUse = { resource: string; events: number }
export type SessionUse = { services: ServiceUse[]; networks: NetworkUse[]; resources: ResourceUse[]; keys: string[]; regions: string[] }

/** Events happen within the session, which times of CloudTrail round to the second. */
const within = ({ firstEventAt, lastEventAt }: Pick<ViewedSession, 'firstEventAt' | 'lastEventAt'>): [Date, Date] => [after(firstEventAt, -minutes(1)), after(lastEventAt, minutes(1))]
const mostListed = 50

/** What a session was used for, by service, network and resource. The caller has found the session for its viewer. */
export async function readSessionUse(db: Database, session: ViewedSession): Promise<SessionUse> {
  const [from, to] = within(session)
  const own = Prisma.sql`"sessionId" = ${session.id}::uuid AND "eventTime" BETWEEN ${from}::timestamptz AND ${to}::timestamptz`
  const [services, networks, resources, [rest]] = await Promise.all([
    db.$queryRaw<ServiceUse[]>`
      SELECT "eventSource", (count(*) FILTER (WHERE "readOnly"))::int AS reads, (count(*) FILTER (WHERE NOT "readOnly" AND "errorCode" IS NULL))::int AS changes,
        (count(*) FILTER (WHERE "errorCode" ~ ${deniedCodes}))::int AS denied, max("eventTime") AS "lastAt", (array_agg(DISTINCT "eventName" ORDER BY "eventName"))[1:12] AS names
      FROM trail_event WHERE ${own} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${mostListed}`,
    db.$queryRaw<NetworkUse[]>`
      SELECT coalesce("sourceIp", 'unknown') AS "sourceIp", (array_agg(DISTINCT left(coalesce("userAgent", 'unknown'), 200)))[1:3] AS "userAgents", count(*)::int AS events, min("eventTime") AS "firstAt", max("eventTime") AS "lastAt"
      FROM trail_event WHERE ${own} GROUP BY 1 ORDER BY min("eventTime"), 1 LIMIT ${mostListed}`,
    db.$queryRaw<ResourceUse[]>`
      SELECT r ->> 'ARN' AS resource, count(*)::int AS events
      FROM trail_event e CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(e.body -> 'resources') = 'array' THEN e.body -> 'resources' ELSE '[]' END) r
      WHERE ${own} AND r ->> 'ARN' IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostListed}`,
    db.$queryRaw<{ keys: string[] | null; regions: string[] | null }[]>`
      SELECT array_agg(DISTINCT "accessKeyId") FILTER (WHERE "accessKeyId" IS NOT NULL) AS keys, array_agg(DISTINCT region) FILTER (WHERE region <> '') AS regions FROM trail_event WHERE ${own}`,
  ])
  return { services, networks, resources, keys: rest?.keys ?? [], regions: rest?.regions ?? [] }
}

export type SessionEvent = Prisma.TrailEventGetPayload<{ select: typeof listed }>
const listed = { eventId: true, eventTime: true, eventSource: true, eventName: true, region: true, sourceIp: true, userAgent: true, errorCode: true, readOnly: true } satisfies Prisma.TrailEventSelect
export const sessionEventKinds = ['changes', 'denied'] as const
export type SessionEventFilter = { kind: (typeof sessionEventKinds)[number] | null; service: string }

/** The events of a session, newest first, a page at a time. `before` is the last page's `next`. The caller has found the session for its viewer. */
export async function listSessionEvents(db: Database, session: ViewedSession, { kind, service }: SessionEventFilter, { take, before }: { take: number; before?: string | undefined }): Promise<{ events: SessionEvent[]; next: string | undefined }> {
  const [from, to] = within(session)
  const conditions = [
    Prisma.sql`"sessionId" = ${session.id}::uuid AND "eventTime" BETWEEN ${from}::timestamptz AND ${to}::timestamptz`,
    ...(kind === 'changes' ? [Prisma.sql`NOT "readOnly"`] : kind === 'denied' ? [Prisma.sql`"errorCode" ~ ${deniedCodes}`] : []),
    ...(service === '' ? [] : [Prisma.sql`"eventSource" = ${storableText(service)}`]),
    ...afterEvent(before),
  ]
  const events = await db.$queryRaw<SessionEvent[]>`
    SELECT "eventId", "eventTime", "eventSource", "eventName", region, "sourceIp", "userAgent", "errorCode", "readOnly"
    FROM trail_event WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY "eventTime" DESC, "eventId" DESC LIMIT ${take + 1}`
  const page = events.slice(0, take)
  const last = page.at(-1)
  return { events: page, next: events.length > take && last ? `${last.eventTime.toISOString()}~${last.eventId}` : undefined }
}

function afterEvent(before: string | undefined): Prisma.Sql[] {
  const [time = '', eventId = ''] = before?.split('~') ?? []
  const at = new Date(time)
  return Number.isNaN(at.getTime()) || eventId === '' ? [] : [Prisma.sql`("eventTime", "eventId") < (${at}::timestamptz, ${storableText(eventId)})`]
}

export type ListedSession = {
  id: string
  accountId: string
  accountName: string | null
  environment: string | null
  principalId: string
  roleArn: string
  clients: string[]
  firstEventAt: Date
  lastEventAt: Date
  eventCount: number
  changeCount: number
  deniedCount: number
  personName: string | null
  justification: string | null
}
export type SessionFilter = { outside: boolean; text: string }

/** Sessions of managed roles, latest first, a page at a time; for responders, auditors and admins. `before` is the last page's `next`. */
export async function listSessions(db: Database, viewer: Viewer, { outside, text }: SessionFilter, { take, before }: { take: number; before?: string | undefined }): Promise<{ sessions: ListedSession[]; next: string | undefined }> {
  if (!mayWatch(viewer)) return { sessions: [], next: undefined }
  const words = storableText(text).toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)
  const conditions = [
    Prisma.sql`true`,
    ...(outside ? [Prisma.sql`s."grantId" IS NULL`] : []),
    ...words.map((word) => Prisma.sql`strpos(lower(concat_ws(' ', p."displayName", p.email, a.name, s."accountId", s."roleArn", s."principalId", g.code)), ${word}) > 0`),
    ...afterSession(before),
  ]
  const rows = await db.$queryRaw<ListedSession[]>`
    SELECT s.id::text, s."accountId", a.name AS "accountName", a.environment, s."principalId", s."roleArn", coalesce(s.clients, '{}') AS clients, s."firstEventAt", s."lastEventAt", s."eventCount", s."changeCount", s."deniedCount", p."displayName" AS "personName", r.justification
    FROM session s LEFT JOIN account a ON a.id = s."accountId" LEFT JOIN "grant" g ON g.id = s."grantId" LEFT JOIN person p ON p.id = g."personId" LEFT JOIN request r ON r.id = g."requestId"
    WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY s."lastEventAt" DESC, s.id DESC LIMIT ${take + 1}`
  const sessions = rows.slice(0, take)
  const last = sessions.at(-1)
  return { sessions, next: rows.length > take && last ? `${last.lastEventAt.toISOString()}~${last.id}` : undefined }
}

function afterSession(before: string | undefined): Prisma.Sql[] {
  const [time = '', id = ''] = before?.split('~') ?? []
  const at = new Date(time)
  return Number.isNaN(at.getTime()) || !uuid.test(id) ? [] : [Prisma.sql`(s."lastEventAt", s.id) < (${at}::timestamptz, ${id}::uuid)`]
}

/** Sessions of managed roles that no grant explains and that were used since; 0 for those who may not watch. */
export async function countOutside(db: Database, viewer: Viewer, since: Date): Promise<number> {
  return mayWatch(viewer) ? db.session.count({ where: { grantId: null, lastEventAt: { gte: since } } }) : 0
}
