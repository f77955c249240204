import { after, seconds } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { Grant, Revocation } from '#lib/db/generated/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import type { RecordKind } from '#lib/record/record-kinds.ts'
import { keptUntil } from './decide-revocation.ts'
import type { DenialNote } from './denial-steps.ts'

/** Longer than one step takes, time-outs and retries included; then another process may go on. */
const holdMs = seconds(60)

export type ClaimedRevocation = Revocation & { grant: Grant & { profile: { definition: unknown } } }

/**
 * The obligation to cut off what was issued, with the jobs that do it and later tidy up, in the transaction of the early end. A grant that
 * was never confirmed has no role id, and no credentials either.
 */
export async function wantRevocation(tx: Transaction, queue: JobQueue, grant: Grant, until: Date, now: Date): Promise<void> {
  if (!grant.roleId) return
  await tx.revocation.create({ data: { grantId: grant.id, roleArn: grant.roleArn, userId: `${grant.roleId}:${grant.sessionName}`, until, wantedAt: now, nextAttemptAt: now } })
  await appendEntry(tx, entry(grant, 'grant.revocation.wanted', now, { roleArn: grant.roleArn, until: until.toISOString() }))
  await queue.enqueue(tx, 'grant.revoke', { grantId: grant.id })
  await queue.enqueue(tx, 'grant.revoke', { grantId: grant.id }, keptUntil({ until }))
}

/** Takes on a revocation that is due; `undefined` when it is not, or when another process has it. */
export async function claimRevocation(db: Database, grantId: string, now: Date): Promise<ClaimedRevocation | undefined> {
  const nextAttemptAt = after(now, holdMs)
  const { count } = await db.revocation.updateMany({ where: { grantId, closedAt: null, nextAttemptAt: { lte: now } }, data: { nextAttemptAt } })
  if (count !== 1) return undefined
  return db.revocation.findUniqueOrThrow({ where: { grantId }, include: { grant: { include: { profile: { select: { definition: true } } } } } })
}

/**
 * Writes what a step brought while the claim is held, with its record entry where it has one; the claim then ends at
 * `nextAttemptAt`. `false`, and nothing written, when the claim lapsed and another process took over.
 */
export async function noteRevocation(tx: Transaction, claimed: ClaimedRevocation, { data, event, facts }: DenialNote, now: Date): Promise<boolean> {
  const { count } = await tx.revocation.updateMany({ where: { grantId: claimed.grantId, closedAt: null, nextAttemptAt: claimed.nextAttemptAt }, data })
  if (count !== 1) return false
  if (event) await appendEntry(tx, entry(claimed.grant, `grant.revocation.${event}`, now, facts ?? {}))
  return true
}

const entry = (grant: Grant, kind: RecordKind, occurredAt: Date, facts: { readonly [key: string]: Json }) => ({ kind, occurredAt, subjectId: grant.profileId, requestId: grant.requestId, grantId: grant.id, facts: { code: grant.code, ...facts } })
