import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDatabaseAddress } from '#lib/config/database-address.ts'
import { openDatabase } from '#lib/db/client.ts'
import { listenerClient } from '#lib/db/listener-client.ts'
import { type LocalPostgres, startPostgres } from '#lib/local/postgres/start-postgres.ts'
import { certify } from '#lib/local/test/certificate.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { installDatabase } from './install-database.ts'
import { openQueue } from './queue.ts'

const authority = certify('Authority of the tests')
const login = { user: 'latchkey', password: 'over-tls-only' }
let dataDir: string
let postgres: LocalPostgres
const file = (name: string): string => path.join(dataDir, name)
const address = (url: string, query: string): string => {
  const read = readDatabaseAddress(`${url}?${query}`)
  if (!read.ok) throw new Error(read.problem)
  return read.url
}
const trusted = (query = 'sslmode=verify-full'): string => `${query}&sslrootcert=${encodeURIComponent(file('ca.pem'))}`
const owner = (query: string): string => address(postgres.url('postgres'), query)
const application = (query: string): string => address(postgres.url('postgres', login.user, login.password), query)

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-tls-'))
  await writeFile(file('ca.pem'), authority.certificate)
  await writeFile(file('stranger.pem'), certify('Another authority').certificate)
  const server = certify('The database', authority, { addresses: ['127.0.0.1'] })
  postgres = await startPostgres({ dataDir, port: await freePort(), tls: server })
})
afterAll(async () => {
  await postgres.close()
  await rm(dataDir, { recursive: true, force: true })
})

test('the owner migrates, and pool, queue and listener work, each over TLS with the server verified', async () => {
  expect(await installDatabase(owner(trusted()), 'prisma', login)).toMatchObject({ ok: true })
  const url = application(trusted('sslmode=require'))
  const db = openDatabase(url)
  const queue = await openQueue(url, () => undefined)
  const listener = listenerClient(url)
  await listener.connect()
  await listener.query('LISTEN anything')
  expect(await db.person.count()).toBe(0)
  const watcher = new pg.Client({ connectionString: owner(trusted()) })
  await watcher.connect()
  const { rows } = await watcher.query<{ name: string; ssl: boolean }>(`SELECT DISTINCT application_name AS name, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename = 'latchkey' ORDER BY 1`)
  expect(rows).toEqual([{ name: 'latchkey', ssl: true }, { name: 'latchkey-jobs', ssl: true }, { name: 'latchkey-live', ssl: true }])
  await Promise.all([watcher.end(), listener.end(), queue.stop(), db.$disconnect()])
}, 60_000)

test.each<[string, () => string, RegExp]>([
  ['no TLS', () => 'sslmode=disable', /no encryption|pg_hba/],
  ['no word about TLS', () => 'application_name=x', /no encryption|pg_hba/],
  ['an authority that did not sign the server', () => `sslmode=verify-full&sslrootcert=${file('stranger.pem')}`, /signature|certificate|issuer/i],
  ['only the public authorities, also with "require"', () => 'sslmode=require', /certificate|issuer/i],
])('is refused with %s', async (_name, query, reason) => {
  expect(await installDatabase(owner(query()), 'prisma')).toMatchObject({ ok: false, problem: expect.stringMatching(reason) as string })
  const db = openDatabase(application(query()))
  await expect(db.person.count()).rejects.toThrow(/TLS|certificate|encryption|pg_hba|denied/i)
  await db.$disconnect()
  await expect(openQueue(application(query()), () => undefined)).rejects.toThrow(reason)
  const listener = listenerClient(application(query()))
  await expect(listener.connect()).rejects.toThrow(reason)
})

test('is refused when the certificate is for another host', async () => {
  const elsewhere = new URL(application(trusted()))
  elsewhere.hostname = 'localhost'
  const listener = listenerClient(elsewhere.href)
  await expect(listener.connect()).rejects.toThrow(/Hostname|altnames/)
})
