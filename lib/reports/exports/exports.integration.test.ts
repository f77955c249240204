import { execFileSync, spawn } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { takeReport } from '../export-report.ts'
import { filterSchema } from '../filters.ts'
import { allQuestions } from '../questions/all-questions.ts'
import type { Question } from '../questions/question.ts'
import { buildExport } from './build-export.ts'
import { readChunks } from './export.store.ts'
import type { ExportWhat } from './export-what.ts'
import { deleteExport, findExport, listExports } from './exports.queries.ts'
import { keepExports } from './keep-exports.ts'
import { startExport } from './start-export.ts'

const { privateKey: signingKey } = generateKeyPairSync('ed25519')
const filters = filterSchema.parse({})
const refusals: ExportWhat = { kind: 'report', question: 'refusals', filters, format: 'csv' }
const rows = 12_000
let slice: Slice
let amir: Viewer
const db = () => slice.database.db
const start = async (what: ExportWhat, viewer = amir): Promise<string> => {
  const started = await startExport({ db: db(), queue: slice.database.queue, mostExports: 5 }, viewer, what, slice.clock.now())
  if (!started.ok) throw new Error(started.code)
  return started.exportId
}
const build = (id: string, clock = () => slice.clock.now()) => buildExport({ db: db(), clock, signingKey }, id)
const jobOf = (id: string) => db().exportJob.findUniqueOrThrow({ where: { id } })
/** A clock that fails the `calls`th time it is asked: the making is cut off there. */
const failingAt = (calls: number) => {
  let left = calls
  return () => {
    if ((left -= 1) <= 0) throw new Error('cut off')
    return slice.clock.now()
  }
}
async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

beforeAll(async () => {
  slice = await startSlice()
  amir = await slice.viewer('amir')
  const id = await slice.ask(await slice.viewer('maya'), 'payments-prod-read')
  // Many of the same millisecond, so that the cursor has to tell them apart.
  await slice.database.owner.$executeRaw`
    INSERT INTO request SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'code', 'R-MANY-' || n, 'state', 'denied', 'settledAt', r."createdAt" + (n / 700) * interval '1 second', 'justification', repeat('word ' || n || ', ', 20)))).*
    FROM request r, generate_series(1, ${rows}) AS n WHERE r.id = ${id}::uuid`
  await sealAll(db(), slice.clock.now())
})
afterAll(() => slice.close())

test('an export is the report\'s file byte for byte, in chunks of a megabyte at most, and its owner is told', async () => {
  const id = await start(refusals)
  await build(id)
  const job = await jobOf(id)
  expect(job).toMatchObject({ state: 'done', rows: BigInt(rows), estimate: BigInt(rows), restarts: 0 })
  const made = await bytesOf(readChunks(db(), id, 0n, job.bytes - 1n))
  const taken = await takeReport(db(), amir, allQuestions.find(({ id: one }) => one === 'refusals') as Question, filterSchema.parse((job.what as { filters: object }).filters), 'csv', slice.clock.now())
  if (!taken.ok) throw new Error(taken.code)
  expect(made.equals(await bytesOf(taken.chunks))).toBe(true)
  expect([BigInt(made.length), createHash('sha256').update(made).digest('hex')]).toEqual([job.bytes, job.sha256])
  const sizes = await db().$queryRaw<{ size: number }[]>`SELECT length(bytes) AS size FROM export_chunk WHERE "exportId" = ${id}::uuid`
  expect(sizes.length).toBeGreaterThan(2)
  expect(Math.max(...sizes.map(({ size }) => size))).toBeLessThanOrEqual(1_000_000)
  expect(await db().outboxMessage.findMany({ where: { kind: 'export.done', personIds: { has: amir.personId } } })).toHaveLength(1)
  const [first, last] = [999_990n, 2_000_010n]
  expect((await bytesOf(readChunks(db(), id, first, last))).equals(made.subarray(Number(first), Number(last) + 1))).toBe(true)
  await build(id)
  expect((await jobOf(id)).claim).toBe(1)
})

test.each(['csv', 'ndjson'] as const)('a report (%s) that was cut off in the middle goes on after the last chunk: every row once', async (format) => {
  const id = await start({ ...refusals, format })
  await expect(build(id, failingAt(4))).rejects.toThrow('cut off')
  const half = await jobOf(id)
  expect(half).toMatchObject({ state: 'running', chunks: 2 })
  await build(id)
  const job = await jobOf(id)
  expect(job).toMatchObject({ state: 'done', rows: BigInt(rows), restarts: 0, claim: 2 })
  const text = (await bytesOf(readChunks(db(), id, 0n, job.bytes - 1n))).toString('utf8')
  const read = format === 'csv' ? parse<Record<string, string>>(text, { columns: true, bom: true }) : text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, string>)
  expect(new Set(read.map(({ request }) => request)).size).toBe(rows)
  expect(read).toHaveLength(rows)
  expect(createHash('sha256').update(text).digest('hex')).toBe(job.sha256)
})

test('a process that was killed while it made a report leaves whole chunks, and another goes on', async () => {
  const id = await start(refusals)
  // It stands still where the third chunk would be kept, with whatever a kill finds open.
  const script = `
    const [{ openDatabase }, { buildExport }] = await Promise.all([import('./lib/db/client.ts'), import('./lib/reports/exports/build-export.ts')])
    let asked = 0
    const clock = () => { if (++asked > 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return new Date() }
    await buildExport({ db: openDatabase(process.env.EXPORT_DATABASE), clock }, process.env.EXPORT_ID)`
  const victim = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, EXPORT_DATABASE: slice.database.url, EXPORT_ID: id }, stdio: 'ignore' })
  await vi.waitUntil(async () => (await jobOf(id)).chunks === 2, { timeout: 30_000 })
  victim.kill('SIGKILL')
  await once(victim, 'exit')
  await build(id)
  const job = await jobOf(id)
  expect(job).toMatchObject({ state: 'done', rows: BigInt(rows), restarts: 0, claim: 2 })
  const read = parse<Record<string, string>>((await bytesOf(readChunks(db(), id, 0n, job.bytes - 1n))).toString('utf8'), { columns: true, bom: true })
  expect([read.length, new Set(read.map(({ request }) => request)).size]).toEqual([rows, rows])
  await deleteExport(db(), amir, id)
})

test('who makes an export that somebody else took over, or nobody wants any more, stops and writes nothing', async () => {
  const id = await start(refusals)
  let asked = 0
  const overtaken = build(id, () => {
    asked += 1
    return slice.clock.now()
  })
  await build(id)
  await overtaken
  expect(asked).toBeGreaterThan(0)
  const job = await jobOf(id)
  expect(job).toMatchObject({ state: 'done', rows: BigInt(rows) })
  expect(createHash('sha256').update(await bytesOf(readChunks(db(), id, 0n, job.bytes - 1n))).digest('hex')).toBe(job.sha256)
  for (const { id: own } of await listExports(db(), amir)) expect(await deleteExport(db(), amir, own)).toEqual({ ok: true })
  expect(await db().exportChunk.count()).toBe(0)
  await build(id)
})

test('a pack that was cut off begins anew, and says so; it is a whole ZIP', async () => {
  const day = slice.clock.now().toISOString().slice(0, 10)
  await slice.database.owner.$executeRaw`DELETE FROM request WHERE code LIKE 'R-MANY-%' AND code > 'R-MANY-3'`
  const id = await start({ kind: 'evidence', from: day, to: day })
  await expect(build(id, failingAt(3))).rejects.toThrow('cut off')
  expect((await jobOf(id)).chunks).toBeGreaterThan(0)
  await build(id)
  const job = await jobOf(id)
  expect(job).toMatchObject({ state: 'done', restarts: 1 })
  const file = `${process.env.TMPDIR ?? '/tmp'}/latchkey-${id}.zip`
  writeFileSync(file, await bytesOf(readChunks(db(), id, 0n, job.bytes - 1n)))
  expect(execFileSync('unzip', ['-t', file]).toString()).toContain('No errors detected')
  rmSync(file)
})

test('after five failures an export is failed, and its owner is told why', async () => {
  const id = await start(refusals)
  await db().exportJob.update({ where: { id }, data: { what: { ...refusals, question: 'gone' } } })
  for (let round = 1; round < 5; round += 1) await expect(build(id)).rejects.toThrow('no question')
  await build(id)
  expect(await jobOf(id)).toMatchObject({ state: 'failed', error: 'There is no question "gone" any more.' })
})

test('an export is for its owner alone, while they may have it; nobody else starts one, and a person has so many at most', async () => {
  await db().exportJob.deleteMany()
  const id = await start(refusals)
  expect(await findExport(db(), amir, id)).toMatchObject({ code: 'not_ready' })
  await build(id)
  expect(await findExport(db(), amir, id)).toMatchObject({ ok: true })
  expect(await findExport(db(), { ...amir, roles: ['requester'] }, id)).toMatchObject({ code: 'not_allowed' })
  const lena = await slice.viewer('lena')
  expect(await findExport(db(), lena, id)).toMatchObject({ code: 'not_found' })
  expect(await deleteExport(db(), lena, id)).toMatchObject({ code: 'not_found' })
  const deps = { db: db(), queue: slice.database.queue, mostExports: 2 }
  const day = '2026-01-01'
  for (const persona of ['maya', 'ana', 'rosa']) for (const what of [refusals, { kind: 'evidence', from: day, to: day } as const]) expect(await startExport(deps, await slice.viewer(persona), what, slice.clock.now())).toMatchObject({ code: 'not_allowed' })
  const at = slice.clock.now()
  const two = await Promise.all([startExport(deps, amir, refusals, at), startExport(deps, amir, refusals, at)])
  expect(two.map((one) => (one.ok ? 'ok' : one.code)).toSorted()).toEqual(['ok', 'too_many'])
  expect(await db().recordEntry.count({ where: { kind: 'report.exported', actorId: { not: amir.personId } } })).toBe(0)
})

test('what was cut off without a word is queued again, and a file goes after a week', async () => {
  await db().exportJob.deleteMany()
  const [stuck, done] = [await start(refusals), await start(refusals)]
  await build(done)
  const deps = { db: db(), queue: slice.database.queue, clock: () => slice.clock.now() }
  const queued = () => db().$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'export.build' AND data ->> 'exportId' = ${stuck}`
  await keepExports(deps)
  expect(await queued()).toEqual([{ count: 1 }])
  slice.clock.advance(61_000)
  await Promise.all([keepExports(deps), keepExports(deps)])
  expect(await queued()).toEqual([{ count: 2 }])
  slice.clock.advance(7 * 24 * 3_600_000)
  await keepExports(deps)
  expect(await findExport(db(), amir, done)).toMatchObject({ code: 'expired' })
  expect(await db().exportChunk.count({ where: { exportId: done } })).toBe(0)
  slice.clock.advance(31 * 24 * 3_600_000)
  await keepExports(deps)
  expect(await listExports(db(), amir)).toHaveLength(1)
})
