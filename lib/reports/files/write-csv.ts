import type { CopiedRow } from '#lib/db/copy-rows.ts'
import type { ColumnKind } from '../questions/question.ts'

const [quote, comma, cr, lf, tab, apostrophe] = [0x22, 0x2c, 0x0d, 0x0a, 0x09, 0x27]
/** What spreadsheets take for the beginning of a formula: = + - @, a tab, a carriage return. */
const formula = new Set([0x3d, 0x2b, 0x2d, 0x40, tab, cr])
const byteOrderMark = '\uFEFF'

/** The first line, with a byte-order mark by which spreadsheets know UTF-8. */
export const csvHead = (keys: readonly string[]): Buffer => Buffer.from(`${byteOrderMark}${keys.map((key) => `"${key.replaceAll('"', '""')}"`).join(',')}\r\n`)

/**
 * Rows as CSV (RFC 4180: CRLF, quotes doubled). Text that a spreadsheet would take for a formula gets an apostrophe in
 * front (OWASP, CSV injection); numbers stay numbers. Bytes are copied, not decoded: a million rows go through here.
 */
export function csvLines(rows: readonly CopiedRow[], kinds: readonly ColumnKind[]): Buffer {
  let room = 0
  for (const row of rows) for (const value of row) room += value ? 2 * value.length + 4 : 1
  const out = Buffer.allocUnsafe(room + 2 * rows.length)
  let at = 0
  for (const row of rows) {
    for (let column = 0; column < row.length; column += 1) {
      if (column > 0) out[at++] = comma
      const value = row[column]
      if (value && value.length > 0) at = writeCell(out, at, value, kinds[column] !== 'number' && formula.has(value[0] as number))
    }
    out[at++] = cr
    out[at++] = lf
  }
  return out.subarray(0, at)
}

function writeCell(out: Buffer, from: number, value: Buffer, guarded: boolean): number {
  let at = from
  if (!guarded && !needsQuotes(value)) {
    value.copy(out, at)
    return at + value.length
  }
  out[at++] = quote
  if (guarded) out[at++] = apostrophe
  for (let index = 0; index < value.length; index += 1) {
    const byte = value[index] as number
    if (byte === quote) out[at++] = quote
    out[at++] = byte
  }
  out[at++] = quote
  return at
}

function needsQuotes(value: Buffer): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const byte = value[index] as number
    if (byte === quote || byte === comma || byte === cr || byte === lf) return true
  }
  // Spaces at the ends are kept by quoting.
  return value[0] === 0x20 || value.at(-1) === 0x20
}
