import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { plannedForValues } from '#lib/db/statement-name.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { ReportFilters } from './filters.ts'
import type { LinkName, Question } from './questions/question.ts'

export type ReportRow = { id: string; at: Date; cells: (string | number | null)[]; links: Partial<Record<LinkName, string>> }
export type RowCursor = { at: Date; id: string }
export type ReportPage = { rows: ReportRow[]; next: RowCursor | null }

const forValues = Prisma.raw(plannedForValues)
const mayAsk = (viewer: Viewer, { roles }: Question): boolean => hasRole(viewer, ...roles)

/** The rows that fit the filters, and the figure in `only` where one is named. */
export function rowsOf(question: Question, filters: ReportFilters): Prisma.Sql {
  const only = question.figures.find(({ key }) => key === filters.only)?.where
  return only ? Prisma.sql`${question.from(filters)} AND (${only})` : question.from(filters)
}

/** One page of the answer, newest first; empty for whoever may not ask it. */
export async function askQuestion(db: Database, viewer: Viewer, question: Question, filters: ReportFilters, after: RowCursor | null, take: number): Promise<ReportPage> {
  if (!mayAsk(viewer, question)) return { rows: [], next: null }
  const { at, id_: id, columns } = question
  const cast = id.type === 'uuid' ? Prisma.sql`::uuid` : Prisma.sql`::text`
  const beyond = after ? Prisma.sql` AND (${at}, ${id.sql}) < (${after.at}::timestamptz, ${after.id}${cast})` : Prisma.empty
  const cells = columns.map(({ kind, sql }) => (kind === 'json' ? Prisma.sql`NULL` : kind === 'number' ? Prisma.sql`(${sql})::float8` : Prisma.sql`${sql}`))
  const links = Object.entries(question.links).map(([name, sql]) => Prisma.sql`${name}::text, ${sql}::text`)
  const found = await db.$queryRaw<{ id: string; at: Date; cells: (string | number | null)[]; links: ReportRow['links'] }[]>`
    ${forValues} SELECT ${id.sql}::text AS id, ${at} AS at, json_build_array(${Prisma.join(cells)}) AS cells, ${links.length === 0 ? Prisma.sql`'{}'::json` : Prisma.sql`json_build_object(${Prisma.join(links)})`} AS links
    ${rowsOf(question, filters)}${beyond} ORDER BY ${at} DESC, ${id.sql} DESC LIMIT ${take + 1}`
  const rows = found.slice(0, take)
  const last = rows.at(-1)
  return { rows, next: found.length > take && last ? { at: last.at, id: last.id } : null }
}

export type ReportFigure = { key: string; label: string; value: number | null; unit: 'minutes' | null; /** Whether it counts rows that can be shown. */ opens: boolean }

/** The numbers above the rows, of everything that fits the filters; empty for whoever may not ask. */
export async function readFigures(db: Database, viewer: Viewer, question: Question, filters: ReportFilters): Promise<ReportFigure[]> {
  if (!mayAsk(viewer, question)) return []
  const values = question.figures.map(({ where, sql }) => Prisma.sql`(${sql ?? Prisma.sql`count(*)`} FILTER (WHERE ${where ?? Prisma.sql`true`}))::float8`)
  const [row] = await db.$queryRaw<{ figures: (number | null)[] }[]>`${forValues} SELECT json_build_array(${Prisma.join(values)}) AS figures ${question.from({ ...filters, only: '' })}`
  return question.figures.map(({ key, label, where, sql, unit }, index) => ({ key, label, value: row?.figures[index] ?? null, unit: unit ?? null, opens: where !== undefined || sql === undefined }))
}

export type ReportGroup = { value: string; name: string; count: number }
const mostGroups = 24

/** How many rows there are of each group, most first (months in their order); empty for whoever may not ask. */
export async function readGroups(db: Database, viewer: Viewer, question: Question, filters: ReportFilters): Promise<ReportGroup[]> {
  const group = question.groups.find(({ key }) => key === filters.group)
  if (!group || !mayAsk(viewer, question)) return []
  const order = group.filter === 'month' ? Prisma.sql`1 DESC` : Prisma.sql`3 DESC, 2`
  const groups = await db.$queryRaw<ReportGroup[]>`
    ${forValues} SELECT coalesce(${group.value}, '') AS value, coalesce(min(${group.name}), '') AS name, count(*)::int AS count ${rowsOf(question, filters)} GROUP BY 1 ORDER BY ${order} LIMIT ${mostGroups}`
  return group.filter === 'month' ? groups.toReversed() : groups
}
