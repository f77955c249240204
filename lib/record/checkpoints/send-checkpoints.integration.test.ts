import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { appendEntry } from '../append-entry.ts'
import { sealAll } from '../seal-entries.ts'
import { anchorHead } from './anchor-head.ts'
import { handOverKey } from './hand-over-key.ts'
import { readCheckpoints } from './read-checkpoints.ts'
import { sendCheckpoints } from './send-checkpoints.ts'

const [oldKey, newKey] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey]
const at = (minute: number): Date => new Date(Date.parse('2026-05-01T10:00:00.000Z') + minute * 60_000)
let database: TestDatabase
let folder: string
const deps = (signingKey = oldKey) => ({ signingKey, checkpointFile: path.join(folder, 'checkpoints.ndjson') })

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-places-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function anchorOne(minute: number, signingKey = oldKey): Promise<void> {
  await database.db.$transaction((tx) => appendEntry(tx, { kind: 'request.created', occurredAt: at(minute), facts: { minute } }))
  await sealAll(database.db, at(minute))
  await anchorHead(database.db, deps(signingKey), at(minute))
}
const placeOf = (puts: { text: string; upTo: string }[], fail = false) => ({
  name: 'somewhere',
  everyMs: 5 * 60_000,
  put: async (lines: { text: string; upTo: string }) => {
    puts.push(lines)
    if (fail) throw new Error('The place is away.')
    return `somewhere/${lines.upTo}`
  },
})

test('a place is given what is new, at its pace, with every handing over of the key; what it could not take comes again', async () => {
  const puts: { text: string; upTo: string }[] = []
  const { db } = database
  expect(await sendCheckpoints(db, placeOf(puts), at(0))).toBe(false)
  await anchorOne(0)
  await anchorOne(1)
  await expect(sendCheckpoints(db, placeOf(puts, true), at(1))).rejects.toThrow('away')
  expect(await db.recordPlace.count()).toBe(0)
  expect(await sendCheckpoints(db, placeOf(puts), at(2))).toBe(true)
  expect(puts.map(({ upTo }) => upTo)).toEqual(['2', '2'])
  expect(puts[1]).toEqual(puts[0])
  expect(readCheckpoints([puts[1]?.text ?? '']).checkpoints.map(({ sequence }) => sequence)).toEqual(['1', '2'])
  await handOverKey(db, { ...deps(newKey), previousKey: oldKey }, at(3))
  await anchorOne(4, newKey)
  expect(await sendCheckpoints(db, placeOf(puts), at(6))).toBe(false)
  expect(await sendCheckpoints(db, placeOf(puts), at(8))).toBe(true)
  const last = readCheckpoints([puts.at(-1)?.text ?? ''])
  expect([last.checkpoints.length, last.successions.length, last.unreadable]).toEqual([1, 1, 0])
  expect(await db.recordPlace.findMany()).toMatchObject([{ place: 'somewhere', sequence: BigInt(puts.at(-1)?.upTo ?? 0), reference: `somewhere/${puts.at(-1)?.upTo}` }])
  expect(await sendCheckpoints(db, placeOf(puts), at(60))).toBe(false)
})

test('of two replicas the one that reached less does not take the other back', async () => {
  const { db } = database
  await anchorOne(70, newKey)
  let slow: (() => void) | undefined
  const reached = new Promise<void>((resolve) => (slow = resolve))
  const behind = sendCheckpoints(db, { ...placeOf([]), put: async ({ upTo }) => (await reached, `slow/${upTo}`) }, at(71))
  await anchorOne(72, newKey)
  expect(await sendCheckpoints(db, placeOf([]), at(73))).toBe(true)
  const before = await db.recordPlace.findFirstOrThrow()
  slow?.()
  await behind
  expect(await db.recordPlace.findFirstOrThrow()).toEqual(before)
})
