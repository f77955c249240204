import { randomUUID } from 'node:crypto'
import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { LeaseCredentials } from '#lib/aws/issuer.ts'
import { after, seconds } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { LeasePurpose } from '#lib/db/generated/enums.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

/** How long the issuer may go on asking AWS after the row was written, time-outs and retries included. */
const mintingTakesAtMost = 60

export type LeaseSubject = { id: string; code: string; profileId: string; requestId: string; personId: string }

/**
 * Writes the lease before AWS is asked, so that a crash in between leaves a trace and an upper bound of its life. Only
 * while the grant is open, under a lock that its ending waits for: `undefined`, and nothing written, when it is not.
 */
export async function beginLease(tx: Transaction, grant: LeaseSubject, purpose: LeasePurpose, durationSeconds: number, now: Date): Promise<string | undefined> {
  const id = randomUUID()
  const state = purpose === 'probe' ? 'activating' : 'active'
  const written = await tx.$executeRaw`
    INSERT INTO lease (id, "grantId", "personId", purpose, state, "durationSeconds", "requestedAt", "mayLiveUntil")
    SELECT ${id}::uuid, id, "personId", ${purpose}::"LeasePurpose", 'minting', ${durationSeconds}, ${now}, ${after(now, seconds(durationSeconds + mintingTakesAtMost))}
    FROM "grant" WHERE id = ${grant.id}::uuid AND state = ${state}::"GrantState" AND "endsAt" > ${now} FOR SHARE`
  if (written !== 1) return undefined
  await entry(tx, grant, 'lease.requested', id, now, { purpose, durationSeconds })
  return id
}

/** Completes a lease with what AWS issued: the access key's id, which is no secret, and its end. Nothing else is kept. */
export async function completeLease(tx: Transaction, grant: LeaseSubject, leaseId: string, credentials: LeaseCredentials, now: Date): Promise<void> {
  await tx.lease.updateMany({
    where: { id: leaseId, state: { in: ['minting', 'unknown'] } },
    data: { state: 'minted', accessKeyId: credentials.accessKeyId, issuedAt: now, expiresAt: credentials.expiresAt, mayLiveUntil: credentials.expiresAt },
  })
  await entry(tx, grant, 'lease.minted', leaseId, now, { accessKeyId: credentials.accessKeyId, expiresAt: credentials.expiresAt.toISOString() })
}

/** Notes that AWS refused, or that its answer never came (`unknown`: credentials may exist and nobody has them). */
export async function refuseLease(db: Database, grant: LeaseSubject, leaseId: string, failure: AwsFailure, now: Date): Promise<void> {
  const state = failure.code === 'unavailable' || failure.code === 'unknown' ? 'unknown' : 'refused'
  await db.$transaction(async (tx) => {
    await tx.lease.updateMany({ where: { id: leaseId, state: 'minting' }, data: { state, errorCode: failure.awsCode } })
    await entry(tx, grant, state === 'unknown' ? 'lease.unknown' : 'lease.refused', leaseId, now, { awsCode: failure.awsCode })
  })
}

async function entry(tx: Transaction, grant: LeaseSubject, kind: 'lease.requested' | 'lease.minted' | 'lease.refused' | 'lease.unknown', leaseId: string, now: Date, facts: Record<string, string | number>): Promise<void> {
  await appendEntry(tx, {
    kind,
    occurredAt: now,
    actorId: grant.personId,
    subjectId: grant.profileId,
    requestId: grant.requestId,
    grantId: grant.id,
    facts: { code: grant.code, lease: leaseId, ...facts },
  })
}
