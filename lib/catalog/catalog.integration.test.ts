import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import type { Catalog } from './catalog-schema.ts'
import { loadCatalog } from './load-catalog.ts'
import { parseCatalog } from './parse-catalog.ts'
import { syncCatalog } from './sync-catalog.ts'

let database: TestDatabase
let catalog: Catalog
const now = new Date('2026-05-01T10:00:00Z')

beforeAll(async () => {
  database = await createTestDatabase()
  const parsed = parseCatalog(await readFile('lib/local/demo/catalog.yaml', 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  catalog = parsed.catalog
})
afterAll(() => database.drop())

const entries = (subjectId: string) => database.db.recordEntry.findMany({ where: { subjectId }, orderBy: { occurredAt: 'asc' } })

test('replicas that start together load the catalogue once', async () => {
  const summaries = await Promise.all([syncCatalog(database.db, catalog, now), syncCatalog(database.db, catalog, now), syncCatalog(database.db, catalog, now)])
  expect(summaries.map((summary) => summary.added.length).toSorted((left, right) => left - right)).toEqual([0, 0, catalog.profiles.length])
  expect(await entries('sandbox-builder')).toHaveLength(1)
})

test('an account and its profiles that left the file are withdrawn, each with its entry of the record, and offered again only by an admin', async () => {
  const [gone] = catalog.accounts.filter((account) => account.name === 'sandbox')
  const without = { ...catalog, accounts: catalog.accounts.filter((account) => account !== gone), profiles: catalog.profiles.filter((profile) => profile.account !== 'sandbox') }
  const { removed } = await syncCatalog(database.db, without, now)
  expect(removed.toSorted()).toEqual(['sandbox-admin', 'sandbox-builder', 'sandbox-ci'])
  expect(await database.db.account.findUnique({ where: { id: gone?.id } })).toMatchObject({ offered: false })
  expect((await entries(gone?.id ?? '')).map((entry) => entry.kind)).toEqual(['catalog.account.changed', 'catalog.account.changed'])
  const back = await syncCatalog(database.db, catalog, now)
  expect(back).toEqual({ added: [], changed: [], removed: [], proposed: expect.arrayContaining(removed) })
  expect(await entries(gone?.id ?? '')).toHaveLength(3)
  expect(await syncCatalog(database.db, catalog, now)).toEqual({ added: [], changed: [], removed: [], proposed: [] })
})

test('an unchanged file is not read again, a changed one is, and one with a mistake changes nothing', async () => {
  const source = await readFile('lib/local/demo/catalog.yaml', 'utf8')
  const later = new Date('2026-05-02T10:00:00Z')
  const loadedAt = async (): Promise<Date | undefined> => (await database.db.catalogLoad.findUnique({ where: { id: 1 } }))?.loadedAt
  expect(await loadCatalog(database.db, source, now)).toMatchObject({ ok: true })
  expect(await loadCatalog(database.db, source, later)).toEqual({ ok: true, summary: { added: [], changed: [], removed: [], proposed: [] } })
  expect(await loadedAt()).toEqual(now)
  expect(await loadCatalog(database.db, source.replace('maxDurationMinutes: 480', 'maxDurationMinutes: 0'), later)).toMatchObject({ ok: false, problems: [{ field: 'profiles[0].limits.maxDurationMinutes' }] })
  expect(await loadedAt()).toEqual(now)
  expect(await loadCatalog(database.db, source.replace('maxDurationMinutes: 480', 'maxDurationMinutes: 420'), later)).toMatchObject({ ok: true, summary: { changed: ['payments-prod-read'] } })
  expect(await loadedAt()).toEqual(later)
})

test('a thousand accounts with five profiles each are loaded in one go, each with its entry', async () => {
  const own = await createTestDatabase()
  const [account] = catalog.accounts
  const [profile] = catalog.profiles
  const accounts = Array.from({ length: 1_000 }, (_, index) => ({ ...(account as Catalog['accounts'][number]), id: String(600_000_000_000 + index), name: `account-${index}` }))
  const profiles = accounts.flatMap(({ name }) => Array.from({ length: 5 }, (_, index) => ({ ...(profile as Catalog['profiles'][number]), id: `${name}-${index}`, account: name })))
  expect((await syncCatalog(own.db, { version: 1, accounts, profiles }, now)).added).toHaveLength(5_000)
  expect(await own.db.accessProfile.count({ where: { offered: true } })).toBe(5_000)
  expect(await own.db.recordEntry.groupBy({ by: ['kind'], _count: true, orderBy: { kind: 'asc' } })).toMatchObject([
    { kind: 'catalog.account.changed', _count: 1_000 },
    { kind: 'catalog.profile.added', _count: 5_000 },
  ])
  await own.drop()
})
