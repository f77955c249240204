import { type Result, refuse } from '#lib/config/result.ts'
import { copyRows, text } from '#lib/db/copy-rows.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { type EntryFilter, entryCondition } from '#lib/record/record.queries.ts'
import { inlineSql } from '../files/inline-sql.ts'
import { csvHead, csvLines } from '../files/write-csv.ts'
import { type ColumnKind, timeText } from '../questions/question.ts'

export type EntryFormat = 'csv' | 'ndjson'
const sql = Prisma.sql

const columns: readonly { key: string; kind: ColumnKind; sql: Prisma.Sql }[] = [
  { key: 'number', kind: 'number', sql: sql`s.sequence` },
  { key: 'occurredAt', kind: 'time', sql: timeText(sql`e."occurredAt"`) },
  { key: 'kind', kind: 'code', sql: sql`e.kind` },
  { key: 'person', kind: 'text', sql: sql`p."displayName"` },
  { key: 'subject', kind: 'text', sql: sql`e."subjectId"` },
  { key: 'request', kind: 'code', sql: sql`r.code` },
  { key: 'facts', kind: 'json', sql: sql`(convert_from(e.body, 'UTF8')::jsonb -> 'facts')` },
  { key: 'personal', kind: 'json', sql: sql`(SELECT jsonb_object_agg(c.field, c.value) FROM record_commitment c WHERE c."entryId" = e.id)` },
  { key: 'hash', kind: 'code', sql: sql`encode(s.hash, 'hex')` },
]

const rowsOf = (filter: EntryFilter): Prisma.Sql => sql`
  FROM record_entry e LEFT JOIN record_seal s ON s."entryId" = e.id LEFT JOIN person p ON p.id = e."actorId" LEFT JOIN request r ON r.id = e."requestId"
  WHERE ${entryCondition(filter)} ORDER BY e."occurredAt" DESC, e.id DESC`

/** The statement whose rows a CSV file of these entries holds. */
export const entriesStatement = (filter: EntryFilter): string => inlineSql(sql`SELECT ${Prisma.join(columns.map((column) => sql`(${column.sql})::text`))} ${rowsOf(filter)}`)

/** Entries that fit the filter, newest first, as a file, streamed. For auditors and admins; that they take it away is recorded before its first byte. */
export async function takeEntries(db: Database, viewer: Viewer, filter: EntryFilter, format: EntryFormat, now: Date): Promise<Result<{ chunks: AsyncGenerator<Buffer> }, 'not_allowed'>> {
  if (!hasRole(viewer, 'auditor', 'admin')) return refuse('not_allowed', 'Auditors and admins take the log away.')
  const { kind, from, to, search, actorIds } = filter
  const facts = { report: 'log', format, kind, from: from?.toISOString() ?? null, to: to?.toISOString() ?? null, people: actorIds ? [...actorIds] : null, searched: search !== '' }
  await db.$transaction((tx) => appendEntry(tx, { kind: 'report.exported', occurredAt: now, actorId: viewer.personId, facts, personal: { search: search || null } }))
  return { ok: true, chunks: entriesFile(db, filter, format) }
}

async function* entriesFile(db: Database, filter: EntryFilter, format: EntryFormat): AsyncGenerator<Buffer> {
  if (format === 'csv') {
    yield csvHead(columns.map(({ key }) => key))
    const kinds = columns.map(({ kind }) => kind)
    for await (const rows of copyRows(db, entriesStatement(filter))) yield csvLines(rows, kinds)
    return
  }
  const fields = columns.map((column) => sql`${column.key}::text, ${column.sql}`)
  for await (const rows of copyRows(db, inlineSql(sql`SELECT json_build_object(${Prisma.join(fields)})::text ${rowsOf(filter)}`))) yield Buffer.from(rows.map(([line]) => `${text(line)}\n`).join(''))
}
