import { z } from 'zod'
import { fileFormats, noteExport, reportFile, reportTable } from '#lib/reports/export-report.ts'
import { filterSchema, type ReportFilters, withWindow } from '#lib/reports/filters.ts'
import { allQuestions, questionFor } from '#lib/reports/questions/all-questions.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { sealedHead } from '#lib/record/record.queries.ts'
import type { Question } from '#lib/reports/questions/question.ts'
import { filterWords } from '#app/_server/report-view.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile, streamFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

const formatSchema = z.enum(fileFormats).catch('csv').default('csv')
const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson', pdf: 'application/pdf' }

async function pdfOf(viewer: Viewer, question: Question, filters: ReportFilters, now: Date): Promise<AsyncIterable<Buffer>> {
  const { db } = await getServices()
  const [labels, head] = await Promise.all([filterWords(viewer, question, filters), sealedHead(db)])
  // Loaded when somebody wants one: the library and its fonts are large.
  const { writePdf } = await import('#lib/reports/pdf/write-pdf.ts')
  return writePdf(reportTable(db, question, filters, labels), { generatedBy: viewer.displayName, generatedAt: now, head })
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
  const { db, clock } = await getServices()
  const now = clock()
  const format = formatSchema.parse(asked.format)
  const filters = withWindow(filterSchema.parse(asked), question.days, now)
  const noted = await noteExport(db, viewer, question, filters, format, now)
  if (!noted.ok) return refusedFile(noted.code === 'not_allowed' ? 403 : 409, noted.code)
  const chunks = format === 'pdf' ? await pdfOf(viewer, question, filters, now) : reportFile(db, question, filters, format)
  return streamFile(chunks, { name: `latchkey-${question.id}-${now.toISOString().slice(0, 10)}.${format}`, type: types[format] })
}
