import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { absorbQueued } from './absorb-queued.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const waiting = async (): Promise<string[]> => (await database.owner.$queryRaw<{ job: string }[]>`SELECT name || ' ' || (data->>'grantId') || CASE WHEN start_after > now() THEN ' later' ELSE '' END || CASE WHEN state = 'active' THEN ' running' ELSE '' END AS job FROM pgboss.job ORDER BY 1`).map(({ job }) => job)

test('of one name and payload what waits is absorbed, and neither what runs, what is due later, nor anything else', async () => {
  const enqueue = (name: 'grant.detect' | 'grant.end', grantId: string, startAfter?: Date) => database.db.$transaction((tx) => database.queue.enqueue(tx, name, { grantId }, startAfter))
  await enqueue('grant.detect', 'one')
  await database.owner.$executeRaw`UPDATE pgboss.job SET state = 'active'`
  await enqueue('grant.detect', 'one')
  await enqueue('grant.detect', 'one')
  await enqueue('grant.detect', 'one', new Date(Date.now() + 60_000))
  await enqueue('grant.detect', 'other')
  await enqueue('grant.end', 'one')
  await absorbQueued(database.db, 'grant.detect', { grantId: 'one' })
  expect(await waiting()).toEqual(['grant.detect one later', 'grant.detect one running', 'grant.detect other', 'grant.end one'])
})

test('what is enqueued by a transaction that has not committed is not absorbed: its events could not be seen either', async () => {
  await database.owner.$executeRaw`DELETE FROM pgboss.job`
  await database.db.$transaction(async (tx) => {
    await database.queue.enqueue(tx, 'grant.detect', { grantId: 'one' })
    await absorbQueued(database.db, 'grant.detect', { grantId: 'one' })
  })
  expect(await waiting()).toEqual(['grant.detect one'])
})
