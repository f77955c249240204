import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { openQueue, type RunningQueue } from '#lib/jobs/queue.ts'

export type TestDatabase = { db: Database; owner: Database; queue: RunningQueue; url: string; ownerUrl: string; drop(): Promise<void> }

export const templateDatabase = 'latchkey_template'
export const appLogin = { user: 'latchkey', password: 'local-only-app' }

/**
 * A database of its own, cloned from the migrated template that the global set-up made. `db` works as the
 * application's role, as in production; `owner` is the superuser, for looking behind the curtain.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.LATCHKEY_TEST_POSTGRES
  if (!server) throw new Error('LATCHKEY_TEST_POSTGRES is not set: run integration tests through `npm test` or vitest.')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`)
  const ownerUrl = withDatabase(server, name)
  const url = withLogin(ownerUrl)
  const db = openDatabase(url)
  const owner = openDatabase(ownerUrl)
  const queue = await openQueue(url, () => undefined)
  return {
    db,
    owner,
    queue,
    url,
    ownerUrl,
    drop: async () => {
      await queue.stop()
      await Promise.all([db.$disconnect(), owner.$disconnect()])
      await execute(server, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

export async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

export function withDatabase(url: string, database: string): string {
  const target = new URL(url)
  target.pathname = `/${database}`
  return target.href
}

export function withLogin(url: string): string {
  const target = new URL(url)
  target.username = appLogin.user
  target.password = appLogin.password
  return target.href
}
