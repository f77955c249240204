import { spawnSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { appendEntry } from './append-entry.ts'
import { anchorHead } from './checkpoints/anchor-head.ts'
import { handOverKey } from './checkpoints/hand-over-key.ts'
import { type KeptOutside, readCheckpoints } from './checkpoints/read-checkpoints.ts'
import { writeExcerpt } from './file/write-excerpt.ts'
import { writeRecordFile } from './file/write-record-file.ts'
import { sealAll } from './seal-entries.ts'
import { type FileVerdict, verifyFile } from './verify/verify-file.ts'

const [oldKey, newKey] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey]
const now = new Date('2026-05-01T10:00:00.000Z')
const hard = 'tab\tnewline\n"quote" \\ =1+1 שלום مرحبا 🔑 ,"personal":{"justification":"x"}'
let database: TestDatabase
let folder: string
const ids: string[] = []
const checkpointFile = () => path.join(folder, 'checkpoints.ndjson')
const write = async (count: number) => {
  for (let number = 0; number < count; number += 1) {
    ids.push(await database.db.$transaction((tx) => appendEntry(tx, { kind: 'request.created', occurredAt: now, facts: { number, text: hard }, personal: { justification: `${number} ${hard}` } })))
  }
  await sealAll(database.db, now)
}

/** Ten entries anchored with a key, ten with its successor, ten more that are not anchored. */
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-record-file-'))
  await write(10)
  await anchorHead(database.db, { signingKey: oldKey, checkpointFile: checkpointFile() }, now)
  await handOverKey(database.db, { signingKey: newKey, previousKey: oldKey, checkpointFile: checkpointFile() }, now)
  await write(9)
  await anchorHead(database.db, { signingKey: newKey, checkpointFile: checkpointFile() }, now)
  await write(10)
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString('utf8')
}
const whole = () => collect(writeRecordFile(database.db, newKey, now))
const excerpt = (wanted: readonly string[]) => collect(writeExcerpt(database.db, wanted, newKey, now))
const nothing: KeptOutside = { checkpoints: [], successions: [], unreadable: 0 }
/** In pieces of seven bytes, as a slow line may deliver them. */
async function* pieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}
const verify = (text: string, outside = nothing, keys: KeyObject[] = [createPublicKey(newKey)], pieceBytes?: number): Promise<FileVerdict> => verifyFile(pieces(text), outside, keys, pieceBytes)
const outside = async () => readCheckpoints([await readFile(checkpointFile(), 'utf8')])

test('the whole record as a file holds under either key, and says how far it is anchored', async () => {
  const text = await whole()
  for (const key of [oldKey, newKey]) {
    expect(await verify(text, await outside(), [createPublicKey(key)])).toEqual({ whole: true, scope: 'whole', writtenAt: now.toISOString(), entries: 30, upTo: 30, anchoredUpTo: 20 })
  }
  expect(text).toContain(JSON.stringify(`3 ${hard}`))
})

test('an excerpt proves the place of its entries and tells nothing of the others', async () => {
  const wanted = [ids[2], ids[4], ids[14]] as string[]
  const text = await excerpt(wanted)
  expect(await verify(text, await outside())).toMatchObject({ whole: true, scope: 'excerpt', entries: 3, upTo: 20, anchoredUpTo: 20 })
  const told = ids.filter((id) => text.includes(id))
  expect(told).toEqual(wanted)
  expect(await verify(await excerpt([ids[25] as string]), nothing)).toMatchObject({ whole: true, entries: 1, anchoredUpTo: 20, upTo: 30 })
})

const change = (text: string, from: RegExp, to: string): string => {
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  return changed
}
const without = (text: string, from: number): string => change(text, new RegExp(`\ne\t${from}\t[^\n]*\np[^\n]*`), '')

test.each<[string, (text: string) => string, string, string]>([
  ['edits an entry', (text) => change(text, /(e\t7\t.*"number":)6/, '$17'), '7', 'not what was sealed'],
  ['edits a reason', (text) => change(text, /"6 tab/, '"6 Tab'), '7', 'justification shown is not what was committed to'],
  ['takes an entry out', (text) => without(text, 7), '7', 'missing'],
  ['swaps two entries', (text) => change(text, /(e\t7\t[^\n]*\np[^\n]*\n)(e\t8\t[^\n]*\np[^\n]*\n)/, '$2$1'), '7', 'missing'],
  ['writes an entry twice', (text) => change(text, /(e\t7\t[^\n]*\n)/, '$1$1'), '7', 'twice'],
  ['cuts the last entries off', (text) => change(text, /e\t25\t[\s\S]*$/, ''), '24', 'cut off'],
  ['cuts them off and keeps the last line', (text) => change(text, /e\t25\t[\s\S]*(\nz\t)/, '$1').replace(/\n\n/g, '\n'), '24', 'not what its last line signs'],
  ['cuts off what is anchored', (text) => change(text, /e\t15\t[\s\S]*(\nz\t)/, '$1').replace(/\n\n/g, '\n'), '15', 'missing at the end'],
  ['takes a forgotten-looking reason out', (text) => change(text, /p\tjustification[^\n]*"6 tab[^\n]*\n/, ''), '30', 'not what its last line signs'],
  ['adds a line behind the end', (text) => `${text}e\t31\tx\ty\tz\n`, '30', 'behind the end'],
  ['writes nonsense into it', (text) => change(text, /\ne\t7\t/, '\ne\tseven\t'), '6', 'cannot be read'],
  ['is no record file', () => 'sequence,id\n1,x\n', '0', 'not a record file'],
])('a file is refused when somebody %s', async (_, tamper, brokenAt, why) => {
  const tampered = tamper(await whole())
  // At once, and in pieces of two thousand bytes beside a thread.
  for (const pieceBytes of [undefined, 2_000]) expect(await verify(tampered, await outside(), undefined, pieceBytes)).toMatchObject({ whole: false, brokenAt, why: expect.stringContaining(why) })
})

test('a key that vouches for nothing in the file proves nothing', async () => {
  const stranger = createPublicKey(generateKeyPairSync('ed25519').privateKey)
  expect(await verify(await whole(), nothing, [stranger])).toMatchObject({ whole: false, why: expect.stringContaining('does not vouch') })
})

test('an excerpt that begins where no checkpoint vouches is refused', async () => {
  const text = (await excerpt([ids[14] as string])).replace(/\nc\t[^\n]*"sequence":"11"[^\n]*/, '').replace(/\nc\t[^\n]*/, '')
  expect(await verify(text)).toMatchObject({ whole: false, why: expect.stringContaining('no checkpoint vouches') })
})

test('a replica with the old key anchors nothing any more, and its start says that the key has handed over', async () => {
  expect(await anchorHead(database.db, { signingKey: oldKey, checkpointFile: checkpointFile() }, now)).toBeUndefined()
  expect(await handOverKey(database.db, { signingKey: oldKey, checkpointFile: checkpointFile() }, now)).toEqual({ state: 'superseded' })
  expect(await handOverKey(database.db, { signingKey: newKey, previousKey: oldKey, checkpointFile: checkpointFile() }, now)).toEqual({ state: 'same' })
  const lost = generateKeyPairSync('ed25519').privateKey
  expect(await handOverKey(database.db, { signingKey: lost, checkpointFile: checkpointFile() }, now)).toMatchObject({ state: 'unvouched' })
})

const command = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lib/record/cli/audit-verify.ts', ...args], { encoding: 'utf8', env: { ...process.env, DATABASE_URL: database.url } })
  return { status, stdout, stderr }
}

test('the command says so on one line, by exit code, with a public key only', async () => {
  const [file, excerptFile, forged, key, secret] = ['record.txt', 'excerpt.txt', 'forged.txt', 'key.pem', 'secret.pem'].map((name) => path.join(folder, name)) as [string, string, string, string, string]
  await writeFile(file, await whole())
  await writeFile(excerptFile, await excerpt([ids[2] as string]))
  await writeFile(forged, (await whole()).replace(/(e\t7\t.*"number":)6/, '$17'))
  await writeFile(key, createPublicKey(newKey).export({ type: 'spki', format: 'pem' }))
  await writeFile(secret, newKey.export({ type: 'pkcs8', format: 'pem' }))
  const kept = ['--checkpoints', checkpointFile(), '--key', key]
  expect(command(file, ...kept)).toEqual({ status: 0, stdout: `Whole: 30 entries, anchored up to entry 20; the 10 after it are not anchored yet; written ${now.toISOString()}.\n`, stderr: '' })
  expect(command(excerptFile, '--key', key)).toMatchObject({ status: 0, stdout: expect.stringContaining('1 entries out of a chain followed to entry 10, all of them anchored') })
  expect(command(forged, ...kept)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^Broken at entry 7 \([0-9a-f-]{36}\): The entry is not what was sealed\.\n$/) })
  expect(command('--database', ...kept)).toMatchObject({ status: 0, stdout: expect.stringContaining('Whole: 30 entries') })
  expect(command(file)).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage') })
  expect(command(file, '--key', secret)).toMatchObject({ status: 2, stderr: expect.stringContaining('private key') })
  expect(command(path.join(folder, 'none.txt'), '--key', key)).toMatchObject({ status: 2 })
})
