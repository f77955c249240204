import { z } from 'zod'
import { fileFormats, takeReport, takeReportTable } from '#lib/reports/export-report.ts'
import { filterSchema, type ReportFilters, withWindow } from '#lib/reports/filters.ts'
import { allQuestions, questionFor } from '#lib/reports/questions/all-questions.ts'
import type { Result } from '#lib/config/result.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { sealedHead } from '#lib/record/record.queries.ts'
import type { Question } from '#lib/reports/questions/question.ts'
import { filterWords } from '#app/_server/report-view.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile, streamFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

const formatSchema = z.enum(fileFormats).catch('csv').default('csv')
const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson', pdf: 'application/pdf' }

async function take(viewer: Viewer, question: Question, filters: ReportFilters, format: z.infer<typeof formatSchema>, now: Date): Promise<Result<{ chunks: AsyncIterable<Uint8Array> }>> {
  const { db } = await getServices()
  if (format !== 'pdf') return takeReport(db, viewer, question, filters, format, now)
  const taken = await takeReportTable(db, viewer, question, filters, await filterWords(viewer, question, filters), now)
  if (!taken.ok) return taken
  // Loaded when somebody wants one: the library and its fonts are large.
  const { writePdf } = await import('#lib/reports/pdf/write-pdf.ts')
  return { ok: true, chunks: writePdf(taken.table, { generatedBy: viewer.displayName, generatedAt: now, head: await sealedHead(db) }) }
}

/** The answer to a question as a file, with the filters of its page. */
export async function GET(request: Request, { params }: { params: Promise<{ question: string }> }): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return refusedFile(401, result.code)
  const { viewer } = result
  const { question: id } = await params
  const question = questionFor(viewer, id)
  if (!question) return allQuestions.some((other) => other.id === id) ? refusedFile(403, 'not_allowed') : refusedFile(404, 'not_found')
  const asked = Object.fromEntries(new URL(request.url).searchParams)
  const { clock } = await getServices()
  const now = clock()
  const format = formatSchema.parse(asked.format)
  const filters = withWindow(filterSchema.parse(asked), question.days, now)
  const taken = await take(viewer, question, filters, format, now)
  if (!taken.ok) return refusedFile(taken.code === 'not_allowed' ? 403 : 409, taken.code)
  return streamFile(taken.chunks, { name: `latchkey-${question.id}-${now.toISOString().slice(0, 10)}.${format}`, type: types[format] })
}
