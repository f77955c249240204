import type { Database, Transaction } from '#lib/db/client.ts'
import { Prisma, type Suppression } from '#lib/db/generated/client.ts'

/** What may be expected: who has the access, where, by which detector, and how severe. */
export type Suppressible = { detector: string; holderId: string | undefined; accountId: string; severityOrder: number }

/**
 * The suppression that covers a finding at `now`, if any. None covers what is more severe than what was looked at, and none
 * covers its own author's access, under any of their identities: nobody makes themselves unseen.
 */
export async function findSuppression(tx: Database | Transaction, { detector, holderId, accountId, severityOrder }: Suppressible, now: Date): Promise<string | null> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id::text FROM suppression s
    WHERE s.detector = ${detector} AND s."expiresAt" > ${now}::timestamptz AND s."endedAt" IS NULL AND s."severityOrder" >= ${severityOrder}
      AND (s."accountId" IS NULL OR s."accountId" = ${accountId})
      AND (s."personId" IS NULL OR s."personId" = ${holderId ?? null}::uuid)
      ${holderId === undefined ? Prisma.empty : Prisma.sql`AND s."createdById" NOT IN (SELECT same FROM same_person(${holderId}::uuid) same) AND s."createdById" <> ${holderId}::uuid`}
    ORDER BY s."expiresAt" DESC LIMIT 1`
  return rows[0]?.id ?? null
}

/** Hides those open and acknowledged findings that a new suppression covers; answers how many. */
export async function hideCovered(tx: Transaction, { id, detector, personId, accountId, severityOrder, createdById }: Suppression, now: Date): Promise<number> {
  return tx.$executeRaw`
    UPDATE finding f SET state = 'suppressed', "suppressionId" = ${id}::uuid, "updatedAt" = ${now}::timestamptz
    WHERE f.detector = ${detector} AND f.state IN ('open', 'acknowledged') AND f."severityOrder" <= ${severityOrder}
      AND (${accountId}::text IS NULL OR f."accountId" = ${accountId})
      AND (${personId}::uuid IS NULL OR EXISTS (SELECT FROM "grant" g WHERE g.id = f."grantId" AND g."personId" = ${personId}::uuid))
      AND NOT EXISTS (SELECT FROM "grant" g WHERE g.id = f."grantId" AND (g."personId" = ${createdById}::uuid OR g."personId" IN (SELECT same FROM same_person(${createdById}::uuid) same)))`
}
