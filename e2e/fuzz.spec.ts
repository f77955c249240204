import { readFileSync } from 'node:fs'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { removeThings } from '#lib/local/doors/make-things.ts'
import { fuzz, loggedFailures } from '#lib/local/torture/fuzz.ts'
import { stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { type Replica, startReplica } from './replica.ts'

let replica: Replica
let db: Database
test.beforeAll(async () => {
  db = openDatabase(stackFacts().ownerUrl)
  replica = await startReplica({ LATCHKEY_WORKER: 'off' })
})
test.afterAll(async () => {
  await replica.remove()
  await removeThings(db)
  await db.$disconnect()
})

/** A short round, always the same; `npm run torture` sends a hundred times as many. */
const count = 1_080
const seed = 20_261_122

test('mutated requests to every server action, route and page are never a failure of the server, tell nothing of its inside, and leave it answering', async () => {
  test.setTimeout(120_000)
  const report = await fuzz({ db, environment: stackFacts().environment, baseUrl: replica.url }, { count, seed, doors: [] })
  expect(report.faults).toEqual([])
  expect([...report.sent.values()].reduce((sum, sent) => sum + sent, 0)).toBe(count)
  // Most of them got past the door: what is refused as unreadable proves little.
  expect(report.statuses.get(200) ?? 0).toBeGreaterThan(count / 5)
  expect(loggedFailures(readFileSync(replica.logFile, 'utf8'))).toEqual([])
  expect((await fetch(`${replica.url}/api/health/ready`)).status).toBe(200)
})
