import { createHash, type Hash, type KeyObject } from 'node:crypto'
import { after, type Clock, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { ExportJob } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { type ExportMaker, makerOf } from './export-parts.ts'
import { exportWhatSchema } from './export-what.ts'
import { beginAnew, claimExport, keepChunk, Overtaken, type Progress, readChunks, tellPages, whileHeld } from './export.store.ts'

type Deps = { db: Database; clock: Clock; signingKey: KeyObject }

/** A finished file is kept this long. */
export const keptDays = 7
const chunkBytes = 1_000_000
/** More than this would crowd the database: it is to be taken in parts. */
const mostBytes = 4_000_000_000n
const mostTries = 5
const beatEveryMs = 15_000

/**
 * Makes an export and keeps it in chunks. Safe to run again after it was cut off anywhere: a report goes on after the last
 * chunk that was kept, a pack begins anew. Who was overtaken or is no longer wanted stops quietly. Throws what went wrong,
 * for the queue to try again, until it has failed `mostTries` times; then the export is `failed`, and its owner is told.
 */
export async function buildExport({ db, clock, signingKey }: Deps, exportId: string): Promise<void> {
  const job = await claimExport(db, exportId, clock())
  if (!job) return
  const beating = setInterval(() => void db.exportJob.updateMany({ where: { id: job.id, claim: job.claim, state: 'running' }, data: { beatAt: clock() } }).catch(() => undefined), beatEveryMs)
  try {
    const { displayName } = await db.person.findUniqueOrThrow({ where: { id: job.personId }, select: { displayName: true } })
    const maker = makerOf({ db, signingKey }, exportWhatSchema.parse(job.what), { by: displayName, at: job.createdAt })
    await make({ db, clock }, job, maker)
  } catch (error) {
    if (error instanceof Overtaken) return
    if (job.claim < mostTries) throw error
    await conclude(db, job, { state: 'failed', error: error instanceof Error ? error.message.slice(0, 300) : 'unknown' }, clock())
  } finally {
    clearInterval(beating)
  }
}

async function make({ db, clock }: Omit<Deps, 'signingKey'>, job: ExportJob, maker: ExportMaker): Promise<void> {
  const { hash, progress } = await takeUp(db, job)
  if (job.estimate === null) {
    const estimate = await maker.estimate()
    if (estimate !== null) await whileHeld(db, job, { estimate })
  }
  let reached = progress
  let pending: { parts: Buffer[]; size: number; rows: number; cursor: string | null } = { parts: [], size: 0, rows: 0, cursor: reached.cursor }
  const flush = async (): Promise<void> => {
    if (pending.size === 0) return
    const bytes = Buffer.concat(pending.parts)
    hash.update(bytes)
    reached = await keepChunk(db, job, reached, { bytes, rows: pending.rows, cursor: pending.cursor }, clock())
    if (reached.bytes > mostBytes) throw new Error('It is larger than 4 GB. Take shorter periods, one after the other.')
    pending = { parts: [], size: 0, rows: 0, cursor: reached.cursor }
  }
  for await (const { bytes, rows, cursor } of maker.parts(reached.cursor)) {
    if (pending.size + bytes.length > chunkBytes) await flush()
    pending = { parts: [...pending.parts, bytes], size: pending.size + bytes.length, rows: pending.rows + rows, cursor }
  }
  await flush()
  await conclude(db, job, { state: 'done', sha256: hash.digest('hex') }, clock())
}

/** Where to go on: after what is kept, whose bytes are taken into the digest again, or from the beginning. */
async function takeUp(db: Database, job: ExportJob): Promise<{ hash: Hash; progress: Progress }> {
  const hash = createHash('sha256')
  if (job.cursor === null) {
    if (job.chunks > 0) await beginAnew(db, job)
    return { hash, progress: { chunks: 0, rows: 0n, bytes: 0n, cursor: null } }
  }
  for await (const bytes of readChunks(db, job.id, 0n, job.bytes - 1n)) hash.update(bytes)
  return { hash, progress: job }
}

async function conclude(db: Database, job: ExportJob, outcome: { state: 'done'; sha256: string } | { state: 'failed'; error: string }, now: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    await whileHeld(tx, job, { ...outcome, finishedAt: now, expiresAt: after(now, minutes(keptDays * 24 * 60)) })
    if (outcome.state === 'failed') await tx.exportChunk.deleteMany({ where: { exportId: job.id } })
    await tellLater(tx, { kind: 'export.done', to: { personIds: [job.personId] }, facts: { subject: job.title, outcome: outcome.state }, onceKey: `export.done/${job.id}` }, now)
    await tellPages(tx)
  })
}
