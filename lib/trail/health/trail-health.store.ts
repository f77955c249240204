import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'

/** An account whose turn it is. `claimedUntil` is what the claim is known by. */
export type ClaimedAccount = { accountId: string; region: string; claimedUntil: Date }
/** The two things that are asked of an account, each in its own time. */
type Turn = 'dueAt' | 'regionsDueAt'

/** A row for every account on offer; one that is not on offer any more goes. */
export async function ensureHealth(db: Database, now: Date): Promise<void> {
  await db.$executeRaw`DELETE FROM trail_health h USING account a WHERE a.id = h."accountId" AND NOT a.offered`
  await db.$executeRaw`
    INSERT INTO trail_health ("accountId", "dueAt", "regionsDueAt")
    SELECT a.id, ${now}::timestamptz, ${now}::timestamptz FROM account a
    WHERE a.offered AND NOT EXISTS (SELECT FROM trail_health h WHERE h."accountId" = a.id)
    FOR KEY SHARE OF a
    ON CONFLICT DO NOTHING`
}

/** Takes on accounts whose turn it is, until `claimedUntil`; of two replicas one gets each. */
export async function claimAccounts(db: Database, turn: Turn, most: number, claimedUntil: Date, now: Date): Promise<ClaimedAccount[]> {
  const due = await db.trailHealth.findMany({ where: { [turn]: { lte: now } }, orderBy: { [turn]: 'asc' }, take: most, include: { account: { select: { region: true } } } })
  const claimed = await Promise.all(
    due.map(async (row) => {
      const { count } = await db.trailHealth.updateMany({ where: { accountId: row.accountId, [turn]: row[turn] }, data: { [turn]: claimedUntil } })
      return count === 1 ? [{ accountId: row.accountId, region: row.account.region, claimedUntil }] : []
    }),
  )
  return claimed.flat()
}

/** Writes while the claim is held; `false` when it lapsed and another process took over. */
export async function updateHealth(db: Database, turn: Turn, { accountId, claimedUntil }: ClaimedAccount, data: Prisma.TrailHealthUpdateManyMutationInput): Promise<boolean> {
  const { count } = await db.trailHealth.updateMany({ where: { accountId, [turn]: claimedUntil }, data })
  return count === 1
}

/** What the loop's heartbeat says while accounts could not be asked; null when all could. */
export async function sayFailures(db: Database, field: 'failure' | 'regionsFailure'): Promise<string | null> {
  const where = { [field]: { not: null } }
  const [count, first] = await Promise.all([db.trailHealth.count({ where }), db.trailHealth.findFirst({ where, orderBy: { accountId: 'asc' } })])
  return first ? `${count} ${count === 1 ? 'account' : 'accounts'} could not be asked. ${first.accountId}: ${first[field]}` : null
}
