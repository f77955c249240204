import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { changeWithEntries } from '#lib/record/append-entry.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { startStack } from './local/stack/start-stack.ts'
import { freePort } from './local/test/free-port.ts'
import { atLeast, atMost, type BenchCase, percentile } from './local/bench/bench-case.ts'
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


const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-zz-'))
const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
const db = openDatabase(stack.environment.DATABASE_URL ?? '', { maxConnections: 60, statementTimeoutMs: 0 })
const owner = openDatabase(stack.ownerUrl, { statementTimeoutMs: 0 })
for (const one of await benchWriters(db, owner)) console.log(JSON.stringify(one))
await Promise.all([db.$disconnect(), owner.$disconnect()])
await stack.close()
await rm(dataDir, { recursive: true, force: true })
process.exit(0)
