import { after, minutes } from '#lib/config/clock.ts'
import { storableText, storableTime } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { type Finding, Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { outsideKey } from './raise/keep-finding.ts'
import { severities, severityOrder } from './severity.ts'

const mayWatch = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

const whole = { grant: { include: { person: true, request: true, profile: { include: { account: true } } } } } satisfies Prisma.FindingInclude
export type ListedFinding = Prisma.FindingGetPayload<{ include: typeof whole }>

export const findingStates = ['open', 'acknowledged', 'closed'] as const
export type FindingFilter = { state: string; severity: string; text: string }
export type FindingsPage = { findings: ListedFinding[]; next: string | undefined }

/** Open findings, for those who watch; 0 for everybody else. */
export async function countOpenFindings(db: Database, viewer: Viewer): Promise<number> {
  if (!mayWatch(viewer)) return 0
  return db.finding.count({ where: { state: 'open' } })
}

/** What is not closed, latest first. */
export async function listLatestFindings(db: Database, viewer: Viewer, take = 5): Promise<ListedFinding[]> {
  if (!mayWatch(viewer)) return []
  return db.finding.findMany({ where: { state: { not: 'closed' } }, include: whole, orderBy: [{ lastEventAt: 'desc' }, { id: 'desc' }], take })
}

/** Findings that `filter` leaves: open before acknowledged before closed, then the most severe, then the latest. `after` is the last page's `next`. */
export async function listFindings(db: Database, viewer: Viewer, filter: FindingFilter, { take, after }: { take: number; after?: string | undefined }): Promise<FindingsPage> {
  if (!mayWatch(viewer)) return { findings: [], next: undefined }
  const rows = await db.$queryRaw<{ id: string; state: string; severityOrder: number; lastEventAt: Date }[]>`
    SELECT f.id::text, f.state::text, f."severityOrder", f."lastEventAt" FROM finding f
    LEFT JOIN "grant" g ON g.id = f."grantId" LEFT JOIN person p ON p.id = g."personId" LEFT JOIN account a ON a.id = f."accountId"
    WHERE ${Prisma.join([Prisma.sql`true`, ...conditions(filter), ...afterPage(after)], ' AND ')}
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

function conditions({ state, severity, text }: FindingFilter): Prisma.Sql[] {
  const words = storableText(text).toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)
  const knownState = findingStates.find((candidate) => candidate === state)
  const knownSeverity = severities.find((candidate) => candidate === severity)
  return [
    ...(knownState ? [Prisma.sql`f.state = ${knownState}::"FindingState"`] : []),
    ...(knownSeverity ? [Prisma.sql`f."severityOrder" = ${severityOrder(knownSeverity)}`] : []),
    ...words.map((word) => Prisma.sql`strpos(lower(concat_ws(' ', f.title, f.summary, f.detector, p."displayName", p.email, a.name, a.id, g.code)), ${word}) > 0`),
  ]
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

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

/** Findings of the last 90 days about a person's sessions, as the risk of a request counts them; no more than a number. */
export function countFindingsAbout(db: Database, personId: string, now: Date): Promise<number> {
  return db.finding.count({ where: { grant: { personId }, lastEventAt: { gte: after(now, -minutes(lookBackDays * 24 * 60)) } } })
}
