import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { listCatalog } from './admin.queries.ts'
import { changeProfile } from './change-profile.ts'
import type { Catalog, ProfileDefinition } from './catalog-schema.ts'
import { digestOf, readCatalogState } from './catalog-state.ts'
import { exportCatalog } from './export-catalog.ts'
import { impactOf } from './impact.queries.ts'
import { parseCatalog } from './parse-catalog.ts'
import { planCatalog } from './plan-catalog.ts'
import { settleChange } from './settle-change.ts'
import { applyCatalog, syncCatalog } from './sync-catalog.ts'

const now = new Date('2026-05-01T10:00:00Z')
const profileId = 'sandbox-builder'
const issuer = 'https://id.example'
let database: TestDatabase
let catalog: Catalog
let lena: Viewer
let sam: Viewer

async function viewer(name: string, roles: Viewer['roles'], groups: string[]): Promise<Viewer> {
  const person = await database.db.person.create({ data: { issuer, subject: name, displayName: name, username: name, lastKnownGroups: groups, firstSeenAt: now, lastSignedInAt: now } })
  return { signInId: person.id, personId: person.id, displayName: name, email: null, username: name, groups, groupsVerifiedAt: now, roles }
}

beforeAll(async () => {
  database = await createTestDatabase()
  const parsed = parseCatalog(await readFile('lib/local/demo/catalog.yaml', 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  catalog = parsed.catalog
  await syncCatalog(database.db, catalog, now)
  ;[lena, sam] = await Promise.all([viewer('lena', ['admin'], ['latchkey-admins']), viewer('sam', ['admin'], ['latchkey-admins', 'platform-leads'])])
})
afterAll(() => database.drop())

const state = () => readCatalogState(database.db)
async function standing(): Promise<{ definition: ProfileDefinition; baseHash: string }> {
  const { profiles, accounts } = await state()
  const definition = profiles.get(profileId)!
  return { definition: { ...definition, account: accounts.get(definition.account)!.name }, baseHash: digestOf(definition) }
}
async function change(who: Viewer, edit: (definition: ProfileDefinition) => ProfileDefinition) {
  const { definition, baseHash } = await standing()
  return changeProfile(database.db, who, { profileId, baseHash, definition: edit(definition), reason: 'For the new team' }, now)
}
const lasting = (maxDurationMinutes: number) => (definition: ProfileDefinition) => ({ ...definition, limits: { ...definition.limits, maxDurationMinutes } })
const waiting = () => database.db.catalogChange.findFirstOrThrow({ where: { state: 'proposed' }, orderBy: { createdAt: 'desc' } })
const settle = (who: Viewer, id: string, verdict: 'approve' | 'reject' | 'withdraw' = 'approve', reason = '') => settleChange({ db: database.db, firstIssuer: issuer }, who, id, { verdict, reason }, now)
const longest = async (): Promise<number> => (await standing()).definition.limits.maxDurationMinutes
const kinds = async (): Promise<string[]> => (await database.db.recordEntry.findMany({ where: { subjectId: profileId }, orderBy: { id: 'asc' } })).map(({ kind, actorId }) => `${kind} ${actorId === lena.personId ? 'lena' : actorId === sam.personId ? 'sam' : '-'}`)

test('what takes away is applied at once; what widens waits for the second admin, once, with both in the record', async () => {
  const requester = await viewer('maya', ['requester'], ['engineering'])
  expect(await change(requester, lasting(30))).toMatchObject({ code: 'not_allowed' })
  expect(await change(lena, lasting(30))).toMatchObject({ ok: true, applied: true })
  expect(await longest()).toBe(30)
  expect(await change(lena, lasting(30))).toMatchObject({ code: 'nothing_changed' })
  expect(await change(lena, lasting(600))).toMatchObject({ ok: true, applied: false })
  expect(await change(sam, lasting(700))).toMatchObject({ code: 'change_waiting' })
  expect(await longest()).toBe(30)
  const { id } = await waiting()
  expect(await settle(requester, id)).toMatchObject({ code: 'not_found' })
  expect(await settle(lena, id)).toMatchObject({ code: 'own_change' })
  const answers = await Promise.all([settle(sam, id), settle(sam, id), settle(sam, id)])
  expect(answers.map((answer) => (answer.ok ? 'ok' : answer.code)).toSorted()).toEqual(['already_settled', 'already_settled', 'ok'])
  expect(await longest()).toBe(600)
  // Whoever may decide is told that it waits, and the proposer once how it went; what applies at once is told nobody.
  const { code } = await database.db.catalogChange.findUniqueOrThrow({ where: { id } })
  expect(await database.db.outboxMessage.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
    { kind: 'change.waiting', roles: ['admin'], personIds: [], notToIds: [lena.personId], facts: { code, subject: profileId, count: 1 } },
    { kind: 'change.settled', roles: [], personIds: [lena.personId], facts: { code, subject: profileId, outcome: 'applied' } },
  ])
  expect(await kinds()).toEqual(['catalog.profile.added -', 'catalog.profile.changed lena', 'catalog.change.proposed lena', 'catalog.change.applied sam', 'catalog.profile.changed lena'])
})

test('a second sign-in of the proposer is the proposer, and the database refuses the row itself', async () => {
  await change(lena, lasting(610))
  const { id } = await waiting()
  const twin = await viewer('lena-too', ['admin'], ['latchkey-admins'])
  const [firstId, secondId] = [lena.personId, twin.personId].toSorted() as [string, string]
  await database.db.personLink.create({ data: { firstId, secondId, madeById: sam.personId, madeAt: now } })
  expect(await settle(twin, id)).toMatchObject({ code: 'own_change' })
  const applied = (deciderId: string | null) => database.owner.catalogChange.update({ where: { id }, data: { state: 'applied', settledAt: now, deciderId } })
  await expect(applied(lena.personId)).rejects.toThrow(/second_person/)
  await expect(applied(null)).rejects.toThrow(/second_person/)
  expect(await settle(sam, id, 'reject', 'Nobody needs so long')).toMatchObject({ ok: true, next: 'rejected' })
})

test('a proposal is bound to what it was made for', async () => {
  await change(lena, lasting(620))
  const { id } = await waiting()
  expect(await change(sam, lasting(25))).toMatchObject({ ok: true, applied: true })
  expect(await settle(sam, id)).toMatchObject({ code: 'already_settled' })
  expect(await database.db.catalogChange.findUnique({ where: { id } })).toMatchObject({ state: 'superseded' })
  expect(await changeProfile(database.db, lena, { profileId, baseHash: 'of another time', definition: null, reason: '' }, now)).toMatchObject({ code: 'stale' })
})

test('a start reverts no edit, takes over what the file takes away, and proposes without a proposer what it widens', async () => {
  expect(await syncCatalog(database.db, catalog, now)).toMatchObject({ changed: [], proposed: [] })
  expect(await longest()).toBe(25)
  const file = (minutes: number): Catalog => ({ ...catalog, profiles: catalog.profiles.map((profile) => (profile.id === profileId ? lasting(minutes)(profile) : profile)) })
  expect(await syncCatalog(database.db, file(20), now)).toMatchObject({ changed: [profileId], proposed: [] })
  expect(await syncCatalog(database.db, file(300), now)).toMatchObject({ changed: [], proposed: [profileId] })
  expect(await syncCatalog(database.db, file(300), now)).toMatchObject({ proposed: [] })
  const { id, proposerId, source } = await waiting()
  expect({ proposerId, source }).toEqual({ proposerId: null, source: 'file' })
  expect(await settle(lena, id)).toMatchObject({ ok: true })
  expect(await longest()).toBe(300)
  expect(await syncCatalog(database.db, file(300), now)).toMatchObject({ changed: [], proposed: [] })
})

test('the command line applies, proposes each thing once, and what is exported needs nothing', async () => {
  const parsed = parseCatalog(exportCatalog(await state()))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  expect(planCatalog(await state(), parsed.catalog)).toEqual([])
  const wanted = { ...parsed.catalog, profiles: parsed.catalog.profiles.map((profile) => (profile.id === profileId ? { ...profile, request: { ...profile.request, groups: ['vendors'] } } : profile)) }
  expect(await applyCatalog(database.db, wanted, now)).toMatchObject({ proposed: [profileId] })
  expect(await applyCatalog(database.db, wanted, now)).toMatchObject({ proposed: [] })
  const { definition } = await standing()
  const impact = await impactOf(database.db, lena, profileId, definition, { ...definition, request: { ...definition.request, groups: ['vendors'] } })
  expect(impact.rights).toMatchObject([{ right: 'request', gained: ['vendors'], peopleGained: { count: 0 }, peopleLost: { names: ['maya'] } }])
  expect((await impactOf(database.db, await viewer('tom', ['auditor'], []), profileId, definition, null)).rights).toEqual([])
})

test('access is not widened by its tier first, nor in two steps of which the second looks harmless to who gains by the first', async () => {
  await settle(lena, (await waiting()).id, 'reject', 'Not now, other things come first')
  const club = await viewer('kim', ['admin'], ['latchkey-admins', 'club'])
  const step = async (edit: (definition: ProfileDefinition) => ProfileDefinition, approver: Viewer): Promise<string> => {
    const proposed = await change(lena, edit)
    if (!proposed.ok || proposed.applied) return proposed.ok ? 'applied at once' : proposed.code
    const { id } = await waiting()
    const answer = await settle(approver, id)
    if (answer.ok) return 'agreed'
    await settle(lena, id, 'withdraw')
    return answer.code
  }
  const tier = (riskTier: 'low' | 'high') => (definition: ProfileDefinition) => ({ ...definition, riskTier })
  expect(await step(tier('high'), sam)).toBe('applied at once')
  // Back down waits, with what comes along with it, whoever says so first.
  expect(await step(tier('low'), lena)).toBe('own_change')
  expect(await step((definition) => tier('low')(lasting(900)(definition)), lena)).toBe('own_change')
  const letIn = (definition: ProfileDefinition) => ({ ...definition, request: { ...definition.request, groups: [...definition.request.groups, 'club'] } })
  expect(await step(letIn, club)).toBe('gains_by_it')
  expect(await step(letIn, sam)).toBe('agreed')
  expect(await step(lasting(900), club)).toBe('gains_by_it')
  expect(await step(lasting(900), sam)).toBe('agreed')
  // What was taken back is no way back: the old version is compared with what stands.
  const { definition: wide } = await standing()
  expect(await step(lasting(60), sam)).toBe('applied at once')
  expect(await step(() => wide, lena)).toBe('own_change')
  expect([await longest(), (await standing()).definition.riskTier]).toEqual([60, 'high'])
})

test('admins list profiles by whether they are offered to all, tried out, or withdrawn; nobody else lists any', async () => {
  const ids = async (state: string, who = lena): Promise<string[]> => (await listCatalog(database.db, who, { search: '', state }, { take: 100, after: undefined })).profiles.map(({ id }) => id)
  const all = await ids('')
  const { owner } = database
  const [tried = '', gone = ''] = all
  const { definition } = await owner.accessProfile.findUniqueOrThrow({ where: { id: tried } })
  await owner.accessProfile.update({ where: { id: tried }, data: { definition: { ...(definition as object), pilot: { groups: ['data'] } } } })
  await owner.accessProfile.update({ where: { id: gone }, data: { offered: false } })
  expect([await ids('pilot'), await ids('withdrawn'), await ids('offered')]).toEqual([[tried], [gone], all.slice(2)])
  expect(await ids('', { ...lena, roles: ['requester'] })).toEqual([])
  await owner.accessProfile.update({ where: { id: tried }, data: { definition: definition as object } })
  await owner.accessProfile.update({ where: { id: gone }, data: { offered: true } })
})

test('withdrawing applies at once, and offering again waits', async () => {
  const { baseHash, definition } = await standing()
  expect(await changeProfile(database.db, lena, { profileId, baseHash, definition: null, reason: '' }, now)).toMatchObject({ ok: true, applied: true })
  expect(await changeProfile(database.db, lena, { profileId, baseHash: digestOf(null), definition, reason: '' }, now)).toMatchObject({ ok: true, applied: false })
  expect(await settle(lena, (await waiting()).id, 'withdraw')).toMatchObject({ ok: true, next: 'withdrawn' })
})

test('two proposals that are each right and not together: the second is refused where the first was approved, as is one whose account left', async () => {
  const { profiles } = await state()
  const { accounts } = await state()
  const vendor = [...profiles.values()].find(({ access }) => access.kind === 'third_party_trust')!
  const account = accounts.get(vendor.account)!
  const proposed = (id: string) => ({ profileId: id, baseHash: digestOf(null), definition: { ...vendor, id, account: account.name, approval: { approvers: ['vendor-managers'] }, owners: undefined, access: { ...vendor.access, role: 'latchkey/shared-by-two' } } as ProfileDefinition, reason: 'A second vendor' })
  for (const id of ['vendor-one', 'vendor-two']) expect(await changeProfile(database.db, lena, proposed(id), now)).toMatchObject({ ok: true, applied: false })
  const idOf = async (subjectId: string): Promise<string> => (await database.db.catalogChange.findFirstOrThrow({ where: { state: 'proposed', subjectId } })).id
  const [one, two] = [await idOf('vendor-one'), await idOf('vendor-two')]
  expect(await settle(sam, one)).toMatchObject({ ok: true, next: 'applied' })
  expect(await settle(sam, two)).toMatchObject({ code: 'conflict', message: expect.stringContaining('vendor-one') })
  await database.owner.account.update({ where: { id: account.id }, data: { offered: false } })
  expect(await settle(sam, two)).toMatchObject({ code: 'conflict', message: expect.stringContaining('not in the catalogue any more') })
  await database.owner.account.update({ where: { id: account.id }, data: { offered: true } })
  expect(await settle(sam, two, 'reject', 'One vendor, one role')).toMatchObject({ ok: true, next: 'rejected' })
  expect(await changeProfile(database.db, lena, { ...proposed('vendor-one'), baseHash: digestOf((await state()).profiles.get('vendor-one')), definition: null }, now)).toMatchObject({ ok: true, applied: true })
})
