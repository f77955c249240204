import pg from 'pg'
import type { Prisma } from '#lib/db/generated/client.ts'

/**
 * A statement as text with its values in it, quoted as PostgreSQL wants literals: for COPY, which takes no parameters.
 * Strings go through the driver's own quoting; what is of no known type is refused.
 */
export function inlineSql({ strings, values }: Prisma.Sql): string {
  return strings.reduce((text, part, index) => text + part + (index < values.length ? literal(values[index]) : ''), '')
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'string') return pg.escapeLiteral(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint') return String(value)
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`
  throw new TypeError('A value of this kind cannot stand in a statement.')
}
