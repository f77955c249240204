import { z } from 'zod'
import { takeEntries } from '#lib/reports/record/export-entries.ts'
import { logFilterOf, logQuerySchema, resolveLogFilter } from '#app/_server/record-view.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile, streamFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

const formatSchema = z.enum(['csv', 'ndjson']).catch('csv').default('csv')

/** The log as a file, with the filters of its page. */
export async function GET(request: Request): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return refusedFile(401, result.code)
  const asked = Object.fromEntries(new URL(request.url).searchParams)
  const { db, clock } = await getServices()
  const now = clock()
  const format = formatSchema.parse(asked.format)
  const filter = await resolveLogFilter(result.viewer, logFilterOf(logQuerySchema.parse(asked)))
  const taken = await takeEntries(db, result.viewer, filter, format, now)
  if (!taken.ok) return refusedFile(403, taken.code)
  return streamFile(taken.chunks, { name: `latchkey-log-${now.toISOString().slice(0, 10)}.${format}`, type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson' })
}
