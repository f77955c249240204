import { createHash } from 'node:crypto'

/** A connection keeps what it prepared until it closes; lists of varying length make ever new texts. */
const mostStatements = 300
const names = new Map<string, string>()

/** What these find depends on the value: a plan for any pattern or any list of groups is a good one for none. */
const dependsOnValue = /\bI?LIKE\b|&&|planned for its values/

/** A statement that begins with this is planned for the values of each call as well: a week of one person is not three years of everybody. */
export const plannedForValues = '/* planned for its values */'

/**
 * The name under which a connection keeps a statement prepared, so that PostgreSQL parses and plans it once and not at
 * every call. Searches, and texts beyond the first few hundred of a process, get none (`undefined`): they are planned for
 * the values of each call.
 */
export function statementName(sql: string): string | undefined {
  if (dependsOnValue.test(sql)) return undefined
  const known = names.get(sql)
  if (known || names.size >= mostStatements) return known
  const name = createHash('sha256').update(sql).digest('base64url')
  names.set(sql, name)
  return name
}
