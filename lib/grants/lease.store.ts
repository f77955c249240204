import { randomUUID } from 'node:crypto'
import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { LeaseCredentials } from '#lib/aws/issuer.ts'
import { after, seconds } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { LeasePurpose } from '#lib/db/generated/enums.ts'
import { changeWithEntries, type NewEntry } from '#lib/record/append-entry.ts'

/** How long the issuer may go on asking AWS after the row was written, time-outs and retries included. */
const mintingTakesAtMost = 60

export type LeaseSubject = { id: string; code: string; profileId: string; requestId: string; personId: string }

/**
 * Writes the lease before AWS is asked, so that a crash in between leaves a trace and an upper bound of its life. Only
 * while the grant is open, under a lock that its ending waits for: `undefined`, and nothing written, when it is not.
 * `fromAddress` is where its holder takes it from, where that is known.
 */
export async function beginLease(db: Database, grant: LeaseSubject, purpose: LeasePurpose, durationSeconds: number, now: Date, fromAddress: string | null = null): Promise<string | undefined> {
  const state = purpose === 'probe' ? 'activating' : 'active'
  return begin(db, grant, purpose, durationSeconds, Prisma.sql`state = ${state}::"GrantState" AND "endsAt" > ${now}`, now, fromAddress)
}

/** Writes the row of a trial whether the sessions of a grant that is ending are denied by now; `undefined` when it is not. */
export async function beginTrial(db: Database, grant: LeaseSubject, durationSeconds: number, now: Date): Promise<string | undefined> {
  return begin(db, grant, 'probe', durationSeconds, Prisma.sql`state = 'ending'`, now)
}

/** Writes the row of a trial whether a role denies what it issued before: whatever became of the grant it was asked for from. */
export async function beginCutoffTrial(db: Database, grant: LeaseSubject, durationSeconds: number, now: Date): Promise<string> {
  return (await begin(db, grant, 'probe', durationSeconds, Prisma.sql`true`, now)) as string
}

async function begin(db: Database, grant: LeaseSubject, purpose: LeasePurpose, durationSeconds: number, condition: Prisma.Sql, now: Date, fromAddress: string | null = null): Promise<string | undefined> {
  const id = randomUUID()
  const change = Prisma.sql`
    INSERT INTO lease (id, "grantId", "personId", purpose, state, "durationSeconds", "requestedAt", "mayLiveUntil", "fromAddress")
    SELECT ${id}::uuid, id, "personId", ${purpose}::"LeasePurpose", 'minting', ${durationSeconds}::int, ${now}::timestamptz, ${after(now, seconds(durationSeconds + mintingTakesAtMost))}::timestamptz, ${fromAddress}::text
    FROM "grant" WHERE id = ${grant.id}::uuid AND ${condition} FOR SHARE
    RETURNING id`
  const written = await changeWithEntries<{ id: string }>(db, change, { entries: [entry(grant, 'lease.requested', id, now, { purpose, durationSeconds })] })
  return written?.id
}

/**
 * Completes a lease with what AWS issued: the access key's id, which is no secret, and its end. Nothing else is kept.
 * `grantOpen` says whether the grant was still open, seen under a lock that its ending waits for.
 */
export async function completeLease(db: Database, grant: LeaseSubject, leaseId: string, credentials: LeaseCredentials, now: Date): Promise<{ grantOpen: boolean }> {
  const { accessKeyId, expiresAt } = credentials
  const change = Prisma.sql`
    WITH held AS (SELECT id FROM "grant" WHERE id = ${grant.id}::uuid AND state IN ('activating', 'active') FOR SHARE)
    UPDATE lease SET state = 'minted', "accessKeyId" = ${accessKeyId}, "issuedAt" = ${now}, "expiresAt" = ${expiresAt}, "mayLiveUntil" = ${expiresAt}
    WHERE id = ${leaseId}::uuid AND state IN ('minting', 'unknown')
    RETURNING EXISTS (SELECT 1 FROM held) AS "grantOpen"`
  const completed = await changeWithEntries<{ grantOpen: boolean }>(db, change, { entries: [entry(grant, 'lease.minted', leaseId, now, { accessKeyId, expiresAt: expiresAt.toISOString() })] })
  return { grantOpen: completed?.grantOpen ?? false }
}

/** Notes that AWS refused, or that its answer never came (`unknown`: credentials may exist and nobody has them). */
export async function refuseLease(db: Database, grant: LeaseSubject, leaseId: string, failure: AwsFailure, now: Date): Promise<void> {
  const state = failure.code === 'unavailable' || failure.code === 'unknown' ? 'unknown' : 'refused'
  const change = Prisma.sql`
    UPDATE lease SET state = ${state}::"LeaseState", "errorCode" = ${failure.awsCode} WHERE id = ${leaseId}::uuid AND state = 'minting' RETURNING id`
  await changeWithEntries(db, change, { entries: [entry(grant, state === 'unknown' ? 'lease.unknown' : 'lease.refused', leaseId, now, { awsCode: failure.awsCode })] })
}

function entry(grant: LeaseSubject, kind: 'lease.requested' | 'lease.minted' | 'lease.refused' | 'lease.unknown', leaseId: string, now: Date, facts: Record<string, string | number>): NewEntry {
  return {
    kind,
    occurredAt: now,
    actorId: grant.personId,
    subjectId: grant.profileId,
    requestId: grant.requestId,
    grantId: grant.id,
    facts: { code: grant.code, lease: leaseId, ...facts },
  }
}
