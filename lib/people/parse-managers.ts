/** A line of the imported file: who reports to whom, each as a subject, a user name, or `issuer|subject`. */
export type ManagerLine = { line: number; person: string; manager: string }
export type ParsedManagers = { lines: ManagerLine[]; problems: { line: number; message: string }[] }

export const mostManagerLines = 10_000

/**
 * Reads a CSV of two columns, `person,manager`, by RFC 4180: quotes, commas in quotes, either line end, a byte order
 * mark. An empty manager clears it. Every mistake is told with its line; nothing is guessed.
 */
export function parseManagers(source: string): ParsedManagers {
  const rows = readRows(source.replace(/^\uFEFF/, ''))
  const [header, ...body] = rows
  const names = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? []
  if (names.join(',') !== 'person,manager') return { lines: [], problems: [{ line: 1, message: 'The first line has to be: person,manager' }] }
  const problems: ParsedManagers['problems'] = []
  const lines: ManagerLine[] = []
  const seen = new Map<string, number>()
  for (const { line, cells, broken } of body) {
    const [person = '', manager = ''] = cells.map((cell) => cell.trim())
    const before = seen.get(person)
    if (cells.length === 1 && person === '') continue
    if (broken) problems.push({ line, message: 'A quotation mark is not closed.' })
    else if (cells.length !== 2) problems.push({ line, message: `Two columns are expected; there ${cells.length === 1 ? 'is 1' : `are ${cells.length}`}.` })
    else if (person === '') problems.push({ line, message: 'The person is missing.' })
    else if (before !== undefined) problems.push({ line, message: `${person} was named in line ${before} already.` })
    else {
      seen.set(person, line)
      lines.push({ line, person, manager })
    }
  }
  if (lines.length > mostManagerLines) problems.push({ line: lines[mostManagerLines]?.line ?? 0, message: `At most ${mostManagerLines.toLocaleString('en')} people at once; split the file.` })
  if (lines.length === 0 && problems.length === 0) problems.push({ line: 1, message: 'There is nobody in this file.' })
  return { lines, problems }
}

type Row = { line: number; cells: string[]; broken: boolean }

function readRows(source: string): Row[] {
  const rows: Row[] = []
  let row: Row = { line: 1, cells: [], broken: false }
  let cell = ''
  let quoted = false
  let line = 1
  const endCell = (): void => {
    row.cells.push(cell)
    cell = ''
  }
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at] as string
    if (char === '\n') line += 1
    if (quoted && char === '"' && source[at + 1] === '"') cell += source[++at]
    else if (char === '"' && (quoted || cell === '')) quoted = !quoted
    else if (quoted) cell += char
    else if (char === ',') endCell()
    else if (char === '\n') {
      endCell()
      rows.push(row)
      row = { line, cells: [], broken: false }
    } else if (char !== '\r') cell += char
  }
  endCell()
  return [...rows, { ...row, broken: quoted }]
}
