import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { after, minutes } from '#lib/config/clock.ts'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { findDecider, samePersonIds } from './deciders.queries.ts'
import { delegate, endDelegation } from './delegate.ts'
import { importManagers, planManagers } from './import-managers.ts'
import { mostManagerLines } from './parse-managers.ts'
import { linkPeople, unlinkPeople } from './link-people.ts'
import { openSignIn } from './open-sign-in.ts'
import { admitIdentity } from './refuse-sign-in.ts'
import { setManager } from './set-manager.ts'
import { switchPerson } from './switch-person.ts'
import { readTies, type Ties } from './take-ties.ts'
import { openTokenCipher } from './token-cipher.ts'
import type { Viewer } from './viewer.ts'

const now = new Date('2026-05-01T10:00:00Z')
const cipher = openTokenCipher('a secret of the tests, 32 characters')
const limits = { idleMinutes: 60, maxMinutes: 720, groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 }
const issuer = 'https://idp.example'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  const { owner } = database
  await owner.delegation.deleteMany()
  await owner.personLink.deleteMany()
  await owner.signIn.deleteMany()
  await owner.person.updateMany({ data: { managerId: null } })
  await owner.person.deleteMany()
})

const signIn = async (subject: string, ties?: Ties, roles: Viewer['roles'] = [], at = issuer): Promise<Viewer> => {
  const identity = { issuer: at, subject, displayName: subject.toUpperCase(), email: undefined, username: `${subject}.name`, groups: ['g'], providerSessionId: undefined, refreshToken: undefined, accessToken: undefined, idToken: undefined, ...(ties ? { ties } : {}) }
  const signInId = await openSignIn(database.db, cipher, limits, identity, now)
  const { personId } = await database.db.signIn.findUniqueOrThrow({ where: { id: signInId } })
  return { signInId, personId, displayName: identity.displayName, email: null, username: identity.username, groups: ['g'], groupsVerifiedAt: now, roles }
}
const admin = (subject = 'lena') => signIn(subject, undefined, ['admin'])
const managerOf = async (who: Viewer) => (await database.db.person.findUniqueOrThrow({ where: { id: who.personId } })).managerId
const entriesOf = (kind: string) => database.db.recordEntry.findMany({ where: { kind }, orderBy: { id: 'desc' } })

test.each<[string, unknown, string | undefined]>([
  ['a text', ' E-7 ', 'E-7'],
  ['a number', 4711, '4711'],
  ['nothing', undefined, undefined],
  ['an empty text', '  ', undefined],
  ['a list', ['E-7'], undefined],
  ['an object', { id: 'E-7' }, undefined],
  ['a text with NUL', 'E\u0000', undefined],
  ['a long text', 'x'.repeat(257), undefined],
  ['half a number', 1.5, undefined],
])('a tie that the provider says as %s is read as it is or not at all', (_name, value, read) => {
  expect(readTies({ employee: value }, { person: 'employee', manager: undefined })).toEqual({ personClaim: read, managerReference: undefined })
})

test('the manager of a claim is known at once, or from the day on which they sign in first; an admin outweighs it', async () => {
  const ana = await signIn('ana')
  const maya = await signIn('maya', { managerReference: 'ana' })
  expect(await managerOf(maya)).toBe(ana.personId)
  const tom = await signIn('tom', { managerReference: 'rosa' })
  expect(await managerOf(tom)).toBeNull()
  const rosa = await signIn('rosa')
  expect(await managerOf(tom)).toBe(rosa.personId)
  expect(await setManager(database.db, await admin(), tom.personId, ana.personId, now)).toEqual({ ok: true })
  await signIn('tom', { managerReference: 'rosa' })
  expect(await managerOf(tom)).toBe(ana.personId)
  expect(await entriesOf('person.manager.set')).toHaveLength(3)
})

test('a claim that names oneself, another identity of oneself, or a subject of another provider makes nobody a manager', async () => {
  const maya = await signIn('maya', { managerReference: 'maya', personClaim: 'E-1' })
  expect(await managerOf(maya)).toBeNull()
  await signIn('maya-two', { personClaim: 'E-1' })
  await signIn('maya', { managerReference: 'maya-two' })
  expect(await managerOf(maya)).toBeNull()
  await signIn('boss', undefined, [], 'https://other.example')
  await signIn('maya', { managerReference: 'boss' })
  expect(await managerOf(maya)).toBeNull()
})

test('only admins set managers, never themselves, under no identity, and nobody is their own', async () => {
  const { db } = database
  const [maya, ana, lena] = [await signIn('maya'), await signIn('ana'), await admin()]
  const second = await signIn('lena-two')
  await linkPeople(db, lena, lena.personId, second.personId, now)
  const off = await signIn('off')
  await switchPerson(db, lena, off.personId, 'off', 'Left the company', now)
  const set = async (viewer: Viewer, person: Viewer, manager: Viewer): Promise<string> => {
    const result = await setManager(db, viewer, person.personId, manager.personId, now)
    return result.ok ? 'ok' : result.code
  }
  expect(await set(maya, maya, ana)).toBe('not_allowed')
  expect(await set(ana, maya, ana)).toBe('not_allowed')
  expect(await set(lena, maya, lena)).toBe('own_gain')
  expect(await set(lena, maya, second)).toBe('own_gain')
  expect(await set(lena, maya, maya)).toBe('same_person')
  expect(await set(lena, lena, second)).toBe('same_person')
  expect(await set(lena, maya, off)).toBe('switched_off')
  expect(await set(lena, maya, { ...ana, personId: '00000000-0000-7000-8000-000000000000' })).toBe('not_found')
  expect(await managerOf(maya)).toBeNull()
  expect(await set(lena, maya, ana)).toBe('ok')
})

test('a file of managers is planned first, told line by line what is wrong, and changes everybody it names or nobody', async () => {
  const { db } = database
  const [maya, ana, tom, lena] = [await signIn('maya'), await signIn('ana'), await signIn('tom'), await admin()]
  await signIn('twin')
  await signIn('twin.name')
  await signIn('foreign', undefined, [], 'https://other.example')
  expect(await planManagers(db, ana, 'person,manager\nmaya,ana', issuer)).toMatchObject({ ok: false, code: 'not_allowed' })
  expect(await importManagers(db, ana, 'person,manager\nmaya,ana', issuer, now)).toMatchObject({ ok: false, code: 'not_allowed' })
  const bad = 'person,manager\nmaya,ana\nnobody,ana\ntom,lena\nana,ana\ntwin.name,ana\nforeign,ana\nmaya.name,tom'
  expect(await planManagers(db, lena, bad, issuer)).toMatchObject({ plan: { changes: [{ line: 2 }], problems: [{ line: 3, message: '"nobody" never signed in at the first provider.' }, { line: 4 }, { line: 5, message: 'Nobody is their own manager.' }, { line: 6, message: '"twin.name" fits 2 people; write issuer|subject.' }, { line: 7, message: '"foreign" never signed in at the first provider.' }, { line: 8, message: 'MAYA was named in line 2 already.' }] } })
  expect(await importManagers(db, lena, bad, issuer, now)).toMatchObject({ ok: false, code: 'mistakes', message: 'Line 3: "nobody" never signed in at the first provider.' })
  expect(await managerOf(maya)).toBeNull()
  const good = `person,manager\nmaya.name,ana\n${issuer}|tom,ana.name\nana,`
  expect(await planManagers(db, lena, good, issuer)).toMatchObject({ plan: { changes: [{ line: 2, before: null, manager: { displayName: 'ANA' } }, { line: 3 }], unchanged: 1, problems: [] } })
  expect(await importManagers(db, lena, good, issuer, now)).toEqual({ ok: true, changed: 2 })
  expect([await managerOf(maya), await managerOf(tom)]).toEqual([ana.personId, ana.personId])
  expect(await importManagers(db, lena, good, issuer, now)).toEqual({ ok: true, changed: 0 })
})

test('the longest file is planned and written whole', async () => {
  const { db, owner } = database
  const lena = await admin()
  await owner.$executeRaw`INSERT INTO person (id, issuer, subject, "displayName", username, "firstSeenAt", "lastSignedInAt") SELECT gen_random_uuid(), ${issuer}, 'p' || n, 'P' || n, 'p' || n || '.name', ${now}, ${now} FROM generate_series(0, ${mostManagerLines}) n`
  const file = ['person,manager', ...Array.from({ length: mostManagerLines }, (_, index) => `p${index + 1},p${Math.floor(index / 8)}`)].join('\n')
  expect(await importManagers(db, lena, file, issuer, now)).toEqual({ ok: true, changed: mostManagerLines })
  const [last] = await owner.$queryRaw<object[]>`SELECT manager.subject, led."managerSource" FROM person led JOIN person manager ON manager.id = led."managerId" WHERE led.subject = ${`p${mostManagerLines}`}`
  expect(last).toEqual({ subject: `p${Math.floor((mostManagerLines - 1) / 8)}`, managerSource: 'import' })
  expect(await db.recordEntry.count({ where: { kind: 'person.manager.set', occurredAt: now, actorId: lena.personId } })).toBeGreaterThanOrEqual(mostManagerLines)
})

test('links are made by admins, once, whichever way round; nobody takes back a link of their own', async () => {
  const { db } = database
  const [one, two, lena, max] = [await signIn('one'), await signIn('two'), await admin(), await admin('max')]
  expect(await linkPeople(db, one, one.personId, two.personId, now)).toMatchObject({ code: 'not_allowed' })
  expect(await linkPeople(db, lena, one.personId, one.personId, now)).toMatchObject({ code: 'same_person' })
  const before = (await entriesOf('person.linked')).length
  expect(await Promise.all([linkPeople(db, lena, one.personId, two.personId, now), linkPeople(db, lena, two.personId, one.personId, now)])).toEqual([{ ok: true }, { ok: true }])
  expect((await entriesOf('person.linked')).length).toBe(before + 1)
  expect(await samePersonIds(db, one.personId)).toEqual([two.personId])
  await linkPeople(db, max, lena.personId, two.personId, now)
  expect(await unlinkPeople(db, lena, one.personId, two.personId, now)).toMatchObject({ code: 'own_gain' })
  expect(await unlinkPeople(db, one, one.personId, two.personId, now)).toMatchObject({ code: 'not_allowed' })
  expect(await unlinkPeople(db, max, two.personId, one.personId, now)).toEqual({ ok: true })
  expect(await unlinkPeople(db, max, two.personId, one.personId, now)).toMatchObject({ code: 'not_found' })
  expect(await samePersonIds(db, one.personId)).toEqual([])
})

test('a delegation lasts its period, goes to somebody else, and is ended by either of the two or an admin', async () => {
  const { db } = database
  const [ana, tom, nina, lena] = [await signIn('ana'), await signIn('tom'), await signIn('nina'), await admin()]
  const second = await signIn('ana-two')
  await linkPeople(db, lena, ana.personId, second.personId, now)
  const hour = minutes(60)
  const give = (changes: Partial<Parameters<typeof delegate>[2]> = {}) => delegate(db, ana, { toId: tom.personId, startsAt: now, endsAt: after(now, hour), reason: 'Holidays', ...changes }, now)
  expect(await give({ toId: ana.personId })).toMatchObject({ ok: false, fields: { to: 'Choose somebody other than yourself.' } })
  expect(await give({ toId: second.personId })).toMatchObject({ ok: false, fields: { to: 'Choose somebody other than yourself.' } })
  expect(await give({ startsAt: after(now, -hour), endsAt: after(now, -1), reason: ' ' })).toMatchObject({ ok: false, fields: { startsAt: expect.any(String), endsAt: expect.any(String), reason: expect.any(String) } })
  expect(await give({ endsAt: after(now, 91 * 24 * hour) })).toMatchObject({ ok: false, fields: { endsAt: 'At most 90 days at a time.' } })
  const rights = async (at: Date): Promise<string[]> => (await findDecider(db, tom, at)).actsFor.map(({ personId }) => personId)
  const given = await give()
  if (!given.ok) throw new Error(given.message)
  expect([await rights(now), await rights(after(now, hour - 1)), await rights(after(now, hour))]).toEqual([[ana.personId], [ana.personId], []])
  expect(await endDelegation(db, nina, given.delegationId, now)).toMatchObject({ code: 'not_found' })
  expect(await endDelegation(db, tom, given.delegationId, now)).toEqual({ ok: true })
  expect(await rights(now)).toEqual([])
  expect(await endDelegation(db, ana, given.delegationId, now)).toMatchObject({ code: 'not_found' })
  for (const by of [ana, lena]) {
    const more = await give()
    if (!more.ok) throw new Error(more.message)
    expect(await endDelegation(db, by, more.delegationId, now)).toEqual({ ok: true })
  }
})

test('twenty delegations at a time, however fast they are given', async () => {
  const ana = await signIn('ana')
  const others = await Promise.all(Array.from({ length: 24 }, (_, index) => signIn(`other${index}`)))
  const results = await Promise.all(others.map((other) => delegate(database.db, ana, { toId: other.personId, startsAt: now, endsAt: after(now, minutes(60)), reason: 'Holidays' }, now)))
  expect(results.filter(({ ok }) => ok)).toHaveLength(20)
  expect(await database.db.delegation.count({ where: { fromId: ana.personId } })).toBe(20)
})

test('switching somebody off ends their sign-ins and lets nobody in again, until an admin switches them on', async () => {
  const { db } = database
  const [maya, lena] = [await signIn('maya'), await admin()]
  const rosa = await signIn('rosa', undefined, ['responder'])
  const turn = async (viewer: Viewer, who: Viewer, to: 'off' | 'on', reason = 'Left the company'): Promise<string> => {
    const result = await switchPerson(db, viewer, who.personId, to, reason, now)
    return result.ok ? 'ok' : result.code
  }
  expect(await turn(maya, rosa, 'off')).toBe('not_allowed')
  expect(await turn(rosa, rosa, 'off')).toBe('own_person')
  expect(await turn(rosa, maya, 'off', ' ')).toBe('reason_missing')
  expect(await turn(rosa, maya, 'off')).toBe('ok')
  expect(await turn(rosa, maya, 'off')).toBe('unchanged')
  expect(await db.signIn.findUniqueOrThrow({ where: { id: maya.signInId } })).toMatchObject({ revokedReason: 'disabled', revokedAt: now })
  expect(await admitIdentity(db, { issuer, subject: 'maya', displayName: 'MAYA', email: undefined } as never, now)).toMatchObject({ code: 'person_disabled' })
  expect(await turn(rosa, maya, 'on')).toBe('not_allowed')
  expect(await turn(lena, maya, 'on')).toBe('ok')
  expect(await turn(lena, maya, 'on')).toBe('unchanged')
})
