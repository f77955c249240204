import type { KeyObject } from 'node:crypto'
import { type Result, refuse } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { writeRecordFile } from '#lib/record/file/write-record-file.ts'

/**
 * The whole record as a file that verifies without this portal, for auditors and admins. That somebody takes it away
 * stands in the record before its first byte leaves.
 */
export async function exportRecord({ db, signingKey }: { db: Database; signingKey: KeyObject }, viewer: Viewer, now: Date): Promise<Result<{ chunks: AsyncGenerator<Buffer> }, 'not_allowed'>> {
  if (!hasRole(viewer, 'auditor', 'admin')) return refuse('not_allowed', 'Auditors and admins take the record away.')
  await db.$transaction((tx) => appendEntry(tx, { kind: 'report.exported', occurredAt: now, actorId: viewer.personId, facts: { report: 'record', format: 'record file' } }))
  return { ok: true, chunks: writeRecordFile(db, signingKey, now) }
}
