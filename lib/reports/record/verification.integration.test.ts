import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import { noteRead } from '#lib/people/note-read.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { anchorHead } from '#lib/record/checkpoints/anchor-head.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { verifyFile } from '#lib/record/verify/verify-file.ts'
import { exportRecord } from './export-record.ts'
import { runVerification } from './run-verification.ts'
import { getVerificationState, verifyDaily, wantVerification } from './verify-on-demand.ts'

const { privateKey } = generateKeyPairSync('ed25519')
let slice: Slice
let folder: string
const record = () => ({ signingKey: privateKey, checkpointFile: path.join(folder, 'checkpoints.ndjson') })
const deps = () => ({ db: slice.database.db, queue: slice.database.queue, clock: () => slice.clock.now(), record: record() })
const entriesOf = (kind: string) => slice.database.db.recordEntry.findMany({ where: { kind } })

beforeAll(async () => {
  slice = await startSlice()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-verification-'))
  const { db } = slice.database
  for (let number = 0; number < 20; number += 1) await db.$transaction((tx) => appendEntry(tx, { kind: 'request.created', occurredAt: slice.clock.now(), facts: { number } }))
  await sealAll(db, slice.clock.now())
})
afterAll(async () => {
  await slice.close()
  await rm(folder, { recursive: true })
})

test('only auditors and admins have the record verified, read what came of it, or take it away', async () => {
  const { db } = slice.database
  for (const persona of ['maya', 'ana', 'rosa']) {
    const viewer = await slice.viewer(persona)
    expect(await wantVerification(deps(), viewer, slice.clock.now())).toMatchObject({ ok: false, code: 'not_allowed' })
    expect(await exportRecord({ db, signingKey: privateKey }, viewer, slice.clock.now())).toMatchObject({ ok: false, code: 'not_allowed' })
    expect(await getVerificationState(db, viewer)).toBeNull()
  }
  expect(await db.recordVerification.count()).toBe(0)
  expect(await entriesOf('report.exported')).toHaveLength(0)
})

test('whoever asks while one runs is answered with that one, also at the same moment', async () => {
  const [amir, lena] = [await slice.viewer('amir'), await slice.viewer('lena')]
  const asked = await Promise.all([amir, lena, amir, lena].map((viewer) => wantVerification(deps(), viewer, slice.clock.now())))
  expect(asked.filter((answer) => answer.ok && answer.began)).toHaveLength(1)
  expect(new Set(asked.map((answer) => answer.ok && answer.verificationId)).size).toBe(1)
  const [first] = asked
  if (!first?.ok) throw new Error('refused')
  await runVerification(deps(), first.verificationId)
  const state = await getVerificationState(slice.database.db, amir)
  expect(state).toMatchObject({ running: null, latest: { state: 'held', entries: await slice.database.db.recordSeal.count(), anchoredUpTo: 0 } })
  // The queue may run it again.
  await runVerification(deps(), first.verificationId)
  expect(await entriesOf('record.verified')).toHaveLength(1)
})

test('an entry changed past the portal is found by the verification of the day, once, and auditors and admins are told', async () => {
  const { db, owner } = slice.database
  await anchorHead(db, record(), slice.clock.now())
  const seal = await db.recordSeal.findFirstOrThrow({ where: { sequence: 7n }, include: { entry: true } })
  await owner.recordEntry.update({ where: { id: seal.entryId }, data: { body: Buffer.from('{"forged":true}') } })
  await verifyDaily(deps(), slice.clock.now())
  expect(await db.recordVerification.count({ where: { state: 'running' } })).toBe(0)
  slice.clock.advance(25 * 3_600_000)
  await verifyDaily(deps(), slice.clock.now())
  await verifyDaily(deps(), slice.clock.now())
  const running = await db.recordVerification.findFirstOrThrow({ where: { state: 'running' } })
  await runVerification(deps(), running.id)
  expect(await db.recordVerification.findUnique({ where: { id: running.id } })).toMatchObject({ state: 'broken', brokenAt: '7', why: 'The entry is not what was sealed.' })
  expect(await db.outboxMessage.findMany({ where: { kind: 'record.broken' } })).toMatchObject([{ roles: ['auditor', 'admin'], facts: { entry: '7' } }])
  expect(await getVerificationState(db, await slice.viewer('amir'))).toMatchObject({ latest: { state: 'broken' }, lastHeld: { state: 'held' } })
  await owner.recordEntry.update({ where: { id: seal.entryId }, data: { body: seal.entry.body } })
})

test('a verification that cannot be made has failed and does not pass for one that held', async () => {
  const wanted = await wantVerification(deps(), await slice.viewer('lena'), slice.clock.now())
  if (!wanted.ok) throw new Error('refused')
  await expect(runVerification({ ...deps(), record: { signingKey: privateKey, checkpointFile: folder } }, wanted.verificationId)).rejects.toThrow('EISDIR')
  expect(await slice.database.db.recordVerification.findUnique({ where: { id: wanted.verificationId } })).toMatchObject({ state: 'failed' })
})

test('the file that an auditor takes away holds, and the record says who took it', async () => {
  const amir = await slice.viewer('amir')
  const exported = await exportRecord({ db: slice.database.db, signingKey: privateKey }, amir, slice.clock.now())
  if (!exported.ok) throw new Error('refused')
  expect(await verifyFile(exported.chunks, { checkpoints: [], successions: [], unreadable: 0 }, [createPublicKey(privateKey)])).toMatchObject({ whole: true, entries: await slice.database.db.recordSeal.count() })
  expect(await entriesOf('report.exported')).toMatchObject([{ actorId: amir.personId }])
})

test('reading another person\'s data by a portal role is recorded once an hour, reading one\'s own is not', async () => {
  const { db } = slice.database
  const [lena, maya] = [await slice.viewer('lena'), await slice.viewer('maya')]
  const read = () => noteRead(db, lena, { kind: 'person.read', subjectId: maya.personId, ownerId: maya.personId }, slice.clock.now())
  await read()
  await read()
  await noteRead(db, lena, { kind: 'person.read', subjectId: lena.personId, ownerId: lena.personId }, slice.clock.now())
  expect(await entriesOf('person.read')).toMatchObject([{ actorId: lena.personId, subjectId: maya.personId }])
  slice.clock.advance(61 * 60_000)
  await read()
  expect(await entriesOf('person.read')).toHaveLength(2)
})
