import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

/**
 * Marks leases that were asked for before `before` and never got an answer: the process died between the row and AWS.
 * Credentials may exist that nobody was given; they die with the grant. Returns how many.
 */
export async function markLostLeases(db: Database, before: Date, now: Date): Promise<number> {
  const lost = await db.lease.findMany({ where: { state: 'minting', requestedAt: { lt: before } }, include: { grant: true }, take: 100 })
  for (const lease of lost) {
    await db.$transaction(async (tx) => {
      const { count } = await tx.lease.updateMany({ where: { id: lease.id, state: 'minting' }, data: { state: 'unknown', errorCode: 'NoAnswer' } })
      if (count !== 1) return
      await appendEntry(tx, { kind: 'lease.unknown', occurredAt: now, subjectId: lease.grant.profileId, requestId: lease.grant.requestId, grantId: lease.grantId, facts: { code: lease.grant.code, lease: lease.id } })
    })
  }
  return lost.length
}
