import { after, minutes } from '#lib/config/clock.ts'
import { type Result, refuse } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { RecordVerification } from '#lib/db/generated/client.ts'
import { newId } from '#lib/db/new-id.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

type Deps = { db: Database; queue: JobQueue }

/**
 * Has the whole record verified, in a job: what stands in the database against the checkpoints outside it. One at a time;
 * who asks while one runs is answered with that one. For auditors and admins.
 */
export async function wantVerification({ db, queue }: Deps, viewer: Viewer, now: Date): Promise<Result<{ verificationId: string; began: boolean }, 'not_allowed'>> {
  if (!hasRole(viewer, 'auditor', 'admin')) return refuse('not_allowed', 'Auditors and admins have the record verified.')
  return db.$transaction(async (tx) => ({ ok: true, ...(await begin(tx, queue, viewer.personId, now)) }))
}

/** The portal verifies the record by itself once a day, as long as there is something to verify. */
export async function verifyDaily({ db, queue }: Deps, now: Date): Promise<void> {
  const latest = await db.recordVerification.findFirst({ orderBy: { startedAt: 'desc' }, select: { startedAt: true } })
  if (latest && latest.startedAt > after(now, -minutes(24 * 60))) return
  if (!(await db.recordSeal.findFirst({ select: { sequence: true } }))) return
  await db.$transaction((tx) => begin(tx, queue, null, now))
}

async function begin(tx: Transaction, queue: JobQueue, wantedById: string | null, now: Date): Promise<{ verificationId: string; began: boolean }> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO record_verification (id, "wantedById", "startedAt", state) VALUES (${newId()}::uuid, ${wantedById}::uuid, ${now}::timestamptz, 'running')
    ON CONFLICT (state) WHERE state = 'running' DO NOTHING RETURNING id::text`
  if (!row) {
    // The one that runs, or ended this moment.
    const latest = await tx.recordVerification.findFirstOrThrow({ orderBy: { startedAt: 'desc' }, select: { id: true } })
    return { verificationId: latest.id, began: false }
  }
  await queue.enqueue(tx, 'record.verify', { verificationId: row.id })
  return { verificationId: row.id, began: true }
}

export type VerificationState = { running: RecordVerification | null; latest: RecordVerification | null; lastHeld: RecordVerification | null }

/** What runs, what was found last, and when the record held last; null for whoever may not read the record. */
export async function getVerificationState(db: Database, viewer: Viewer): Promise<VerificationState | null> {
  if (!hasRole(viewer, 'auditor', 'admin')) return null
  const [running, latest, lastHeld] = await Promise.all([
    db.recordVerification.findFirst({ where: { state: 'running' } }),
    db.recordVerification.findFirst({ where: { state: { not: 'running' } }, orderBy: { startedAt: 'desc' } }),
    db.recordVerification.findFirst({ where: { state: 'held' }, orderBy: { startedAt: 'desc' } }),
  ])
  return { running, latest, lastHeld }
}
