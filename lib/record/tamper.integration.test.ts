import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '#lib/db/client.ts'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { appendEntry } from './append-entry.ts'
import { chainHash, genesisHash } from './chain.ts'
import { anchorHead } from './checkpoints/anchor-head.ts'
import { readCheckpoints } from './checkpoints/read-checkpoints.ts'
import { sealAll } from './seal-entries.ts'
import type { ChainVerdict } from './verify/chain-verifier.ts'
import { verifyDatabase } from './verify/verify-database.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const now = new Date('2026-05-01T10:00:00.000Z')
const writers = 50
const entries = 10_000
const anchoredAt = [3_000, 7_000, 10_000]
const later = 40

let database: TestDatabase
let folder: string
const file = () => path.join(folder, 'checkpoints.ndjson')

/** 50 writers at once; the record is sealed beside them and anchored three times, the last entries not at all. */
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-tamper-'))
  let written = 0
  for (const until of anchoredAt) {
    const missing = until - written
    await Promise.all([...Array.from({ length: writers }, (_, writer) => write(writer, Math.floor(missing / writers))), sealAll(database.db, now)])
    written = until
    await sealAll(database.db, now)
    await anchorHead(database.db, { signingKey: privateKey, checkpointFile: file() }, now)
  }
  await write(0, later)
  await sealAll(database.db, now)
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function write(writer: number, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await database.db.$transaction((tx) => appendEntry(tx, { kind: 'request.created', occurredAt: now, subjectId: `${writer}-${number}`, facts: { number }, personal: { justification: `Reason ${number}` } }))
  }
}

const verify = async (): Promise<ChainVerdict> => verifyDatabase(database.db, readCheckpoints([await readFile(file(), 'utf8')]), [createPublicKey(privateKey)])

test(`${writers} writers and ${entries} entries make one unbroken chain, each entry once`, async () => {
  expect(await verify()).toEqual({ whole: true, entries: entries + later, anchoredUpTo: entries })
  const [counted] = await database.db.$queryRaw<{ sealed: number; distinct: number; subjects: number }[]>`
    SELECT count(*)::int AS sealed, count(DISTINCT s."entryId")::int AS distinct, count(DISTINCT e."subjectId")::int AS subjects FROM record_seal s JOIN record_entry e ON e.id = s."entryId"`
  expect(counted).toMatchObject({ sealed: entries + later, distinct: entries + later })
})

/** As a superuser with every trigger and foreign key switched off. */
type Change = (owner: Database) => Promise<unknown>

/** Makes a change, hears the verdict, and takes the change back. */
async function verdictAfter(change: Change): Promise<ChainVerdict> {
  await database.owner.$executeRawUnsafe('CREATE TABLE IF NOT EXISTS kept_seal AS TABLE record_seal')
  await database.owner.$executeRawUnsafe('CREATE TABLE IF NOT EXISTS kept_entry AS TABLE record_entry')
  await database.owner.$executeRawUnsafe('CREATE TABLE IF NOT EXISTS kept_checkpoint AS TABLE record_checkpoint')
  try {
    await change(database.owner)
    return await verify()
  } finally {
    await superuser(database.owner, [
      'DELETE FROM record_seal', 'DELETE FROM record_checkpoint', 'DELETE FROM record_entry WHERE id NOT IN (SELECT id FROM kept_entry)',
      'UPDATE record_entry e SET body = k.body FROM kept_entry k WHERE k.id = e.id AND k.body <> e.body',
      'INSERT INTO record_entry SELECT * FROM kept_entry k WHERE NOT EXISTS (SELECT FROM record_entry e WHERE e.id = k.id)',
      'INSERT INTO record_seal SELECT * FROM kept_seal', 'INSERT INTO record_checkpoint SELECT * FROM kept_checkpoint',
    ])
    // PostgreSQL may have counted while the tables were empty, and would plan for that.
    await database.owner.$executeRawUnsafe('ANALYZE record_entry, record_seal')
  }
}
const superuser = (owner: Database, statements: readonly string[]) => owner.$transaction([owner.$executeRawUnsafe('SET LOCAL session_replication_role = replica'), ...statements.map((sql) => owner.$executeRawUnsafe(sql))])

/** All hashes from `from` on, computed anew over what stands there now, as somebody who knows this product would. */
async function rewriteHashes(owner: Database, from: number): Promise<void> {
  const seals = await owner.$queryRaw<{ sequence: bigint; id: string; body: Uint8Array }[]>`SELECT s.sequence, s."entryId"::text AS id, e.body FROM record_seal s JOIN record_entry e ON e.id = s."entryId" ORDER BY s.sequence`
  let previous = genesisHash
  const anew = seals.map(({ sequence, id, body }) => {
    const hash = chainHash(sequence, previous, id, body)
    const seal = { sequence: String(sequence), previous, hash }
    previous = hash
    return seal
  })
  await owner.$executeRaw`UPDATE record_seal s SET "previousHash" = decode(g.previous, 'hex'), hash = decode(g.hash, 'hex')
    FROM jsonb_to_recordset(${JSON.stringify(anew)}::jsonb) AS g(sequence bigint, previous text, hash text) WHERE s.sequence = g.sequence AND s.sequence >= ${from}`
}

const at = 5_000
const forge = `UPDATE record_entry SET body = convert_to(replace(convert_from(body, 'UTF8'), '"number":', '"number":1'), 'UTF8') WHERE id = (SELECT "entryId" FROM record_seal WHERE sequence = ${at})`
const remove = [`DELETE FROM record_entry WHERE id = (SELECT "entryId" FROM record_seal WHERE sequence = ${at})`, `DELETE FROM record_seal WHERE sequence = ${at}`]
const closeGap = [`UPDATE record_seal SET sequence = -sequence WHERE sequence > ${at}`, `UPDATE record_seal SET sequence = -sequence - 1 WHERE sequence < 0`]
const openGap = [`UPDATE record_seal SET sequence = -sequence WHERE sequence >= ${at}`, `UPDATE record_seal SET sequence = -sequence + 1 WHERE sequence < 0`]
const insert = [
  `INSERT INTO record_entry (id, "occurredAt", kind, "subjectId", body) SELECT '00000000-0000-7000-8000-000000000001', "occurredAt", kind, "subjectId", convert_to(replace(convert_from(body, 'UTF8'), id::text, '00000000-0000-7000-8000-000000000001'), 'UTF8') FROM record_entry WHERE id = (SELECT "entryId" FROM record_seal WHERE sequence = ${at - 1})`,
  `INSERT INTO record_seal (sequence, "entryId", "previousHash", hash, "sealedAt") SELECT ${at}, '00000000-0000-7000-8000-000000000001', "previousHash", hash, "sealedAt" FROM record_seal WHERE sequence = ${at - 1}`,
]
const swap = [`UPDATE record_seal SET sequence = -1 WHERE sequence = ${at}`, `UPDATE record_seal SET sequence = ${at} WHERE sequence = ${at + 1}`, `UPDATE record_seal SET sequence = ${at + 1} WHERE sequence = -1`]
const cut = (from: number) => [`DELETE FROM record_seal WHERE sequence >= ${from}`, `DELETE FROM record_entry WHERE id NOT IN (SELECT "entryId" FROM record_seal)`]
const loseCheckpoints = 'DELETE FROM record_checkpoint'

describe('a superuser changes the record, and the verifier names where', () => {
  test.each([
    ['edits an entry', [forge], '5000'],
    ['deletes an entry and its seal', remove, '5000'],
    ['deletes an entry and leaves its seal', [remove[0] as string], '5000'],
    ['deletes an entry and closes the gap', [...remove, ...closeGap], '5000'],
    ['inserts an entry', [...openGap, ...insert], '5000'],
    ['swaps two entries', swap, '5000'],
    ['cuts the record off at its end', cut(9_000), '9000'],
    ['cuts it off together with the checkpoints the database knows', [...cut(9_000), loseCheckpoints], '9000'],
    ['empties it', [...cut(1), loseCheckpoints], '1'],
  ])('%s', async (_, statements, brokenAt) => {
    expect(await verdictAfter((owner) => superuser(owner, statements))).toMatchObject({ whole: false, brokenAt })
  })

  test.each([
    ['edits an entry', [forge]],
    ['deletes an entry and closes the gap', [...remove, ...closeGap]],
    ['inserts an entry', [...openGap, ...insert]],
    ['swaps two entries', swap],
  ])('%s and computes all hashes after it anew: the next checkpoint contradicts', async (_, statements) => {
    const verdict = await verdictAfter(async (owner) => {
      await superuser(owner, [...statements, loseCheckpoints])
      await rewriteHashes(owner, at - 1)
    })
    expect(verdict).toMatchObject({ whole: false, brokenAt: '7000', why: expect.stringContaining('between 3001 and 7000') })
  })

  test('what comes after the last checkpoint, rewritten with its hashes, is not anchored yet and says so', async () => {
    const verdict = await verdictAfter(async (owner) => {
      await superuser(owner, cut(entries + 30))
      await rewriteHashes(owner, entries)
    })
    expect(verdict).toEqual({ whole: true, entries: entries + 29, anchoredUpTo: entries })
  })

  test('and after all that is taken back, the record holds', async () => {
    expect(await verify()).toEqual({ whole: true, entries: entries + later, anchoredUpTo: entries })
  })
})

test.each([
  ['edits an entry', forge],
  ['deletes an entry', remove[0] as string],
  ['deletes a seal', remove[1] as string],
  ['moves seals', closeGap[0] as string],
  ['rewrites a hash', `UPDATE record_seal SET hash = hash WHERE sequence = ${at}`],
  ['deletes checkpoints', loseCheckpoints],
  ['empties the record', 'TRUNCATE record_entry CASCADE'],
  ['switches triggers off', 'SET session_replication_role = replica'],
  ['rewrites a reason', 'UPDATE record_commitment SET value = value'],
  ['makes a handing over undone', 'DELETE FROM record_succession'],
])('the application itself is refused: it %s', async (_, statement) => {
  await expect(database.db.$executeRawUnsafe(statement)).rejects.toThrow(/permission denied|must be owner/)
})
