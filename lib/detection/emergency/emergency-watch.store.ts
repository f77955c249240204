import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { EmergencyWatch, Prisma } from '#lib/db/generated/client.ts'
import { partitionOf } from '#lib/catalog/role-arn.ts'

/** How far back CloudTrail's event history reaches; a little less, so that AWS takes the question. */
const historyMs = minutes(90 * 24 * 60 - 60)
/** Where calls to STS's global address are recorded. */
const globalRegion = 'us-east-1'

/** What is asked about an account without an emergency role begins this far back. */
const lately = minutes(60)

/**
 * A row a Region for every account on offer. Where there may be an emergency role, its first question reaches back as far
 * as CloudTrail does: it may have been used while the portal was down.
 */
export async function ensureEmergencyWatches(db: Database, emergencyRole: string | undefined, now: Date): Promise<void> {
  const accounts = await db.account.findMany({ where: { offered: true } })
  const wanted = accounts.flatMap(({ id: accountId, region: own }) => {
    const roleArn = emergencyRole === undefined ? '' : `arn:${partitionOf(own)}:iam::${accountId}:role/${emergencyRole}`
    return [...new Set([own, globalRegion])].map((region) => ({ accountId, region, roleArn, cursorAt: after(now, emergencyRole === undefined ? -lately : -historyMs), nextPollAt: now }))
  })
  // Another name of the role is another question, from the beginning.
  await db.emergencyWatch.deleteMany({ where: { NOT: { roleArn: { in: wanted.map(({ roleArn }) => roleArn) } } } })
  await db.emergencyWatch.createMany({ data: wanted, skipDuplicates: true })
}

export type ClaimedEmergencyWatch = EmergencyWatch

/** Takes on what is due, until `claimedUntil`; of two replicas one gets each. */
export async function claimEmergencyWatches(db: Database, claimedUntil: Date, now: Date): Promise<ClaimedEmergencyWatch[]> {
  const due = await db.emergencyWatch.findMany({ where: { nextPollAt: { lte: now } }, orderBy: { nextPollAt: 'asc' }, take: 20 })
  const claimed = await Promise.all(
    due.map(async (watch) => {
      const { accountId, region, nextPollAt } = watch
      const { count } = await db.emergencyWatch.updateMany({ where: { accountId, region, nextPollAt }, data: { nextPollAt: claimedUntil } })
      return count === 1 ? [{ ...watch, nextPollAt: claimedUntil }] : []
    }),
  )
  return claimed.flat()
}

/** Writes to a watch only while the claim is held; a cursor never moves by who lost it. */
export async function updateEmergencyWatch(db: Database, { accountId, region, nextPollAt }: ClaimedEmergencyWatch, data: Prisma.EmergencyWatchUpdateManyMutationInput): Promise<void> {
  await db.emergencyWatch.updateMany({ where: { accountId, region, nextPollAt }, data })
}
