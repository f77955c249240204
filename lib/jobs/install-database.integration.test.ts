import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { pendingMigrations } from '#lib/db/pending-migrations.ts'
import { execute, withDatabase } from '#lib/local/test/test-database.ts'
import { missingQueues } from './missing-queues.ts'
import { jobNames } from './queue.ts'

const server = process.env.LATCHKEY_TEST_POSTGRES ?? ''
const unique = randomUUID().replaceAll('-', '')
const database = `test_${unique}`
const ownerUrl = withDatabase(server, database)
const migrations = readdirSync('prisma/migrations').sort()
const as = (user: string, password: string): string => Object.assign(new URL(ownerUrl), { username: user, password }).href

type Said = { status: number | null; out: string; err: string }

/** The command as it is run, with nothing but its two variables. */
function migrate(environment: Record<string, string>): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['app/_server/migrate.ts'], { env: { PATH: process.env.PATH, ...environment } as unknown as NodeJS.ProcessEnv })
    const said: Said = { status: null, out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')))
    child.once('close', (status) => resolve({ ...said, status }))
  })
}

let owner: Database
beforeAll(async () => {
  await execute(server, `CREATE DATABASE ${database}`)
  owner = openDatabase(ownerUrl)
})
afterAll(async () => {
  await owner.$disconnect()
  await execute(server, `DROP DATABASE ${database} WITH (FORCE)`)
  await execute(server, `DROP ROLE IF EXISTS reader_${unique}; DROP ROLE IF EXISTS app_${unique}`)
})

test('an empty database lacks every migration and every queue', async () => {
  expect(await pendingMigrations(owner, 'prisma/migrations')).toEqual(migrations)
  expect(await missingQueues(owner)).toEqual(jobNames)
})

test('a user without the right is told which right, and nothing is begun', async () => {
  await execute(server, `CREATE ROLE reader_${unique} LOGIN PASSWORD 'reader'`)
  const said = await migrate({ DATABASE_MIGRATION_URL: as(`reader_${unique}`, 'reader') })
  expect(said.status).toBe(1)
  expect(said.err).toMatch(new RegExp(`^The user "reader_${unique}" may not change the schema of "${database}"\\. .*ALTER DATABASE`))
  expect(await pendingMigrations(owner, 'prisma/migrations')).toEqual(migrations)
})

test.each<[string, Record<string, string>, RegExp]>([
  ['no owner', { DATABASE_URL: ownerUrl }, /^DATABASE_MIGRATION_URL is not set/],
  ['one user for both', { DATABASE_MIGRATION_URL: ownerUrl, DATABASE_URL: ownerUrl }, /name the same user, "postgres"/],
  ['a wrong password', { DATABASE_MIGRATION_URL: as('postgres', 'not-this-one') }, /^The database cannot be reached as its owner: password authentication failed/],
  ['TLS of a kind that verifies nothing', { DATABASE_MIGRATION_URL: `${ownerUrl}?sslmode=prefer` }, /sslmode=prefer; use verify-full/],
])('%s is one sentence, without a password', async (_name, environment, sentence) => {
  const said = await migrate(environment)
  expect(said.status).toBe(1)
  expect(said.err).toMatch(sentence)
  expect(said.err.trim().split('\n')).toHaveLength(1)
  expect(said.err).not.toMatch(/local-only|not-this-one/)
})

test('two that run at once apply each migration once; then nothing is pending and the login may work', async () => {
  const environment = { DATABASE_MIGRATION_URL: ownerUrl, DATABASE_URL: as(`app_${unique}`, 'made-here') }
  const both = await Promise.all([migrate(environment), migrate(environment)])
  expect(both.map(({ status, err }) => [status, err])).toEqual([[0, ''], [0, '']])
  expect(new Set(both.map(({ out }) => out.split('\n')[0]))).toEqual(new Set([`Applied ${migrations.join(', ')}.`, 'Every migration was applied before.']))
  const app = openDatabase(environment.DATABASE_URL)
  expect(await pendingMigrations(app, 'prisma/migrations')).toEqual([])
  expect(await missingQueues(app)).toEqual([])
  await expect(app.$executeRaw`DELETE FROM record_entry`).rejects.toThrow(/permission denied/)
  await expect(app.$executeRaw`CREATE TABLE anything ()`).rejects.toThrow(/permission denied/)
  await app.$disconnect()
}, 60_000)

test('a database that is one migration ahead is ready for this version, and stays as it is when this version migrates', async () => {
  await owner.$executeRaw`ALTER TABLE person ADD COLUMN "ofANewerVersion" text`
  await owner.$executeRaw`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES (${randomUUID()}, 'newer', '29991231000000_newer', now(), 1)`
  const app = openDatabase(as(`app_${unique}`, 'made-here'))
  expect(await pendingMigrations(app, 'prisma/migrations')).toEqual([])
  const made = await app.person.create({ data: { issuer: 'i', subject: 's', displayName: 'D', username: 'd', firstSeenAt: new Date(), lastSignedInAt: new Date() } })
  expect(await app.person.findUnique({ where: { id: made.id } })).toMatchObject({ subject: 's' })
  await app.$disconnect()
  const said = await migrate({ DATABASE_MIGRATION_URL: ownerUrl })
  expect([said.status, said.err]).toEqual([0, ''])
  expect(await owner.$queryRaw`SELECT migration_name FROM _prisma_migrations WHERE migration_name = '29991231000000_newer'`).toHaveLength(1)
})
