import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import type { ExportJob } from '#lib/db/generated/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { exportWhatSchema, mayTake } from './export-what.ts'
import { tellPages } from './export.store.ts'

const listed = 50

/** One's own exports, latest first. */
export function listExports(db: Database, viewer: Viewer): Promise<ExportJob[]> {
  return db.exportJob.findMany({ where: { personId: viewer.personId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: listed })
}

export type FinishedExport = { id: string; fileName: string; contentType: string; bytes: bigint; sha256: string }

/**
 * A finished export for its owner, while they still have the right to what it holds. `not_allowed` where that right is
 * gone, `not_ready` before it is done, `expired` afterwards.
 */
export async function findExport(db: Database, viewer: Viewer, id: string): Promise<Result<FinishedExport, 'not_found' | 'not_allowed' | 'not_ready' | 'expired'>> {
  const job = await db.exportJob.findFirst({ where: { id, personId: viewer.personId } })
  if (!job) return refuse('not_found', 'There is no such export of yours.')
  const what = exportWhatSchema.safeParse(job.what)
  if (!what.success || !mayTake(viewer, what.data)) return refuse('not_allowed', 'You may not have this any more.')
  if (job.state === 'expired') return refuse('expired', 'It was kept for a week and is deleted.', 'Have it made again.')
  const { fileName, contentType, bytes, sha256 } = job
  if (job.state !== 'done' || sha256 === null) return refuse('not_ready', 'It is not finished.')
  return { ok: true, id, fileName, contentType, bytes, sha256 }
}

/** Deletes one's own export with its file; one that is being made ends with that. */
export async function deleteExport(db: Database, viewer: Viewer, id: string): Promise<Result<object, 'not_found'>> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.exportJob.deleteMany({ where: { id, personId: viewer.personId } })
    if (count !== 1) return refuse('not_found', 'There is no such export of yours.')
    await tellPages(tx)
    return { ok: true }
  })
}
