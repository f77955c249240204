import { type RetentionRule, retentionDays } from '#lib/config/retention.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { recordKinds } from '#lib/record/record-kinds.ts'

export type RetentionLine = { days: number | null; kinds: string[]; /** The oldest entry of these that is still to be looked at is younger than this; null before the first round. */ reachedAt: Date | null }
export type ForgottenPerson = { personId: string; forgottenAt: Date; wantedBy: string; values: number }

/** What is kept for how long, shortest first, and how far that has come; for auditors and admins, empty for others. */
export async function listRetention(db: Database, viewer: Viewer, rules: readonly RetentionRule[]): Promise<RetentionLine[]> {
  if (!hasRole(viewer, 'auditor', 'admin')) return []
  const reach = new Map((await db.retentionReach.findMany()).map(({ kind, occurredAt }) => [kind, occurredAt]))
  const byDays = Map.groupBy(Object.keys(recordKinds), (kind) => retentionDays(rules, kind) ?? null)
  return [...byDays]
    .map(([days, kinds]) => ({ days, kinds, reachedAt: kinds.flatMap((kind) => reach.get(kind) ?? []).toSorted((one, other) => other.getTime() - one.getTime())[0] ?? null }))
    .toSorted((one, other) => (one.days ?? Number.POSITIVE_INFINITY) - (other.days ?? Number.POSITIVE_INFINITY))
}

/** People whose data was forgotten, newest first; for auditors and admins, empty for others. */
export async function listForgotten(db: Database, viewer: Viewer, take = 100): Promise<ForgottenPerson[]> {
  if (!hasRole(viewer, 'auditor', 'admin')) return []
  const rows = await db.forgetting.findMany({ include: { wantedBy: { select: { displayName: true } } }, orderBy: { forgottenAt: 'desc' }, take })
  return rows.map(({ personId, forgottenAt, wantedBy, values }) => ({ personId, forgottenAt, wantedBy: wantedBy.displayName, values }))
}

export type RemovedData = { entryId: string; kind: string; fields: string[]; why: 'forgotten' | 'retention' }

/** Of these entries, the values that were committed to and are gone, and why. The caller has checked that its viewer may read them. */
export async function listRemoved(db: Database, entryIds: readonly string[]): Promise<RemovedData[]> {
  const rows = await db.$queryRaw<{ entryId: string; kind: string; fields: string[]; forgotten: boolean }[]>`
    SELECT e.id::text AS "entryId", e.kind, array_agg(p.field ORDER BY p.field) AS fields, bool_or(f.id IS NOT NULL) AS forgotten
    FROM record_entry e CROSS JOIN LATERAL jsonb_object_keys(convert_from(e.body, 'UTF8')::jsonb -> 'personal') p(field)
    LEFT JOIN record_commitment c ON c."entryId" = e.id AND c.field = p.field
    LEFT JOIN request r ON r.id = e."requestId"
    LEFT JOIN forgetting f ON f."personId" IN (e."actorId", r."personId") OR f."personId"::text = e."subjectId"
    WHERE e.id = ANY (${[...entryIds]}::uuid[]) AND c.field IS NULL
    GROUP BY e.id ORDER BY e."occurredAt", e.id`
  return rows.map(({ forgotten, ...row }) => ({ ...row, why: forgotten ? 'forgotten' : 'retention' }))
}
