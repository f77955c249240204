import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { to } from 'pg-copy-streams'
import { type Database, openDatabase, streamingPoolOf } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { changeWithEntries } from '#lib/record/append-entry.ts'
import { signCheckpoint } from '#lib/record/checkpoints/checkpoint.ts'
import { writeRecordFile } from '#lib/record/file/write-record-file.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { keyRing } from '#lib/record/verify/key-ring.ts'
import { verifyChain } from '#lib/record/verify/verify-chain.ts'
import { verifyFile } from '#lib/record/verify/verify-file.ts'
import { entriesStatement, takeEntries } from '#lib/reports/record/export-entries.ts'
import { startApp } from '../stack/start-app.ts'
import { startStack } from '../stack/start-stack.ts'
import { freePort } from '../test/free-port.ts'
import { atLeast, atMost, type BenchCase, informs, orProblem, percentile } from './bench-case.ts'
import { fillBigCompany, writeBigCatalogue } from './big-company.ts'
import { fillEntries } from './many-entries.ts'
import { fillManyRequests } from './many-requests.ts'
import { signInAs } from './sign-in-as.ts'
import { benchMemory } from './weight.bench.ts'

const entries = 1_000_000
const requests = 1_000_000
const everything = { kind: '', actorIds: null, from: null, to: null, search: '', requestIds: [] }

/** The record and its files at a million entries, and report pages at a million requests; the processes share the machine. */
export async function benchRecord(say: (text: string) => void): Promise<BenchCase[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-record-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  const environment = { ...stack.environment, CATALOG_FILE: writeBigCatalogue(dataDir), LATCHKEY_WORKER: 'off' }
  const log = path.join(dataDir, 'app.log')
  const db = openDatabase(stack.environment.DATABASE_URL ?? '', { maxConnections: 60, statementTimeoutMs: 0 })
  const owner = openDatabase(stack.ownerUrl, { statementTimeoutMs: 0 })
  try {
    say('50 writers with and without the record')
    const writers = await benchWriters(db, owner)
    await owner.$executeRawUnsafe('TRUNCATE record_entry, record_commitment, record_seal, record_pending, record_checkpoint')
    say(`${entries.toLocaleString('en')} entries`)
    await fillEntries(stack.ownerUrl, entries)
    say('Verification')
    const verification = await orProblem('verification', () => benchVerification(db, dataDir))
    say('Files')
    const first = await startApp(environment, log)
    await first.stop()
    await fillBigCompany(stack.ownerUrl, { entries: false })
    say(`${requests.toLocaleString('en')} requests`)
    await fillManyRequests(stack.ownerUrl, requests)
    const app = await startApp(environment, log)
    try {
      const { cookie } = await signInAs(db, environment, 'amir')
      const files = await orProblem('files', () => benchFiles(db, stack.publicUrl, cookie, app.pid))
      say('Report pages')
      const pages = await orProblem('report pages', () => benchReports(stack.publicUrl, cookie, db))
      return [...writers, ...verification, ...files, ...pages]
    } finally {
      await app.stop()
    }
  } finally {
    await Promise.all([db.$disconnect(), owner.$disconnect()])
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const writersAtOnce = 50
const writesEach = 100
const rounds = 5

/**
 * The same transaction (a row is read and moved on, somebody is told) by 50 writers, with and without its record entry, in
 * turns. The entry goes in the statement of the change, as verbs of the product write it (`moveGrant`); the sealer runs
 * beside, as it does in the portal.
 */
async function benchWriters(db: Database, owner: Database): Promise<BenchCase[]> {
  await owner.$executeRawUnsafe('CREATE TABLE bench_state (id uuid PRIMARY KEY, state text NOT NULL, version int NOT NULL, note text)')
  await owner.$executeRawUnsafe('GRANT SELECT, INSERT, UPDATE ON bench_state TO latchkey_app')
  await owner.$executeRawUnsafe(`INSERT INTO bench_state SELECT gen_random_uuid(), 'pending', 0, repeat('x', 200) FROM generate_series(1, ${writersAtOnce})`)
  const states = await db.$queryRawUnsafe<{ id: string }[]>('SELECT id::text FROM bench_state')
  const write = (recorded: boolean) => async (id: string): Promise<void> => {
    for (let turn = 0; turn < writesEach; turn += 1) {
      await db.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT state, version FROM bench_state WHERE id = ${id}::uuid`
        const change = Prisma.sql`UPDATE bench_state SET state = 'approved', version = version + 1 WHERE id = ${id}::uuid RETURNING id`
        const entry = { kind: 'request.approved', occurredAt: new Date(), subjectId: id, facts: { code: 'R-1', profile: 'payments-prod-read' }, personal: { reason: 'Because of the plan' } } as const
        await (recorded ? changeWithEntries(tx, change, { entries: [entry] }) : tx.$queryRaw(change))
        await tellLater(tx, { kind: 'request.decided', to: {} }, new Date())
      })
    }
  }
  const timed = async (recorded: boolean): Promise<number> => {
    const begun = performance.now()
    await Promise.all(states.map(({ id }) => write(recorded)(id)))
    return (writersAtOnce * writesEach) / ((performance.now() - begun) / 1_000)
  }
  const lags: number[] = []
  let over = false
  const sealer = (async () => {
    while (!over) {
      const [oldest] = await db.$queryRaw<{ at: Date | null }[]>`SELECT min(e."occurredAt") AS at FROM record_pending p JOIN record_entry e ON e.id = p."entryId"`
      if (oldest?.at) lags.push(Date.now() - oldest.at.getTime())
      await sealAll(db, new Date())
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  })()
  await timed(true)
  const pairs: { bare: number; recorded: number }[] = []
  for (let round = 0; round < rounds; round += 1) pairs.push({ bare: await timed(false), recorded: await timed(true) })
  over = true
  await sealer
  const median = (values: number[]): number => percentile(values, 0.5)
  // Each beside the one of its round: the machine is not equally fast all the time.
  const bare = median(pairs.map((pair) => pair.bare))
  const recorded = bare * median(pairs.map((pair) => pair.recorded / pair.bare))
  return [
    atLeast('transactions with their entry, 50 writers', '/s', recorded, 0.8 * bare, rounds * writersAtOnce * writesEach, bare),
    atMost('sealer behind the oldest entry, at most', 'ms', Math.max(0, ...lags), 2_000, lags.length),
  ]
}

async function benchVerification(db: Database, dataDir: string): Promise<BenchCase[]> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const file = path.join(dataDir, 'record.txt')
  await pipeline(Readable.from(writeRecordFile(db, privateKey, new Date())), createWriteStream(file))
  const seals = await db.recordSeal.findMany({ where: { sequence: { in: Array.from({ length: 100 }, (_, index) => BigInt((index + 1) * (entries / 100))) } } })
  const checkpoints = seals.map(({ sequence, hash }) => signCheckpoint({ sequence: String(sequence), hash: Buffer.from(hash).toString('hex') }, privateKey, new Date()))
  const outside = { checkpoints, successions: [], unreadable: 0 }
  const rate = async (verify: () => Promise<{ whole: boolean }>): Promise<number> => {
    const begun = performance.now()
    if (!(await verify()).whole) throw new Error('The record does not hold.')
    return entries / ((performance.now() - begun) / 1_000)
  }
  const fromFile = [await rate(() => verifyFile(createReadStream(file, { highWaterMark: 1 << 18 }), outside, [createPublicKey(privateKey)])), await rate(() => verifyFile(createReadStream(file, { highWaterMark: 1 << 18 }), outside, [createPublicKey(privateKey)]))]
  await writeFile(file, '')
  const fromDatabase = await rate(() => verifyChain(db, checkpoints, keyRing([createPublicKey(privateKey)])))
  return [atLeast('chain verified, from a file', 'entries/s', Math.max(...fromFile), 200_000, 2), informs('chain verified, from the database', 'entries/s', fromDatabase, 1)]
}

async function csvFile(db: Database): Promise<AsyncIterable<Uint8Array>> {
  const auditor: Viewer = { signInId: newId(), personId: newId(), displayName: 'Bench', email: null, username: 'bench', groups: [], groupsVerifiedAt: new Date(), roles: ['auditor'] }
  const taken = await takeEntries(db, auditor, everything, 'csv', new Date())
  if (!taken.ok) throw new Error(taken.message)
  return taken.chunks
}

async function benchFiles(db: Database, baseUrl: string, cookie: string, pid: number): Promise<BenchCase[]> {
  const timed = async (chunks: AsyncIterable<Uint8Array>): Promise<number> => {
    const begun = performance.now()
    for await (const chunk of chunks) void chunk.length
    return entries / ((performance.now() - begun) / 1_000)
  }
  async function* copied(): AsyncGenerator<Uint8Array> {
    const client = await streamingPoolOf(db).connect()
    try {
      yield* client.query(to(`COPY (${entriesStatement(everything)}) TO STDOUT`))
    } finally {
      client.release()
    }
  }
  const pairs: { copy: number; csv: number }[] = []
  for (let round = 0; round < 2; round += 1) pairs.push({ copy: await timed(copied()), csv: await timed(await csvFile(db)) })
  const [copy, csv] = [Math.max(...pairs.map((pair) => pair.copy)), Math.max(...pairs.map((pair) => pair.csv))]
  const ask = (): Promise<Response> => fetch(`${baseUrl}/api/record/entries?format=csv`, { headers: { cookie } })
  const firstBytes: number[] = []
  for (let round = 0; round < 10; round += 1) {
    const begun = performance.now()
    const reader = (await ask()).body?.getReader()
    await reader?.read()
    firstBytes.push(performance.now() - begun)
    await reader?.cancel()
  }
  const before = benchMemory(pid).value
  let most = before
  let bytes = 0
  const looking = setInterval(() => (most = Math.max(most, benchMemory(pid).value)), 200)
  for await (const chunk of (await ask()).body as AsyncIterable<Uint8Array>) bytes += chunk.length
  clearInterval(looking)
  return [
    atLeast('CSV of 1,000,000 entries', 'rows/s', csv, 0.5 * copy, 2, copy),
    atMost('first byte of that file, p95', 'ms', percentile(firstBytes, 0.95), 200, firstBytes.length),
    atMost('memory grown while it is taken away', 'MB', most - before, 64, 1, before),
    informs('its size', 'MB', bytes / 1e6, 1),
  ]
}

const warmUp = 5
const samples = 30
const questions = ['access', 'incident', 'approvals', 'refusals', 'waiting', 'emergencies', 'outside', 'changes', 'reviews', 'findings']

async function benchReports(baseUrl: string, cookie: string, db: Database): Promise<BenchCase[]> {
  const busy = await db.request.findFirstOrThrow({ orderBy: { createdAt: 'desc' }, select: { personId: true } })
  const places = [...questions.map((id) => `/reports/${id}`), '/reports/access?group=account', '/reports/waiting?group=profile', `/reports/person?person=${busy.personId}`]
  const cases: BenchCase[] = []
  for (const place of places) {
    const took: number[] = []
    for (let round = 0; round < warmUp + samples; round += 1) {
      const begun = performance.now()
      const answer = await fetch(`${baseUrl}${place}`, { headers: { cookie } })
      const text = await answer.text()
      if (answer.status !== 200) throw new Error(`${place} answered ${answer.status}: ${text.slice(0, 200)}`)
      if (round >= warmUp) took.push(performance.now() - begun)
    }
    cases.push(atMost(`${place.replace(/person=.*/, 'person=…')} at 1 M requests, p95`, 'ms', percentile(took, 0.95), 300, samples))
  }
  return cases
}
