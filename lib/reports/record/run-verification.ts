import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AnchorBucket } from '#lib/aws/anchor-bucket.ts'
import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { readCheckpoints } from '#lib/record/checkpoints/read-checkpoints.ts'
import type { ChainVerdict } from '#lib/record/verify/chain-verifier.ts'
import { verifyDatabase } from '#lib/record/verify/verify-database.ts'

type Deps = { db: Database; clock: Clock; record: { signingKey: KeyObject; checkpointFile: string }; anchorBucket?: AnchorBucket | undefined }

/**
 * Verifies the record against the checkpoint file of this process, the newest objects of the bucket with Object Lock
 * where there is one, and the checkpoints that the database knows, and writes
 * down what came of it: in the record too, and, where it is broken, to auditors and admins. Safe to run twice; one that
 * was cut off is run again by the queue. A verification that could not be made at all is `failed`, never `held`.
 */
export async function runVerification({ db, clock, record, anchorBucket }: Deps, verificationId: string): Promise<void> {
  const wanted = await db.recordVerification.findUnique({ where: { id: verificationId } })
  if (wanted?.state !== 'running') return
  const told = async (entries: number): Promise<void> => void (await db.recordVerification.updateMany({ where: { id: verificationId, state: 'running' }, data: { entries } }))
  try {
    const outside = readCheckpoints([await readFile(record.checkpointFile, 'utf8').catch(noFileYet), ...(await lockedTexts(anchorBucket))])
    const verdict = await verifyDatabase(db, outside, [createPublicKey(record.signingKey)], told)
    await conclude(db, { id: verificationId, wantedById: wanted.wantedById }, verdict, clock())
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 300) : 'unknown'
    await db.recordVerification.updateMany({ where: { id: verificationId, state: 'running' }, data: { state: 'failed', finishedAt: clock(), why } })
    throw error
  }
}

/** The newest are enough: the chain up to a checkpoint holds all that came before. */
const lockedObjects = 20

async function lockedTexts(bucket: AnchorBucket | undefined): Promise<string[]> {
  const answer = await bucket?.newest(lockedObjects)
  if (answer && !answer.ok) throw new Error(`The bucket for checkpoints could not be read: ${answer.message}`)
  return answer?.texts ?? []
}

/** Before the first checkpoint there is no file. Any other mistake is one. */
function noFileYet(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
  throw error
}

async function conclude(db: Database, { id, wantedById }: { id: string; wantedById: string | null }, verdict: ChainVerdict, now: Date): Promise<void> {
  const outcome = verdict.whole
    ? { state: 'held', entries: verdict.entries, anchoredUpTo: verdict.anchoredUpTo }
    : { state: 'broken', brokenAt: verdict.brokenAt, why: verdict.why }
  await db.$transaction(async (tx) => {
    const { count } = await tx.recordVerification.updateMany({ where: { id, state: 'running' }, data: { ...outcome, finishedAt: now } })
    if (count !== 1) return
    await appendEntry(tx, { kind: 'record.verified', occurredAt: now, actorId: wantedById ?? undefined, subjectId: id, facts: { outcome: outcome.state, ...(verdict.whole ? { entries: verdict.entries, anchoredUpTo: verdict.anchoredUpTo } : { brokenAt: verdict.brokenAt, why: verdict.why }) } })
    if (!verdict.whole) await tellLater(tx, { kind: 'record.broken', to: { roles: ['auditor', 'admin'] }, facts: { entry: verdict.brokenAt }, onceKey: `record.broken/${id}` }, now)
  })
}
