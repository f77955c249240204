import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { execute, withDatabase } from '#lib/local/test/test-database.ts'
import { openDatabase } from './client.ts'

/** What a replica's start does to the database, in a process of its own. */
const start = `
  import { migrateDatabase } from '#lib/db/migrate.ts'
  import { allowApplication } from '#lib/jobs/allow-application.ts'
  import { installQueue } from '#lib/jobs/queue.ts'
  const [url] = process.argv.slice(1)
  console.log(JSON.stringify(await migrateDatabase(url, 'prisma')))
  await installQueue(url)
  await allowApplication(url)
  process.exit(0)`

test('replicas that migrate an empty database together end with each migration once, and a queue', async () => {
  const server = process.env.LATCHKEY_TEST_POSTGRES ?? ''
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await execute(server, `CREATE DATABASE ${name}`)
  const url = withDatabase(server, name)
  const replica = async () => JSON.parse((await promisify(execFile)(process.execPath, ['--input-type=module', '-e', start, url])).stdout) as string[]
  const applied = (await Promise.all([replica(), replica(), replica()])).flat()
  expect(applied.length).toBe(new Set(applied).size)
  const db = openDatabase(url)
  expect(await db.$queryRaw`SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL OR rolled_back_at IS NOT NULL OR migration_name IN (SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1)`).toEqual([])
  expect(await db.$queryRaw`SELECT name FROM pgboss.queue WHERE name LIKE 'grant.%' ORDER BY name`).toEqual([{ name: 'grant.activate' }, { name: 'grant.detect' }, { name: 'grant.end' }, { name: 'grant.revoke' }])
  await db.$disconnect()
  await execute(server, `DROP DATABASE ${name} WITH (FORCE)`)
}, 60_000)
