import { createHash } from 'node:crypto'

/** A connection keeps what it prepared until it closes; lists of varying length make ever new texts. */
const mostStatements = 300
const names = new Map<string, string>()

/**
 * The name under which a connection keeps a statement prepared, so that PostgreSQL parses and plans it once and not at
 * every call. Texts beyond the first few hundred of a process get no name (`undefined`: prepared for this call only).
 */
export function statementName(sql: string): string | undefined {
  const known = names.get(sql)
  if (known || names.size >= mostStatements) return known
  const name = createHash('sha256').update(sql).digest('base64url')
  names.set(sql, name)
  return name
}
