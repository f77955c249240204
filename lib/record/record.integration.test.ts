import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Prisma } from '#lib/db/generated/client.ts'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { anchorHead } from './checkpoints/anchor-head.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { appendEntry, changeWithEntries } from './append-entry.ts'
import { chainHash } from './chain.ts'
import { sealEntries } from './seal-entries.ts'
import { keyRing } from './verify/key-ring.ts'
import { verifyChain } from './verify/verify-chain.ts'

let database: TestDatabase
let folder: string
const { privateKey } = generateKeyPairSync('ed25519')
const publicKey = createPublicKey(privateKey)
const now = new Date('2026-05-01T10:00:00.000Z')

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-record-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const append = (number: number) =>
  database.db.$transaction((tx) =>
    appendEntry(tx, { kind: 'request.created', occurredAt: now, facts: { number }, personal: { justification: `reason ${number}` } }),
  )
const sealAll = async () => {
  while ((await sealEntries(database.db, now, 7)) > 0);
}
const checkpointFile = () => path.join(folder, 'checkpoints.ndjson')
const readCheckpoints = async (): Promise<Checkpoint[]> =>
  (await readFile(checkpointFile(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Checkpoint)

test('entries appended by many transactions at once are chained once each, with several sealers racing', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, number) => append(number)))
  await Promise.all([sealAll(), sealAll(), sealAll()])
  await sealAll()
  expect(await database.db.recordSeal.count()).toBe(40)
  expect(await database.db.recordPending.count()).toBe(0)
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toEqual({ whole: true, entries: 40, anchoredUpTo: 0 })
})

test('an entry of a transaction that rolls back is in neither the record nor the queue of the sealer', async () => {
  const before = await database.db.recordEntry.count()
  await expect(
    database.db.$transaction(async (tx) => {
      await appendEntry(tx, { kind: 'request.created', occurredAt: now, facts: {} })
      throw new Error('the state change failed')
    }),
  ).rejects.toThrow('the state change failed')
  expect(await database.db.recordEntry.count()).toBe(before)
  expect(await database.db.recordPending.count()).toBe(0)
})

test('the head is anchored once, outside the database, with a signature that verifies', async () => {
  const settings = { signingKey: privateKey, checkpointFile: checkpointFile() }
  expect(await anchorHead(database.db, settings, now)).toMatchObject({ sequence: '40' })
  expect(await anchorHead(database.db, settings, now)).toBeUndefined()
  expect(await verifyChain(database.db, await readCheckpoints(), keyRing([publicKey]))).toEqual({ whole: true, entries: 40, anchoredUpTo: 40 })
})

test.each(['record_entry', 'record_seal', 'record_checkpoint'])('the application cannot change or delete a row of %s', async (table) => {
  await expect(database.db.$executeRawUnsafe(`DELETE FROM ${table}`)).rejects.toThrow(/permission denied/)
  await expect(database.db.$executeRawUnsafe(`TRUNCATE ${table}`)).rejects.toThrow(/permission denied/)
  const column = table === 'record_entry' ? 'kind = kind' : 'sequence = sequence'
  await expect(database.db.$executeRawUnsafe(`UPDATE ${table} SET ${column}`)).rejects.toThrow(/permission denied/)
  await expect(database.db.$executeRawUnsafe(`DROP TABLE ${table}`)).rejects.toThrow(/must be owner/)
})

test('a chain cut off at its end is found out by a checkpoint, and a checkpoint of another key is refused', async () => {
  const last = await database.owner.recordSeal.delete({ where: { sequence: 40n } })
  expect(await verifyChain(database.db, await readCheckpoints(), keyRing([publicKey]))).toMatchObject({ whole: false, brokenAt: '40' })
  await database.owner.recordSeal.create({ data: last })
  const stranger = createPublicKey(generateKeyPairSync('ed25519').privateKey)
  expect(await verifyChain(database.db, await readCheckpoints(), keyRing([stranger]))).toMatchObject({ whole: false, why: expect.stringContaining('does not vouch') })
})

test.each([
  ['kind', { kind: 'request.denied' }, { kind: 'request.created' }],
  ['occurredAt', { occurredAt: new Date('2026-05-01T11:00:00Z') }, { occurredAt: now }],
  ['actor', { actorId: '0190c0de-0000-7000-8000-000000000000' }, { actorId: null }],
])('what is shown of an entry beside its bytes is verified too: %s', async (name, forged, true_) => {
  const { entryId } = await database.db.recordSeal.findFirstOrThrow({ where: { sequence: 9n } })
  await database.owner.recordEntry.update({ where: { id: entryId }, data: forged })
  expect(await verifyChain(database.db, await readCheckpoints(), keyRing([publicKey]))).toEqual({ whole: false, brokenAt: '9', entryId: expect.any(String), why: `The column beside the entry says another ${name} than was sealed.` })
  await database.owner.recordEntry.update({ where: { id: entryId }, data: true_ })
  expect(await verifyChain(database.db, await readCheckpoints(), keyRing([publicKey]))).toMatchObject({ whole: true })
})

test('a reason rewritten behind its commitment, or put under an entry that has none, is found', async () => {
  const { entryId } = await database.db.recordSeal.findFirstOrThrow({ where: { sequence: 5n } })
  const key = { entryId_field: { entryId, field: 'justification' } }
  const { value } = await database.db.recordCommitment.findUniqueOrThrow({ where: key })
  await database.owner.recordCommitment.update({ where: key, data: { value: 'a better reason' } })
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: false, brokenAt: '5', why: expect.stringContaining('justification') })
  await database.owner.recordCommitment.update({ where: key, data: { value } })
  await database.db.recordCommitment.create({ data: { entryId, field: 'name', salt: Buffer.alloc(16), value: 'Somebody' } })
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: false, brokenAt: '5', why: expect.stringContaining('name') })
  await database.db.recordCommitment.deleteMany({ where: { field: 'name' } })
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: true })
})

test('text with NUL or half a surrogate pair is recorded, not refused', async () => {
  const id = await database.db.$transaction((tx) => appendEntry(tx, { kind: 'request.created', occurredAt: now, facts: { group: 'a\0\ud800' }, personal: { justification: 'NUL \0 and half \ud800' } }))
  expect(await database.db.recordCommitment.findFirst({ where: { entryId: id } })).toMatchObject({ value: 'NUL  and half \ufffd' })
  await sealAll()
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: true, entries: 41 })
})

test('an entry taken away from the sealer is missed', async () => {
  const id = await append(99)
  await database.db.recordPending.deleteMany({ where: { entryId: id } })
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: false, why: `Entry ${id} is neither sealed nor waiting for it.` })
  await database.db.recordPending.create({ data: { entryId: id } })
  await sealAll()
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: true })
})

test('a chain rewritten up to its last checkpoint and anchored anew contradicts the first anchor', async () => {
  const [first] = await readCheckpoints()
  if (!first) throw new Error('no checkpoint')
  const file = path.join(folder, 'anew.ndjson')
  const seal = await database.owner.recordSeal.findFirstOrThrow({ where: { sequence: 40n }, include: { entry: true } })
  const body = Buffer.from(Buffer.from(seal.entry.body).toString('utf8').replace('"version":1', '"version":2'))
  await database.owner.recordEntry.update({ where: { id: seal.entryId }, data: { body } })
  const after = await database.owner.recordSeal.findMany({ where: { sequence: { gt: 40n } } })
  await database.owner.recordSeal.deleteMany({ where: { sequence: { gt: 40n } } })
  await database.owner.recordCheckpoint.deleteMany({})
  await database.owner.recordSeal.update({ where: { sequence: 40n }, data: { hash: Buffer.from(chainHash(40n, Buffer.from(seal.previousHash).toString('hex'), seal.entryId, body), 'hex') } })
  const anew = await anchorHead(database.db, { signingKey: privateKey, checkpointFile: file }, now)
  expect(anew).toMatchObject({ sequence: '40' })
  expect(await verifyChain(database.owner, [first, anew as Checkpoint], keyRing([publicKey]))).toMatchObject({ whole: false, brokenAt: '40' })
  await database.owner.recordEntry.update({ where: { id: seal.entryId }, data: { body: seal.entry.body } })
  await database.owner.recordSeal.update({ where: { sequence: 40n }, data: { hash: seal.hash } })
  await database.owner.recordSeal.createMany({ data: after })
  expect(await verifyChain(database.db, [first], keyRing([publicKey]))).toMatchObject({ whole: true })
})

test('a person can be forgotten: the chain verifies without the values behind the commitments', async () => {
  await database.db.recordCommitment.deleteMany({})
  expect(await verifyChain(database.db, await readCheckpoints(), keyRing([publicKey]))).toMatchObject({ whole: true })
})

test('an entry edited by the database owner is named, also when its seals are recomputed up to a checkpoint', async () => {
  const seal = await database.db.recordSeal.findFirstOrThrow({ where: { sequence: 17n }, include: { entry: true } })
  await database.owner.recordEntry.update({ where: { id: seal.entryId }, data: { body: Buffer.from('{"forged":true}') } })
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: false, brokenAt: '17' })
  await database.owner.recordEntry.update({ where: { id: seal.entryId }, data: { body: seal.entry.body } })
  expect(await verifyChain(database.db, [], keyRing([publicKey]))).toMatchObject({ whole: true })
})

test('a change that hits nothing writes no entry, and one that hits a row writes exactly one, whole', async () => {
  const before = await database.db.recordEntry.count()
  const nothing = await changeWithEntries(database.db, Prisma.sql`UPDATE heartbeat SET message = 'x' WHERE component = 'nobody' RETURNING component`, { entries: [{ kind: 'request.created', occurredAt: now, facts: {} }] })
  expect(nothing).toBeUndefined()
  expect(await database.db.recordEntry.count()).toBe(before)
  const hit = await changeWithEntries(database.db, Prisma.sql`INSERT INTO heartbeat (component) VALUES ('somebody') RETURNING component`, { entries: [{ kind: 'request.created', occurredAt: now, facts: {}, personal: { justification: 'why' } }] })
  expect(hit).toEqual({ component: 'somebody' })
  const written = await database.db.recordCommitment.findMany({ where: { value: 'why' } })
  expect(written).toMatchObject([{ field: 'justification' }])
  expect(await database.db.recordEntry.count()).toBe(before + 1)
  expect(await database.db.recordPending.count({ where: { entryId: written[0]?.entryId ?? '' } })).toBe(1)
})
