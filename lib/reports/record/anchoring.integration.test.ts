import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAnchorBucket } from '#lib/aws/anchor-bucket.ts'
import { openIdentities } from '#lib/aws/credentials.ts'
import type { Config } from '#lib/config/config.ts'
import { recordBucket } from '#lib/local/demo/organisation.ts'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { anchorHead } from '#lib/record/checkpoints/anchor-head.ts'
import { checkpointKey, sendCheckpoints } from '#lib/record/checkpoints/send-checkpoints.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { runVerification } from './run-verification.ts'
import { wantVerification } from './verify-on-demand.ts'

const { privateKey } = generateKeyPairSync('ed25519')
let slice: Slice
let folder: string
const file = () => path.join(folder, 'checkpoints.ndjson')
const record = () => ({ signingKey: privateKey, checkpointFile: file() })
const now = () => slice.clock.now()
const bucket = (name = recordBucket) => openAnchorBucket({ bucket: name, region: 'us-east-1', prefix: 'latchkey/', retentionDays: 10 }, openIdentities({ region: 'us-east-1' } as Config['aws']).hub.process)

beforeAll(async () => {
  slice = await startSlice()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-anchoring-'))
})
afterAll(async () => {
  await slice.close()
  await rm(folder, { recursive: true })
})

async function write(count: number): Promise<void> {
  const { db } = slice.database
  for (let number = 0; number < count; number += 1) await db.$transaction((tx) => appendEntry(tx, { kind: 'request.created', occurredAt: now(), facts: { number } }))
  await sealAll(db, now())
  await anchorHead(db, record(), now())
}

const place = () => ({
  name: 'bucket',
  everyMs: 0,
  put: async ({ text, upTo }: { text: string; upTo: string }) => {
    const answer = await bucket().put(checkpointKey(upTo), text, new Date(now().getTime() + 86_400_000))
    if (!answer.ok) throw new Error(answer.message)
    return upTo
  },
})

async function verdict(anchorBucket = bucket()): Promise<{ state: string; why: string | null }> {
  const deps = { db: slice.database.db, queue: slice.database.queue, clock: now, record: record(), anchorBucket }
  const wanted = await wantVerification(deps, await slice.viewer('amir'), now())
  if (!wanted.ok) throw new Error(wanted.code)
  await runVerification(deps, wanted.verificationId).catch(() => undefined)
  return slice.database.db.recordVerification.findUniqueOrThrow({ where: { id: wanted.verificationId }, select: { state: true, why: true } })
}

test('database and checkpoint file set back together are found out by the bucket, which nobody sets back', async () => {
  await write(5)
  await sendCheckpoints(slice.database.db, place(), now())
  const before = await readFile(file(), 'utf8')
  const kept = await slice.database.db.recordSeal.count()
  await write(5)
  await sendCheckpoints(slice.database.db, place(), now())
  expect(await verdict()).toMatchObject({ state: 'held' })
  await sealAll(slice.database.db, now())

  const { owner } = slice.database
  await owner.$transaction([
    owner.$executeRawUnsafe('SET LOCAL session_replication_role = replica'),
    owner.$executeRawUnsafe(`DELETE FROM record_seal WHERE sequence > ${kept}`),
    owner.$executeRawUnsafe('DELETE FROM record_entry WHERE id NOT IN (SELECT "entryId" FROM record_seal)'),
    owner.$executeRawUnsafe(`DELETE FROM record_checkpoint WHERE sequence > ${kept}`),
  ])
  await writeFile(file(), before)
  expect(await verdict()).toMatchObject({ state: 'broken', why: 'Entries up to a checkpoint are missing at the end.' })
})

test('a bucket that cannot be read makes a verification that failed, not one that held', async () => {
  expect(await verdict(bucket('no-such-bucket'))).toMatchObject({ state: 'failed', why: expect.stringContaining('could not be read') })
})
