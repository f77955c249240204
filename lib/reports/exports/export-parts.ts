import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { type CopiedRow, copyRows, text } from '#lib/db/copy-rows.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { rowsOf } from '../ask-question.ts'
import { evidencePack } from '../evidence/evidence-pack.ts'
import { requestsOf } from '../evidence/evidence-scope.ts'
import { inlineSql } from '../files/inline-sql.ts'
import { csvHead, csvLines } from '../files/write-csv.ts'
import type { ReportFilters } from '../filters.ts'
import { allQuestions } from '../questions/all-questions.ts'
import type { Question } from '../questions/question.ts'
import { type ExportWhat, periodOf } from './export-what.ts'

/** Bytes of a file in their order, how many rows they are, and where to go on after them; null: only from the beginning. */
export type ExportPart = { bytes: Buffer; rows: number; cursor: string | null }
export type ExportMaker = { estimate: () => Promise<number | null>; parts: (cursor: string | null) => AsyncGenerator<ExportPart> }

const cursorSchema = z.tuple([z.string(), z.string()])

/** How an export's bytes are made: reports go on after a cursor, packs begin anew. `by` and `at` are who wanted it, and when. */
export function makerOf({ db, signingKey }: { db: Database; signingKey: KeyObject }, what: ExportWhat, { by, at }: { by: string; at: Date }): ExportMaker {
  if (what.kind === 'evidence') {
    return {
      estimate: () => Promise.resolve(null),
      parts: async function* () {
        const scoped = await requestsOf(db, periodOf(what))
        if (!scoped.ok) throw new Error(scoped.message)
        for await (const bytes of evidencePack({ db, signingKey }, scoped, { by, at })) yield { bytes, rows: 0, cursor: null }
      },
    }
  }
  const question = allQuestions.find(({ id }) => id === what.question)
  if (!question) throw new Error(`There is no question "${what.question}" any more.`)
  return { estimate: () => countRows(db, question, what.filters), parts: (cursor) => reportParts(db, question, what, cursor) }
}

async function countRows(db: Database, question: Question, filters: ReportFilters): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`SELECT count(*)::float8 AS count ${rowsOf(question, filters)}`
  return row?.count ?? 0
}

async function* reportParts(db: Database, question: Question, { filters, format }: Extract<ExportWhat, { kind: 'report' }>, cursor: string | null): AsyncGenerator<ExportPart> {
  const { columns, at, id_: id } = question
  const csv = format === 'csv'
  if (csv && cursor === null) yield { bytes: csvHead(columns.map(({ key }) => key)), rows: 0, cursor: null }
  const select = inlineSql(Prisma.sql`SELECT ${csv ? Prisma.join(columns.map(({ sql }) => Prisma.sql`(${sql})::text`)) : documentOf(question)}, (${at})::text, (${id.sql})::text
    ${rowsOf(question, filters)}${after(question, cursor)} ORDER BY ${at} DESC, ${id.sql} DESC`)
  const kinds = columns.map(({ kind }) => kind)
  for await (const rows of copyRows(db, select)) {
    const bytes = csv ? csvLines(rows.map((row) => row.slice(0, -2)), kinds) : Buffer.from(rows.map(([line]) => `${text(line)}\n`).join(''))
    yield { bytes, rows: rows.length, cursor: placeOf(rows.at(-1) as CopiedRow) }
  }
}

const documentOf = ({ columns }: Question): Prisma.Sql => Prisma.sql`json_build_object(${Prisma.join(columns.map(({ key, kind, sql }) => Prisma.sql`${key}::text, ${kind === 'json' ? Prisma.sql`(${sql})::json` : sql}`))})::text`
const placeOf = (row: CopiedRow): string => JSON.stringify([text(row.at(-2)), text(row.at(-1))])

function after({ at, id_: id }: Question, cursor: string | null): Prisma.Sql {
  if (cursor === null) return Prisma.empty
  const [moment, last] = cursorSchema.parse(JSON.parse(cursor))
  return Prisma.sql` AND (${at}, ${id.sql}) < (${moment}::timestamptz, ${last}${id.type === 'uuid' ? Prisma.sql`::uuid` : Prisma.sql`::text`})`
}
