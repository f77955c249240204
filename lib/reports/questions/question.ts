import type { PortalRole } from '#lib/config/portal-roles.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { type FilterName, type ReportFilters, windowOf } from '../filters.ts'

/** `time` is written as RFC 3339 in UTC, to the millisecond. `code` is shown monospaced. `json` is in files only. */
export type ColumnKind = 'text' | 'time' | 'number' | 'code' | 'json'
export type QuestionColumn = { key: string; label: string; kind: ColumnKind; sql: Prisma.Sql; /** What the cell leads to. */ link?: LinkName; /** Not on the page. */ inFilesOnly?: true }
export type LinkName = 'request' | 'person' | 'session' | 'findings' | 'changes' | 'profile' | 'review'
export type Figure = { key: string; label: string; /** Of which rows; absent: of all. */ where?: Prisma.Sql; /** What is computed; absent: their number. */ sql?: Prisma.Sql; unit?: 'minutes' }
export type Grouping = { key: string; label: string; value: Prisma.Sql; name: Prisma.Sql; /** The filter that shows one group's rows; `month` narrows the days. */ filter: FilterName | 'month' }

/** A question of an auditor: what is asked of the database, and how the answer is shown, grouped and summed up. */
export type Question = {
  id: string
  /** In words. */
  title: string
  lead: string
  topic: 'Access' | 'Decisions' | 'Control'
  /** Who may ask it. */
  roles: readonly PortalRole[]
  filters: readonly FilterName[]
  /** How far back it looks where nobody says; null: to the beginning. */
  days: number | null
  /** Needs a person to be about. */
  needsPerson?: true
  /** `FROM … WHERE …` of the rows that fit the filters. */
  from: (filters: ReportFilters) => Prisma.Sql
  /** The rows' order, newest first: a moment and an id. */
  at: Prisma.Sql
  id_: { sql: Prisma.Sql; type: 'uuid' | 'text' }
  columns: readonly QuestionColumn[]
  /** Ids that the cells lead to. */
  links: Partial<Record<LinkName, Prisma.Sql>>
  figures: readonly Figure[]
  groups: readonly Grouping[]
}

export const timeText = (moment: Prisma.Sql): Prisma.Sql => Prisma.sql`to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
export const textColumn = (key: string, label: string, sql: Prisma.Sql, link?: LinkName): QuestionColumn => ({ key, label, kind: 'text', sql, ...(link ? { link } : {}) })
export const codeColumn = (key: string, label: string, sql: Prisma.Sql, link?: LinkName): QuestionColumn => ({ key, label, kind: 'code', sql, ...(link ? { link } : {}) })
export const timeColumn = (key: string, label: string, sql: Prisma.Sql): QuestionColumn => ({ key, label, kind: 'time', sql: timeText(sql) })
export const numberColumn = (key: string, label: string, sql: Prisma.Sql): QuestionColumn => ({ key, label, kind: 'number', sql })
export const jsonColumn = (key: string, label: string, sql: Prisma.Sql): QuestionColumn => ({ key, label, kind: 'json', sql })

/** `column = value` for every filter that is said, and nothing for the others. */
export function matching(filters: ReportFilters, columns: Partial<Record<'account' | 'person' | 'profile' | 'environment', Prisma.Sql>>): Prisma.Sql {
  const conditions = (['account', 'profile', 'environment', 'person'] as const).flatMap((name) => {
    const column = columns[name]
    if (!column || filters[name] === '') return []
    return [name === 'person' ? Prisma.sql` AND ${column} = ${filters[name]}::uuid` : Prisma.sql` AND ${column} = ${filters[name]}`]
  })
  return conditions.length === 0 ? Prisma.empty : Prisma.join(conditions, '')
}

/** A moment within the days that are said. */
export function between(moment: Prisma.Sql, filters: ReportFilters): Prisma.Sql {
  const { from, to } = windowOf(filters)
  return Prisma.sql`${moment} >= ${from}::timestamptz AND ${moment} < ${to}::timestamptz`
}

/** Who decided, by name, each once. */
export const decidersOf = (requestId: Prisma.Sql, verdict: 'approve' | 'deny'): Prisma.Sql =>
  Prisma.sql`(SELECT string_agg(DISTINCT dp."displayName", ', ') FROM decision d JOIN person dp ON dp.id = d."personId" WHERE d."requestId" = ${requestId} AND d.verdict = ${verdict}::"Verdict")`

export const byAccount = (value: Prisma.Sql, name: Prisma.Sql): Grouping => ({ key: 'account', label: 'Account', value, name, filter: 'account' })
export const byPerson = (value: Prisma.Sql, name: Prisma.Sql): Grouping => ({ key: 'person', label: 'Person', value: Prisma.sql`${value}::text`, name, filter: 'person' })
export const byProfile = (value: Prisma.Sql, name: Prisma.Sql): Grouping => ({ key: 'profile', label: 'Profile', value, name, filter: 'profile' })
export const byMonth = (moment: Prisma.Sql): Grouping => {
  const month = Prisma.sql`to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM')`
  return { key: 'month', label: 'Month', value: month, name: month, filter: 'month' }
}
export const auditors: readonly PortalRole[] = ['auditor', 'admin']
export const watchers: readonly PortalRole[] = ['auditor', 'admin', 'responder']
