import { after, minutes } from '#lib/config/clock.ts'
import { storableText, storableTime } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { type Finding, type FindingClosedAs, Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { outsideKey } from './raise/keep-finding.ts'
import { severities, severityOrder } from './severity.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const mayWatch = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

const whole = { assignedTo: { select: { id: true, displayName: true } }, triagedBy: { select: { displayName: true } }, suppression: { select: { reason: true, expiresAt: true } }, grant: { include: { person: true, request: true, profile: { include: { account: true } } } } } satisfies Prisma.FindingInclude
export type ListedFinding = Prisma.FindingGetPayload<{ include: typeof whole }>

export const findingStates = ['open', 'acknowledged', 'closed', 'suppressed'] as const
/** Empty where nothing is asked for. `assigned` is `me`, `nobody`, or nothing; `person` is `none` for what nobody is known of. */
export type FindingFilter = Partial<Record<'state' | 'severity' | 'text' | 'rule' | 'person' | 'account' | 'assigned' | 'finding', string>>
export type FindingsPage = { findings: ListedFinding[]; next: string | undefined }

/** Open findings, for those who watch; 0 for everybody else. */
export async function countOpenFindings(db: Database, viewer: Viewer): Promise<number> {
  if (!mayWatch(viewer)) return 0
  return db.finding.count({ where: { state: 'open' } })
}

/** What somebody has to look at, latest first. */
export async function listLatestFindings(db: Database, viewer: Viewer, take = 5): Promise<ListedFinding[]> {
  if (!mayWatch(viewer)) return []
  return db.finding.findMany({ where: { state: { in: ['open', 'acknowledged'] } }, include: whole, orderBy: [{ lastEventAt: 'desc' }, { id: 'desc' }], take })
}

/** Findings that `filter` leaves: open before acknowledged before closed, then the most severe, then the latest. `after` is the last page's `next`. */
export async function listFindings(db: Database, viewer: Viewer, filter: FindingFilter, { take, after }: { take: number; after?: string | undefined }): Promise<FindingsPage> {
  if (!mayWatch(viewer)) return { findings: [], next: undefined }
  const rows = await db.$queryRaw<{ id: string; state: string; severityOrder: number; lastEventAt: Date }[]>`
    SELECT f.id::text, f.state::text, f."severityOrder", f."lastEventAt" FROM finding f
    LEFT JOIN "grant" g ON g.id = f."grantId" LEFT JOIN person p ON p.id = g."personId" LEFT JOIN account a ON a.id = f."accountId"
    WHERE ${Prisma.join([Prisma.sql`true`, ...conditions(viewer, filter), ...afterPage(after)], ' AND ')}
    ORDER BY f.state, f."severityOrder" DESC, f."lastEventAt" DESC, f.id DESC LIMIT ${take + 1}`
  const page = rows.slice(0, take)
  const found = await db.finding.findMany({ where: { id: { in: page.map((row) => row.id) } }, include: whole })
  const byId = new Map(found.map((finding) => [finding.id, finding]))
  const last = page.at(-1)
  return {
    findings: page.flatMap((row) => byId.get(row.id) ?? []),
    next: rows.length > take && last ? [last.state, last.severityOrder, last.lastEventAt.toISOString(), last.id].join('~') : undefined,
  }
}

function conditions(viewer: Viewer, { state = '', severity = '', text = '', rule = '', person = '', account = '', assigned = '', finding = '' }: FindingFilter): Prisma.Sql[] {
  const words = storableText(text).toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)
  const knownState = findingStates.find((candidate) => candidate === state)
  const knownSeverity = severities.find((candidate) => candidate === severity)
  return [
    ...(knownState ? [Prisma.sql`f.state = ${knownState}::"FindingState"`] : []),
    ...(knownSeverity ? [Prisma.sql`f."severityOrder" = ${severityOrder(knownSeverity)}`] : []),
    ...(rule === '' ? [] : [Prisma.sql`f.detector = ${storableText(rule)}`]),
    ...(person === 'none' ? [Prisma.sql`f."grantId" IS NULL`] : uuid.test(person) ? [Prisma.sql`g."personId" = ${person}::uuid`] : []),
    ...(account === '' ? [] : [Prisma.sql`f."accountId" = ${storableText(account)}`]),
    ...(assigned === 'me' ? [Prisma.sql`f."assignedToId" = ${viewer.personId}::uuid`] : assigned === 'nobody' ? [Prisma.sql`f."assignedToId" IS NULL`] : []),
    ...(uuid.test(finding) ? [Prisma.sql`f.id = ${finding}::uuid`] : []),
    ...words.map((word) => Prisma.sql`strpos(lower(concat_ws(' ', f.title, f.summary, f.detector, p."displayName", p.email, a.name, a.id, g.code)), ${word}) > 0`),
  ]
}

export const findingGroupings = ['rule', 'person', 'account'] as const
export type FindingGrouping = (typeof findingGroupings)[number]
export type FindingGroup = { key: string; label: string; severityOrder: number; open: number; acknowledged: number; others: number; lastEventAt: Date }
const mostGroups = 100

/** How a person or an account is called, for those who watch. */
export async function nameOf(db: Database, viewer: Viewer, kind: 'person' | 'account', id: string): Promise<string | null> {
  if (!mayWatch(viewer)) return null
  if (kind === 'account') return (await db.account.findUnique({ where: { id: storableText(id) }, select: { name: true } }))?.name ?? null
  return uuid.test(id) ? ((await db.person.findUnique({ where: { id }, select: { displayName: true } }))?.displayName ?? null) : null
}

const groupKeys: Record<FindingGrouping, { key: Prisma.Sql; label: Prisma.Sql }> = {
  // A Sigma rule's title is the newest finding's; the portal's own detectors have names.
  rule: { key: Prisma.sql`f.detector`, label: Prisma.sql`(array_agg(f.title ORDER BY f."lastEventAt" DESC))[1]` },
  person: { key: Prisma.sql`coalesce(g."personId"::text, 'none')`, label: Prisma.sql`coalesce(max(p."displayName"), '')` },
  account: { key: Prisma.sql`f."accountId"`, label: Prisma.sql`coalesce(max(a.name), f."accountId")` },
}

/** The findings that `filter` leaves, those to be looked at unless it names a state, counted by what they have in common: most severe, then most, first. */
export async function groupFindings(db: Database, viewer: Viewer, grouping: FindingGrouping, filter: FindingFilter): Promise<FindingGroup[]> {
  if (!mayWatch(viewer)) return []
  const { key, label } = groupKeys[grouping]
  const where = [Prisma.sql`true`, ...conditions(viewer, filter), ...(filter.state ? [] : [Prisma.sql`f.state IN ('open', 'acknowledged')`])]
  return db.$queryRaw`
    SELECT ${key} AS key, ${label} AS label, max(f."severityOrder")::int AS "severityOrder", (count(*) FILTER (WHERE f.state = 'open'))::int AS open,
      (count(*) FILTER (WHERE f.state = 'acknowledged'))::int AS acknowledged, (count(*) FILTER (WHERE f.state NOT IN ('open', 'acknowledged')))::int AS others, max(f."lastEventAt") AS "lastEventAt"
    FROM finding f LEFT JOIN "grant" g ON g.id = f."grantId" LEFT JOIN person p ON p.id = g."personId" LEFT JOIN account a ON a.id = f."accountId"
    WHERE ${Prisma.join(where, ' AND ')}
    GROUP BY ${key} ORDER BY 3 DESC, count(*) DESC, 1 LIMIT ${mostGroups}`
}

function afterPage(after: string | undefined): Prisma.Sql[] {
  const [state, order = '', time = '', id = ''] = after?.split('~') ?? []
  const known = findingStates.find((candidate) => candidate === state)
  const at = storableTime(time)
  if (!known || !/^\d$/.test(order) || !at || !uuid.test(id)) return []
  return [
    Prisma.sql`(f.state > ${known}::"FindingState" OR (f.state = ${known}::"FindingState" AND (f."severityOrder" < ${Number(order)} OR (f."severityOrder" = ${Number(order)} AND (f."lastEventAt", f.id) < (${at}::timestamptz, ${id}::uuid)))))`,
  ]
}

/** Findings about one session: those of its grant, or, outside the record, those that name it; for those who watch. */
export async function listFindingsOfSession(db: Database, viewer: Viewer, { accountId, grantId, principalId }: { accountId: string; grantId: string | null; principalId: string }, take = 20): Promise<Finding[]> {
  if (!mayWatch(viewer)) return []
  const about = grantId === null ? { accountId, dedupeKey: { startsWith: outsideKey(accountId, principalId) } } : { grantId }
  return db.finding.findMany({ where: about, orderBy: [{ severityOrder: 'desc' }, { lastEventAt: 'desc' }], take })
}

/** The event each finding begins with, as CloudTrail wrote it, by `accountId/eventId`. */
export async function readLeadEvents(db: Database, viewer: Viewer, wanted: readonly { accountId: string; eventId: string }[]): Promise<Map<string, unknown>> {
  if (!mayWatch(viewer) || wanted.length === 0) return new Map()
  const rows = await db.trailEvent.findMany({ where: { OR: wanted.map(({ accountId, eventId }) => ({ accountId, eventId })) }, select: { accountId: true, eventId: true, body: true } })
  return new Map(rows.map((row) => [`${row.accountId}/${row.eventId}`, row.body]))
}

const lookBackDays = 90

/**
 * Findings of the last 90 days about a person's sessions, as the risk of a request counts them; no more than a number. What
 * somebody found to be expected, benign or no finding at all does not count, and neither does what is suppressed.
 */
export function countFindingsAbout(db: Database, personId: string, now: Date): Promise<number> {
  const counted = { OR: [{ state: { in: ['open', 'acknowledged'] } }, { state: 'closed', OR: [{ closedAs: null }, { closedAs: 'true_positive' }] }] } satisfies Prisma.FindingWhereInput
  return db.finding.count({ where: { grant: { personId }, lastEventAt: { gte: after(now, -minutes(lookBackDays * 24 * 60)) }, ...counted } })
}

/** What became of a rule's findings of the last 90 days, for those who watch: how good the rule is here. */
export async function countVerdicts(db: Database, viewer: Viewer, detector: string, now: Date): Promise<{ waiting: number; suppressed: number } & Record<FindingClosedAs, number>> {
  const none = { waiting: 0, suppressed: 0, true_positive: 0, benign: 0, expected: 0, false_positive: 0 }
  if (!mayWatch(viewer)) return none
  const rows = await db.finding.groupBy({ by: ['state', 'closedAs'], where: { detector, lastEventAt: { gte: after(now, -minutes(lookBackDays * 24 * 60)) } }, _count: true })
  for (const { state, closedAs, _count } of rows) none[state === 'closed' ? (closedAs ?? 'true_positive') : state === 'suppressed' ? 'suppressed' : 'waiting'] += _count
  return none
}
