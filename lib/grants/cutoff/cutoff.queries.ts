import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { RoleCutoff } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

export type Holder = { personId: string; displayName: string }

/**
 * Who holds credentials of a role that may work now, each person once, as far as the record knows: leases of people, not
 * the portal's trials, that have not expired and were asked for after the last cutoff that AWS was seen to carry out.
 */
export function holdersOf(tx: Transaction | Database, roleArn: string, now: Date): Promise<Holder[]> {
  return tx.$queryRaw<Holder[]>`
    SELECT DISTINCT p.id::text AS "personId", p."displayName"
    FROM lease l JOIN "grant" g ON g.id = l."grantId" JOIN person p ON p.id = l."personId"
    WHERE g."roleArn" = ${roleArn} AND l.purpose <> 'probe' AND l.state <> 'refused' AND l."mayLiveUntil" > ${now}::timestamptz
      AND (g."credentialsDeadAt" IS NULL OR g."credentialsDeadAt" > ${now}::timestamptz)
      AND NOT EXISTS (SELECT FROM role_cutoff c WHERE c."roleArn" = g."roleArn" AND c.state = 'confirmed' AND COALESCE(l."issuedAt", l."requestedAt") < c."cutAt")
    ORDER BY p."displayName", "personId"`
}

export type CutoffView = { roleArn: string; holders: Holder[]; last: RoleCutoff | null }

/** What cutting off everybody in a grant's role means now; null for who may not, and where the portal mints nothing. */
export async function findCutoffView(db: Database, viewer: Viewer, grantId: string, now: Date): Promise<CutoffView | null> {
  if (!hasRole(viewer, 'responder', 'admin')) return null
  const grant = await db.grant.findUnique({ where: { id: grantId }, include: { profile: { select: { definition: true } } } })
  if (!grant || !mintableOf(definitionOf(grant.profile))) return null
  const { roleArn } = grant
  const [holders, last] = await Promise.all([holdersOf(db, roleArn, now), db.roleCutoff.findFirst({ where: { roleArn, closedAt: null }, orderBy: { cutAt: 'desc' } })])
  return { roleArn, holders, last }
}
