import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'

/** Roles of grants that are open or ended lately are compared this often, and so are those that failed; all others in rotation. */
const hotEveryMs = minutes(3)
const coldEveryMs = minutes(6 * 60)
const recentMs = minutes(24 * 60)

export type DueRole = { roleArn: string; triedAt: Date | null }

/** Keeps every role of the catalogue and of recent grants in the rotation, and no others. */
export async function keepRoleChecks(db: Database, now: Date): Promise<void> {
  await db.$executeRaw`
    WITH wanted AS (
    SELECT 'arn:' || CASE WHEN a.region LIKE 'cn-%' THEN 'aws-cn' WHEN a.region LIKE 'us-gov-%' THEN 'aws-us-gov' ELSE 'aws' END || ':iam::' || a.id || ':role/' || (p.definition->'access'->>'role') AS "roleArn"
    FROM access_profile p JOIN account a ON a.id = p."accountId" WHERE p.offered AND p.definition->'access'->>'role' IS NOT NULL
    UNION SELECT "roleArn" FROM "grant" WHERE "endsAt" > ${after(now, -recentMs)}::timestamptz AND access->>'kind' IS DISTINCT FROM 'identity_center'
    ), kept AS (INSERT INTO role_check ("roleArn") SELECT "roleArn" FROM wanted ON CONFLICT ("roleArn") DO NOTHING)
    DELETE FROM role_check WHERE "roleArn" NOT IN (SELECT "roleArn" FROM wanted)`
}

/** Roles that are due: those in use first, then whichever waited longest. A run that broke off is gone on with by the next. */
export function listDueRoles(db: Database, now: Date, batch: number): Promise<DueRole[]> {
  return db.$queryRaw<DueRole[]>`
    SELECT c."roleArn", c."triedAt" FROM role_check c
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM "grant" g WHERE g."roleArn" = c."roleArn" AND (g.state IN ('activating', 'active', 'ending') OR g."endsAt" > ${after(now, -recentMs)}::timestamptz)) AS hot) used
    WHERE c."triedAt" IS NULL OR c."triedAt" <= ${after(now, -coldEveryMs)}::timestamptz OR ((used.hot OR c.failure IS NOT NULL) AND c."triedAt" <= ${after(now, -hotEveryMs)}::timestamptz)
    ORDER BY used.hot DESC, c."triedAt" NULLS FIRST, c."roleArn" LIMIT ${batch}`
}

/** Takes on a role, or puts it off with the reason; `false` when another process was faster. */
export async function claimRole(db: Database, { roleArn, triedAt }: DueRole, now: Date, failure?: string): Promise<boolean> {
  const { count } = await db.roleCheck.updateMany({ where: { roleArn, triedAt }, data: { triedAt: now, ...(failure === undefined ? {} : { failure }) } })
  return count === 1
}

/** Why roles could not be compared the last time, in a sentence each, whichever process tried. */
export async function listFailures(db: Database, take = 50): Promise<string[]> {
  const rows = await db.roleCheck.findMany({ where: { failure: { not: null } }, orderBy: [{ triedAt: 'desc' }, { roleArn: 'asc' }], take })
  return rows.map(({ roleArn, failure }) => `${roleArn}: ${failure}`)
}
