import type { Principal } from '#lib/aws/identity-center.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type OutsideFact = { accountId: string; permissionSetArn: string; principalType: string; principalId: string; firstSeenAt: Date }

/**
 * Keeps which assignments of a permission set in an account no grant asked for, as seen at `now`. Each is told in the record
 * when it is first seen, and again when it had gone in between.
 */
export async function noteOutside(db: Database, pair: { accountId: string; permissionSetArn: string }, principals: readonly Principal[], now: Date): Promise<OutsideFact[]> {
  const facts: OutsideFact[] = []
  for (const { type: principalType, id: principalId } of principals) {
    const place = { ...pair, principalType, principalId }
    facts.push({ ...place, firstSeenAt: await noteOne(db, place, now) })
  }
  const seen = principals.map(({ id }) => id)
  await db.outsideAssignment.updateMany({ where: { ...pair, goneAt: null, principalId: { notIn: seen } }, data: { goneAt: now } })
  return facts
}

/** One row, one entry: who inserts it, or brings it back, tells it. */
async function noteOne(db: Database, place: { accountId: string; permissionSetArn: string; principalType: string; principalId: string }, now: Date): Promise<Date> {
  return db.$transaction(async (tx) => {
    const { count: made } = await tx.outsideAssignment.createMany({ data: [{ ...place, firstSeenAt: now, lastSeenAt: now }], skipDuplicates: true })
    const { count: back } = made === 1 ? { count: 0 } : await tx.outsideAssignment.updateMany({ where: { ...place, goneAt: { not: null } }, data: { goneAt: null, firstSeenAt: now, lastSeenAt: now } })
    if (made === 1 || back === 1) {
      await appendEntry(tx, { kind: 'assignment.outside', occurredAt: now, subjectId: place.accountId, facts: place })
      return now
    }
    const { firstSeenAt } = await tx.outsideAssignment.update({ where: { accountId_permissionSetArn_principalType_principalId: place }, data: { lastSeenAt: now } })
    return firstSeenAt
  })
}
