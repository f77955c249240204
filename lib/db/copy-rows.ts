import { to } from 'pg-copy-streams'
import { type Database, streamingPoolOf } from './client.ts'

export type CopiedRow = readonly (Buffer | null)[]

/**
 * Runs `select` (text that the product composed: COPY takes no parameters) as `COPY … TO STDOUT (FORMAT binary)` and
 * yields its rows some hundreds at a time, each value in PostgreSQL's binary form. Memory stays flat whatever the number
 * of rows; who stops reading ends the statement.
 */
export async function* copyRows(db: Database, select: string): AsyncGenerator<CopiedRow[]> {
  const client = await streamingPoolOf(db).connect()
  let finished = false
  try {
    await client.query('BEGIN READ ONLY')
    await client.query('SET LOCAL statement_timeout = 0')
    const parse = binaryParser()
    for await (const chunk of client.query(to(`COPY (${select}) TO STDOUT (FORMAT binary)`))) {
      const rows = parse(chunk as Buffer)
      if (rows.length > 0) yield rows
    }
    await client.query('COMMIT')
    finished = true
  } finally {
    // A connection in the middle of a COPY is of no use to anybody else.
    client.release(finished ? undefined : true)
  }
}

const headerBytes = 19

/** Cuts the stream into tuples (PostgreSQL documentation, COPY, "Binary Format"); what is incomplete waits for the next chunk. */
function binaryParser(): (chunk: Buffer) => CopiedRow[] {
  let rest: Buffer = Buffer.alloc(0)
  let headerRead = false
  return (chunk) => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const rows: CopiedRow[] = []
    let at = 0
    if (!headerRead) {
      if (data.length < headerBytes) return ((rest = data), rows)
      at = headerBytes + data.readInt32BE(headerBytes - 4)
      headerRead = true
    }
    for (;;) {
      const read = readTuple(data, at)
      if (!read) break
      rows.push(read.row)
      at = read.next
    }
    rest = data.subarray(at)
    return rows
  }
}

function readTuple(data: Buffer, from: number): { row: CopiedRow; next: number } | undefined {
  if (data.length < from + 2) return undefined
  const fields = data.readInt16BE(from)
  if (fields < 0) return undefined
  const row: (Buffer | null)[] = []
  let at = from + 2
  for (let field = 0; field < fields; field += 1) {
    if (data.length < at + 4) return undefined
    const length = data.readInt32BE(at)
    at += 4
    if (length < 0) {
      row.push(null)
      continue
    }
    if (data.length < at + length) return undefined
    row.push(data.subarray(at, at + length))
    at += length
  }
  return { row, next: at }
}

/** Milliseconds from 1970 to PostgreSQL's beginning of time. */
const epochOffsetMs = 946_684_800_000

export const text = (value: Buffer | null | undefined): string => (value ?? Buffer.alloc(0)).toString('utf8')
export const maybeText = (value: Buffer | null | undefined): string | null => (value ? value.toString('utf8') : null)
/** A bigint. */
export const int8 = (value: Buffer | null | undefined): bigint => (value ? value.readBigInt64BE() : 0n)
/** A timestamptz, to the millisecond. */
export const moment = (value: Buffer | null | undefined): Date => new Date(Number(int8(value) / 1000n) + epochOffsetMs)

/** A uuid in its usual spelling; null for null. */
export function uuid(value: Buffer | null | undefined): string | null {
  if (!value) return null
  const hex = value.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
