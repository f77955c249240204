import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import type { Cell, ReportTable } from '../report-table.ts'
import { mostPdfRows, writePdf } from './write-pdf.ts'

const about = { generatedBy: 'Amir Haddad', generatedAt: new Date('2026-05-01T10:00:00.000Z'), head: { sequence: '41', hash: 'a'.repeat(64), anchoredUpTo: '40' } }
const tableOf = (rows: readonly (readonly Cell[])[], columns = ['Person', 'Reason']): ReportTable => ({
  id: 'access',
  title: 'Who had access to an account?',
  filters: [{ label: 'Account', value: 'Payments production' }],
  columns: columns.map((label) => ({ key: label.toLowerCase(), label })),
  rows: (async function* () {
    yield* rows
  })(),
})

async function pagesOf(table: ReportTable): Promise<string[]> {
  const parts: Buffer[] = []
  for await (const chunk of writePdf(table, about)) parts.push(chunk)
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(Buffer.concat(parts))), { mergePages: false })
  return text
}

test('a document says what was asked, with which filters, by whom and when, its pages, and the chain\'s head', async () => {
  const [page] = await pagesOf(tableOf([['Maya Chen', 'Deploy']]))
  for (const said of ['Who had access to an account?', 'Account: Payments production', 'Made by Amir Haddad, 2026-05-01 10:00:00 UTC', 'Page 1 of 1', 'Record up to entry 41, anchored up to 40', 'a'.repeat(64), 'Person', '1 row.']) expect(page).toContain(said)
})

test.each([
  ['a formula', '=SUM(A1:A9)'],
  ['quotes', 'a "quoted" word'],
  ['accents, Cyrillic and Greek', 'Łukasz Żółć Привет Γειά'],
  ['Hebrew', 'שלום'],
  ['Arabic', 'مرحبا'],
  ['emoji', '🔑'],
])('%s survives in the text that a reader takes out', async (_, value) => {
  const [page] = await pagesOf(tableOf([[value, 'x']]))
  expect(page?.normalize('NFKC')).toContain(value)
})

test('line breaks become lines, long words are cut within the cell, and nothing is lost', async () => {
  const long = 'arn:aws:iam::301122334455:role/latchkey/'.repeat(8)
  const [page] = await pagesOf(tableOf([['first\nsecond', long]]))
  expect(page).toContain('first')
  expect(page).toContain('second')
  expect(page?.replaceAll(/\s/g, '')).toContain(long)
})

test('every row is there, on as many pages as it takes, each with the header; what is cut off is said', async () => {
  const pages = await pagesOf(tableOf(Array.from({ length: 300 }, (_, number) => [`Row ${number}.`, number])))
  expect(pages.length).toBeGreaterThan(3)
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(`Page ${index + 1} of ${pages.length}`)
    expect(page).toContain('Reason')
  }
  const text = pages.join(' ')
  for (let number = 0; number < 300; number += 1) expect(text).toContain(`Row ${number}.`)
  const cut = await pagesOf(tableOf(Array.from({ length: mostPdfRows + 1 }, (_, number) => [number]), ['Number']))
  expect(cut.at(-1)).toContain('The first 5,000 rows. The whole answer is in the CSV file.')
}, 60_000)

test('a cell taller than a page goes on the next', async () => {
  const pages = await pagesOf(tableOf([[Array.from({ length: 120 }, (_, line) => `line ${line}`).join('\n'), 'x']]))
  expect(pages.length).toBeGreaterThan(1)
  expect(pages.join(' ')).toContain('line 119')
})
