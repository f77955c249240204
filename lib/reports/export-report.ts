import { type Result, refuse } from '#lib/config/result.ts'
import { copyRows, text } from '#lib/db/copy-rows.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { rowsOf } from './ask-question.ts'
import { inlineSql } from './files/inline-sql.ts'
import { csvHead, csvLines } from './files/write-csv.ts'
import type { ReportFilters } from './filters.ts'
import type { Question, QuestionColumn } from './questions/question.ts'
import type { Cell, ReportTable } from './report-table.ts'

export const fileFormats = ['csv', 'ndjson', 'pdf'] as const
export type LineFormat = Exclude<(typeof fileFormats)[number], 'pdf'>
type Refused = 'not_allowed' | 'person_missing'

const ordered = (question: Question, filters: ReportFilters): Prisma.Sql => Prisma.sql`${rowsOf(question, filters)} ORDER BY ${question.at} DESC, ${question.id_.sql} DESC`
const asText = ({ sql }: QuestionColumn): Prisma.Sql => Prisma.sql`(${sql})::text`

/** Whether somebody may take an answer away, written down: whatever then leaves is in the record already. */
export async function noteExport(db: Database, viewer: Viewer, question: Question, filters: ReportFilters, format: string, now: Date): Promise<Result<object, Refused>> {
  if (!hasRole(viewer, ...question.roles)) return refuse('not_allowed', 'This question is for others to ask.')
  if (question.needsPerson && filters.person === '') return refuse('person_missing', 'Choose whom the report is about.')
  const said = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
  await db.$transaction((tx) => appendEntry(tx, { kind: 'report.exported', occurredAt: now, actorId: viewer.personId, facts: { report: question.id, format, filters: said } }))
  return { ok: true }
}

/** Every row that fits the filters as a file, streamed as PostgreSQL yields it; recorded, and refused to whoever may not ask. */
export async function takeReport(db: Database, viewer: Viewer, question: Question, filters: ReportFilters, format: LineFormat, now: Date): Promise<Result<{ chunks: AsyncGenerator<Buffer> }, Refused>> {
  const noted = await noteExport(db, viewer, question, filters, format, now)
  return noted.ok ? { ok: true, chunks: reportFile(db, question, filters, format) } : noted
}

/** The same as a table, for formats that are composed row by row; `labels` are the filters in words. */
export async function takeReportTable(db: Database, viewer: Viewer, question: Question, filters: ReportFilters, labels: ReportTable['filters'], now: Date): Promise<Result<{ table: ReportTable }, Refused>> {
  const noted = await noteExport(db, viewer, question, filters, 'pdf', now)
  return noted.ok ? { ok: true, table: tableOf(db, question, filters, labels) } : noted
}

async function* reportFile(db: Database, question: Question, filters: ReportFilters, format: LineFormat): AsyncGenerator<Buffer> {
  const { columns } = question
  if (format === 'csv') {
    yield csvHead(columns.map(({ key }) => key))
    const select = inlineSql(Prisma.sql`SELECT ${Prisma.join(columns.map(asText))} ${ordered(question, filters)}`)
    const kinds = columns.map(({ kind }) => kind)
    for await (const rows of copyRows(db, select)) yield csvLines(rows, kinds)
    return
  }
  const fields = columns.map(({ key, kind, sql }) => Prisma.sql`${key}::text, ${kind === 'json' ? Prisma.sql`(${sql})::json` : sql}`)
  const select = inlineSql(Prisma.sql`SELECT json_build_object(${Prisma.join(fields)})::text ${ordered(question, filters)}`)
  for await (const rows of copyRows(db, select)) yield Buffer.from(rows.map(([line]) => `${text(line)}\n`).join(''))
}

function tableOf(db: Database, question: Question, filters: ReportFilters, labels: ReportTable['filters']): ReportTable {
  const columns = question.columns.filter(({ kind }) => kind !== 'json')
  const select = inlineSql(Prisma.sql`SELECT ${Prisma.join(columns.map(asText))} ${ordered(question, filters)}`)
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    for await (const copied of copyRows(db, select)) for (const row of copied) yield row.map((value, index) => cellOf(value, columns[index] as QuestionColumn))
  }
  return { id: question.id, title: question.title, filters: labels, columns: columns.map(({ key, label }) => ({ key, label })), rows: rows() }
}

function cellOf(value: Buffer | null, { kind }: QuestionColumn): Cell {
  if (value === null) return null
  const written = value.toString('utf8')
  return kind === 'number' ? Number(written) : kind === 'time' ? new Date(written) : written
}
