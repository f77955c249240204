import { exportRecord } from '#lib/reports/record/export-record.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile, streamFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

/** The whole record as one file, for `npm run audit:verify`. */
export async function GET(): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return refusedFile(401, result.code)
  const { db, clock, config } = await getServices()
  const now = clock()
  const exported = await exportRecord({ db, signingKey: config.record.signingKey }, result.viewer, now)
  if (!exported.ok) return refusedFile(403, exported.code)
  return streamFile(exported.chunks, { name: `latchkey-record-${now.toISOString().slice(0, 10)}.txt`, type: 'text/plain; charset=utf-8' })
}
