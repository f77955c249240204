import { once } from 'node:events'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Prisma } from '#lib/db/generated/client.ts'
import { listenerClient } from '#lib/db/listener-client.ts'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { jobInsert } from './job-insert.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const named = (grantId: string): Promise<Record<string, unknown>[]> => database.owner.$queryRaw`
  SELECT to_jsonb(job) - 'id' - 'data' - 'created_on' - 'start_after' - 'keep_until' || jsonb_build_object('keptFor', keep_until - start_after, 'later', start_after > created_on + interval '1 minute', 'dueAt', CASE WHEN start_after > created_on + interval '1 minute' THEN start_after END) AS job
  FROM pgboss.job job WHERE data->>'grantId' = ${grantId}`
const insert = (change: Prisma.Sql, grantId: string, startAfter?: Date): Promise<number> => database.db.$executeRaw`WITH change AS (${change}), ${jobInsert('grant.activate', { grantId }, startAfter)} SELECT FROM change`

test('a job that is part of a statement is the row that the queue itself would write, due at once or later', async () => {
  for (const startAfter of [undefined, new Date(Date.now() + 3_600_000)]) {
    const [mine, theirs] = [`mine-${String(startAfter)}`, `theirs-${String(startAfter)}`]
    await insert(Prisma.sql`SELECT true`, mine, startAfter)
    await database.db.$transaction((tx) => database.queue.enqueue(tx, 'grant.activate', { grantId: theirs }, startAfter))
    const written = await named(mine)
    expect(written).toHaveLength(1)
    expect(written).toEqual(await named(theirs))
  }
})

test('where the change hits no row there is no job', async () => {
  await insert(Prisma.sql`SELECT true WHERE false`, 'nobody')
  expect(await named('nobody')).toEqual([])
})

test('workers hear of it on the channel on which the queue itself tells them', async () => {
  const client = listenerClient(database.url)
  await client.connect()
  try {
    await client.query(`LISTEN "${(await channelOf()) ?? ''}"`)
    const heard = once(client, 'notification') as Promise<[{ payload: string }]>
    await insert(Prisma.sql`SELECT true`, 'heard')
    expect((await heard)[0].payload).toBe('grant.activate')
  } finally {
    await client.end()
  }
})

/** The channel the queue notifies, from the statement it sends. */
async function channelOf(): Promise<string | undefined> {
  const sent: string[] = []
  const boss = new PgBoss({ connectionString: database.url, max: 1, migrate: false, createSchema: false, supervise: false, schedule: false, useListenNotify: true })
  await boss.start()
  try {
    await boss.send('grant.activate', { grantId: 'none' }, { db: { executeSql: (text: string) => Promise.resolve({ rows: sent.push(text) ? [] : [] }) } })
  } finally {
    await boss.stop({ graceful: false })
  }
  const [, expression] = /pg_notify\((\(.*?\)), 'grant\.activate'\)/s.exec(sent.join('\n')) ?? []
  const [row] = await database.owner.$queryRawUnsafe<{ channel: string }[]>(`SELECT ${expression ?? 'NULL'} AS channel`)
  return row?.channel
}
