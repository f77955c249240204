import * as XLSX from '@e965/xlsx'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approving, type Slice, startSlice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { askQuestion, readFigures, readGroups } from './ask-question.ts'
import { noteExport, takeReport } from './export-report.ts'
import { filterSchema, type ReportFilters, withWindow } from './filters.ts'
import { allQuestions, questionFor, questionsFor } from './questions/all-questions.ts'
import type { Question } from './questions/question.ts'
import { deleteView, listViews, saveView } from './views/saved-views.ts'

const hard = '=SUM(A1:A9) "quoted", two\r\nlines, שלום مرحبا 🔑'
let slice: Slice
let amir: Viewer, maya: Viewer, rosa: Viewer, ana: Viewer
const db = () => slice.database.db
const filters = (said: Partial<ReportFilters> = {}): ReportFilters => filterSchema.parse(said)
const question = (id: string): Question => allQuestions.find((one) => one.id === id) as Question
const rowsOf = async (id: string, said: Partial<ReportFilters> = {}, viewer = amir) => (await askQuestion(db(), viewer, question(id), filters(said), null, 100)).rows
/** The cells of one column, by its key. */
const column = async (id: string, key: string, said: Partial<ReportFilters> = {}) => {
  const index = question(id).columns.findIndex((one) => one.key === key)
  return (await rowsOf(id, said)).map(({ cells }) => cells[index])
}

beforeAll(async () => {
  slice = await startSlice()
  ;[amir, maya, rosa, ana] = (await Promise.all(['amir', 'maya', 'rosa', 'ana'].map((id) => slice.viewer(id)))) as [Viewer, Viewer, Viewer, Viewer]
  await slice.activeGrant(maya, 'payments-prod-read', 60)
  const denied = await slice.ask(await slice.viewer('tom'), 'payments-prod-read')
  slice.clock.advance(5 * 60_000)
  await settleRequest(approving(slice.deps), ana, denied, null, { verdict: 'deny', reason: hard, roleDigest: null }, slice.clock.now())
  await slice.database.owner.request.updateMany({ where: { personId: maya.personId }, data: { justification: hard } })
})
afterAll(() => slice.close())

test('every question may be asked by auditors and admins, some by responders, none by others: neither rows, numbers, groups nor files', async () => {
  expect(questionsFor(amir)).toHaveLength(11)
  expect(questionsFor(await slice.viewer('lena'))).toHaveLength(11)
  expect(questionsFor(rosa).map(({ id }) => id)).toEqual(['incident', 'outside', 'findings'])
  for (const viewer of [maya, ana]) {
    expect(questionsFor(viewer)).toEqual([])
    for (const one of allQuestions) {
      const said = filters({ person: maya.personId, group: one.groups[0]?.key ?? '' })
      expect(await askQuestion(db(), viewer, one, said, null, 10)).toEqual({ rows: [], next: null })
      expect(await readFigures(db(), viewer, one, said)).toEqual([])
      expect(await readGroups(db(), viewer, one, said)).toEqual([])
      expect(await noteExport(db(), viewer, one, said, 'csv', slice.clock.now())).toMatchObject({ code: 'not_allowed' })
    }
  }
  expect(questionFor(rosa, 'access')).toBeUndefined()
  expect(await db().recordEntry.count({ where: { kind: 'report.exported' } })).toBe(0)
})

describe.each(allQuestions.map((one) => [one.id, one] as const))('%s', (_, one) => {
  test('answers with every filter, every figure and every group, and its figures count its rows', async () => {
    const all = filters({ person: one.needsPerson ? maya.personId : '' })
    const { rows } = await askQuestion(db(), amir, one, all, null, 100)
    for (const figure of await readFigures(db(), amir, one, all)) {
      if (!figure.opens) continue
      const only = await askQuestion(db(), amir, one, { ...all, only: figure.key }, null, 100)
      expect([figure.key, only.rows.length]).toEqual([figure.key, figure.value])
    }
    for (const { key } of one.groups) {
      const groups = await readGroups(db(), amir, one, { ...all, group: key })
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
    }
    const everything = filters({ account: '301122334455', person: maya.personId, profile: 'payments-prod-read', environment: 'production', from: '2020-01-01', to: '2099-01-01' })
    expect(await askQuestion(db(), amir, one, everything, null, 100)).toHaveProperty('rows')
  })

  test('its files hold the rows of its page', async () => {
    const all = filters({ person: one.needsPerson ? maya.personId : '' })
    const { rows } = await askQuestion(db(), amir, one, all, null, 100)
    const ndjson = (await fileOf(one, all, 'ndjson')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>)
    const shown = rows.map(({ cells }) => Object.fromEntries(one.columns.map(({ key, kind }, index) => [key, kind === 'json' ? null : cells[index]])))
    expect(ndjson.map((line) => Object.fromEntries(one.columns.map(({ key, kind }) => [key, kind === 'json' ? null : line[key]])))).toEqual(shown)
    const csv = parse<Record<string, string>>(await fileOf(one, all, 'csv'), { columns: true, bom: true })
    expect(csv).toHaveLength(rows.length)
  })
})

const fileOf = async (one: Question, said: ReportFilters, format: 'csv' | 'ndjson'): Promise<string> => {
  const taken = await takeReport(db(), amir, one, said, format, slice.clock.now())
  return taken.ok ? collect(taken.chunks) : taken.code
}
const collect = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString('utf8')
}

test('who had access, on what grounds, and until when', async () => {
  expect(await column('access', 'person')).toEqual([maya.displayName])
  expect(await column('access', 'approvedBy')).toEqual([ana.displayName])
  expect(await column('access', 'reason')).toEqual([hard])
  const year = (offset: number) => `${slice.clock.now().getUTCFullYear() + offset}-01-01`
  expect(await rowsOf('access', { to: year(-1) })).toEqual([])
  expect(await rowsOf('access', { from: year(1) })).toEqual([])
  expect(await rowsOf('access', { account: '999999999999' })).toEqual([])
})

test('who was refused and why, how long it took, and who decided', async () => {
  expect(await column('refusals', 'why')).toEqual([hard])
  expect(await column('refusals', 'by')).toEqual([ana.displayName])
  expect((await column('waiting', 'minutes')).toSorted((one, other) => Number(one) - Number(other))).toEqual([0, 5])
  expect(await column('approvals', 'duties')).toEqual(['separated', 'separated'])
  expect(await column('person', 'what', { person: maya.personId })).toEqual(expect.arrayContaining(['asked', 'got']))
  expect(await rowsOf('person', {})).toEqual([])
})

test('a decision by somebody who is the same person, or who changed the profile meanwhile, is shown as such', async () => {
  const request = await db().request.findFirstOrThrow({ where: { personId: maya.personId } })
  const decision = await db().decision.findFirstOrThrow({ where: { requestId: request.id } })
  const [firstId, secondId] = [maya.personId, ana.personId].toSorted() as [string, string]
  await db().personLink.create({ data: { firstId, secondId, madeById: amir.personId, madeAt: slice.clock.now() } })
  const duties = question('approvals').columns.findIndex(({ key }) => key === 'duties')
  const row = (await rowsOf('approvals')).find(({ id }) => id === decision.id)
  expect(row?.cells[duties]).toBe('same person as the requester')
  await db().personLink.deleteMany({})
})

test('pages follow each other without gap or repetition', async () => {
  const one = question('person')
  const said = filters({ person: maya.personId })
  const all = (await askQuestion(db(), amir, one, said, null, 100)).rows.map(({ id }) => id)
  const seen: string[] = []
  for (let page = await askQuestion(db(), amir, one, said, null, 1); ; page = await askQuestion(db(), amir, one, said, page.next, 1)) {
    seen.push(...page.rows.map(({ id }) => id))
    if (!page.next) break
  }
  expect(seen).toEqual(all)
  expect(seen).toHaveLength(2)
})

test('values that hurt files survive a CSV parser and a spreadsheet program; a formula is text there', async () => {
  const csv = await fileOf(question('access'), filters(), 'csv')
  expect(csv.startsWith('\uFEFF"person",')).toBe(true)
  expect(csv.replaceAll(/"(?:[^"]|"")*"/g, '').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  const [row] = parse<Record<string, string>>(csv, { columns: true, bom: true })
  expect(row?.reason).toBe(`'${hard}`)
  const sheet = XLSX.read(csv, { type: 'string', raw: true }).Sheets.Sheet1 as XLSX.WorkSheet
  const [imported] = XLSX.utils.sheet_to_json<Record<string, string>>(sheet)
  expect(imported?.reason?.replaceAll('\r\n', '\n')).toBe(`'${hard.replaceAll('\r\n', '\n')}`)
  expect(Object.values(sheet).some((cell) => typeof cell === 'object' && cell !== null && 'f' in cell)).toBe(false)
  const ndjson = JSON.parse(await fileOf(question('access'), filters(), 'ndjson')) as Record<string, string>
  expect(ndjson.reason).toBe(hard)
})

test('filters of the address reach the statement as values, whatever they say', async () => {
  const evil = `'; DROP TABLE request; --`
  for (const one of allQuestions) {
    const said = filters({ account: evil, profile: evil, environment: evil, only: evil, group: evil, person: maya.personId })
    expect((await askQuestion(db(), amir, one, said, null, 10)).rows).toEqual(one.filters.includes('account') || one.filters.includes('profile') ? [] : expect.anything())
    await fileOf(one, one.needsPerson ? { ...said, person: maya.personId } : said, 'csv')
  }
  expect(await db().request.count()).toBe(2)
})

test('taking an answer away is recorded with its filters; a report about nobody is refused', async () => {
  expect(await noteExport(db(), amir, question('person'), filters(), 'csv', slice.clock.now())).toMatchObject({ code: 'person_missing' })
  expect(await noteExport(db(), amir, question('access'), filters({ account: '301122334455' }), 'csv', slice.clock.now())).toEqual({ ok: true })
  const entry = await db().recordEntry.findFirstOrThrow({ where: { kind: 'report.exported' }, orderBy: { id: 'desc' } })
  expect(JSON.parse(Buffer.from(entry.body).toString('utf8'))).toMatchObject({ actor: amir.personId, facts: { report: 'access', format: 'csv', filters: { account: '301122334455' } } })
})

test('a view is its owner\'s; shared, it is seen by who may ask its question, and opens nothing to others', async () => {
  const now = slice.clock.now()
  const view = { question: 'incident', name: 'Night of the outage', filters: filters({ from: '2026-05-01' }), shared: true }
  expect(await saveView(db(), maya, view, now)).toMatchObject({ code: 'not_allowed' })
  const saved = await saveView(db(), amir, view, now)
  if (!saved.ok) throw new Error('refused')
  expect(await saveView(db(), amir, view, now)).toMatchObject({ code: 'name_taken' })
  expect(await saveView(db(), amir, { ...view, name: '  ' }, now)).toMatchObject({ code: 'name_missing' })
  await saveView(db(), amir, { ...view, question: 'access', name: 'Not for responders' }, now)
  await saveView(db(), amir, { ...view, name: 'Mine alone', shared: false }, now)
  expect((await listViews(db(), rosa)).map(({ name, own }) => [name, own])).toEqual([['Night of the outage', false]])
  expect(await listViews(db(), maya)).toEqual([])
  expect(await deleteView(db(), rosa, saved.viewId)).toMatchObject({ code: 'not_found' })
  expect(await deleteView(db(), amir, saved.viewId)).toEqual({ ok: true })
  expect(await listViews(db(), amir)).toHaveLength(2)
})

test('without days a question looks back as far as it says', () => {
  const now = new Date('2026-05-31T10:00:00Z')
  expect(withWindow(filters(), 30, now).from).toBe('2026-05-02')
  expect(withWindow(filters({ to: '2026-01-01' }), 30, now).from).toBe('')
  expect(withWindow(filters(), null, now).from).toBe('')
})
