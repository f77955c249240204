import PDFDocument from 'pdfkit'
import type { Cell, ReportTable } from '../report-table.ts'
import { type Face, Fonts } from './fonts.ts'
import { layOut, type Line } from './lay-out.ts'

export type PdfAbout = { generatedBy: string; generatedAt: Date; /** The chain's head when it was made. */ head: { sequence: string; hash: string; anchoredUpTo: string } | null }

/** Beyond this a document is nobody's reading; the whole answer is in CSV. */
export const mostPdfRows = 5_000
const margin = 36
const bodySize = 7.5
const lineHeight = 10.5
const cellPadding = 4
const ink = { text: '#111827', quiet: '#6b7280', line: '#d1d5db' }

/**
 * A report as a PDF (A4, landscape): the question, its filters, who made it and when, the rows with the header on every
 * page, page numbers, and the chain's head at the foot. At most `mostPdfRows` rows; what is cut off is said. Yields bytes.
 */
export async function* writePdf(table: ReportTable, about: PdfAbout): AsyncGenerator<Buffer> {
  const document = new PDFDocument({ size: 'A4', layout: 'landscape', margin, bufferPages: true, info: { Title: table.title, Author: about.generatedBy, Creator: 'Latchkey', CreationDate: about.generatedAt } })
  const { rows: first, more } = await begin(table.rows)
  const sheet = new Sheet(document, table, first)
  sheet.title(about)
  let rows = 0
  let cut = false
  for await (const row of chained(first, more)) {
    if (rows === mostPdfRows) {
      cut = true
      break
    }
    sheet.row(row)
    rows += 1
  }
  await more.return?.()
  sheet.end(rows, cut, about)
  document.end()
  for await (const chunk of document) yield chunk as Buffer
}

/** Arabic letters are kept whole: taken apart into letter and dots, readers of the text would find something else. */
const asWritten = { features: { ccmp: false } as never }

const lookedAt = 100

/** The first rows, by which columns get their widths, and the others. */
async function begin(all: AsyncIterable<readonly Cell[]>): Promise<{ rows: (readonly Cell[])[]; more: AsyncIterator<readonly Cell[]> }> {
  const more = all[Symbol.asyncIterator]()
  const rows: (readonly Cell[])[] = []
  while (rows.length < lookedAt) {
    const next = await more.next()
    if (next.done) break
    rows.push(next.value)
  }
  return { rows, more }
}

async function* chained(first: readonly (readonly Cell[])[], more: AsyncIterator<readonly Cell[]>): AsyncGenerator<readonly Cell[]> {
  yield* first
  for (let next = await more.next(); !next.done; next = await more.next()) yield next.value
}

/** Shares of the page: what holds more text gets more, and nothing gets too little for its header. */
function sharesOf(columns: readonly { label: string }[], rows: readonly (readonly Cell[])[]): number[] {
  const weights = columns.map(({ label }, index) => {
    const lengths = rows.map((row) => Math.min(80, cellText(row[index] ?? null).length))
    const usual = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length)
    return Math.max(8, label.length, Math.sqrt(usual * Math.max(0, ...lengths)))
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

type FontkitFont = { hasGlyphForCodePoint(codePoint: number): boolean }

class Sheet {
  readonly #document: PDFKit.PDFDocument
  readonly #fonts: Fonts
  readonly #table: ReportTable
  readonly #widths: number[]
  #y = margin

  constructor(document: PDFKit.PDFDocument, table: ReportTable, first: readonly (readonly Cell[])[]) {
    this.#document = document
    this.#table = table
    this.#fonts = new Fonts((name, bytes) => loaded(document, name, bytes))
    const width = document.page.width - 2 * margin
    this.#widths = sharesOf(table.columns, first).map((share) => share * width)
  }

  title({ generatedBy, generatedAt }: PdfAbout): void {
    this.#text(this.#table.title, { size: 15, color: ink.text, gap: 4 })
    const said = this.#table.filters.length === 0 ? 'No filters' : this.#table.filters.map(({ label, value }) => `${label}: ${value}`).join(' · ')
    this.#text(said, { size: 9, color: ink.quiet, gap: 1 })
    this.#text(`Made by ${generatedBy}, ${stamp(generatedAt)}`, { size: 9, color: ink.quiet, gap: 8 })
    this.#header()
  }

  #text(text: string, { size, color, gap }: { size: number; color: string; gap: number }): void {
    for (const line of layOut(text, { fonts: this.#fonts, size, width: this.#document.page.width - 2 * margin })) {
      this.#draw(line, margin, this.#y, size, color)
      this.#y += size * 1.4
    }
    this.#y += gap
  }

  #draw(line: Line, x: number, y: number, size: number, color: string): void {
    for (const piece of line) this.#document.font(piece.font).fontSize(size).fillColor(color).text(piece.text, x + piece.x, y, { lineBreak: false, ...(piece.font.startsWith('noto-sans-arabic') ? asWritten : {}) })
  }

  #header(): void {
    this.#cells(this.#table.columns.map(({ label }) => label), ink.quiet)
  }

  row(cells: readonly Cell[]): void {
    this.#cells(cells.map(cellText), ink.text)
  }

  #cells(texts: readonly string[], color: string): void {
    const laid = texts.map((text, index) => layOut(text, { fonts: this.#fonts, size: bodySize, width: (this.#widths[index] ?? 0) - cellPadding }))
    const height = Math.max(1, ...laid.map((lines) => lines.length)) * lineHeight + 4
    // A row taller than a page goes on, line by line, on the next.
    for (let from = 0; from < height / lineHeight; ) {
      const room = Math.floor((this.#bottom() - this.#y - 4) / lineHeight)
      const left = Math.max(...laid.map((lines) => lines.length)) - from
      if (left <= 0) break
      if (room < Math.min(left, 3)) {
        this.#newPage(color)
        continue
      }
      const lines = Math.min(room, left)
      laid.forEach((column, index) => column.slice(from, from + lines).forEach((line, offset) => this.#draw(line, this.#x(index), this.#y + 2 + offset * lineHeight, bodySize, color)))
      this.#y += lines * lineHeight + 4
      from += lines
    }
    this.#document.moveTo(margin, this.#y).lineTo(this.#document.page.width - margin, this.#y).lineWidth(0.4).strokeColor(ink.line).stroke()
  }

  #x = (index: number): number => margin + this.#widths.slice(0, index).reduce((sum, width) => sum + width, 0)
  #bottom = (): number => this.#document.page.height - margin - 24

  #newPage(color: string): void {
    this.#document.addPage()
    this.#y = margin
    if (color === ink.text) this.#header()
  }

  end(rows: number, cut: boolean, { head }: PdfAbout): void {
    const sum = rows === 0 ? 'Nothing fits these filters.' : cut ? `The first ${rows.toLocaleString('en')} rows. The whole answer is in the CSV file.` : `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}.`
    if (this.#y + 20 > this.#bottom()) this.#newPage('')
    this.#y += 6
    this.#text(sum, { size: 9, color: ink.quiet, gap: 0 })
    const { start, count } = this.#document.bufferedPageRange()
    for (let page = start; page < start + count; page += 1) {
      this.#document.switchToPage(page)
      // pdfkit would begin a new page for text below the margin.
      this.#document.page.margins.bottom = 0
      const y = this.#document.page.height - margin - 8
      const chain = head ? `Record up to entry ${head.sequence}, anchored up to ${head.anchoredUpTo}, hash ${head.hash}` : 'Nothing is sealed in the record yet'
      for (const line of layOut(chain, { fonts: this.#fonts, size: 7, width: 640 })) this.#draw(line, margin, y, 7, ink.quiet)
      const number = `Page ${page - start + 1} of ${count}`
      for (const line of layOut(number, { fonts: this.#fonts, size: 7, width: 200 })) this.#draw(line, this.#document.page.width - margin - 50, y, 7, ink.quiet)
    }
  }
}

/** pdfkit reads the font; fontkit, within it, knows its characters. */
function loaded(document: PDFKit.PDFDocument, name: string, bytes: Buffer): Face {
  document.registerFont(name, bytes)
  document.font(name)
  const { font } = (document as unknown as { _font: { font: FontkitFont } })._font
  return { has: (codePoint) => font.hasGlyphForCodePoint(codePoint), width: (text, size) => document.font(name).fontSize(size).widthOfString(text) }
}

const stamp = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (cell instanceof Date) return stamp(cell)
  return typeof cell === 'number' ? cell.toLocaleString('en') : typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell
}
