import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { switchPerson } from '#lib/people/switch-person.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { keyRing } from '#lib/record/verify/key-ring.ts'
import { verifyChain } from '#lib/record/verify/verify-chain.ts'
import { expirePersonal } from './expire-personal.ts'
import { forgetPerson } from './forget-person.ts'
import { isAnythingHeld, listHolds, placeHold, releaseHold } from './legal-holds.ts'
import { listForgotten, listRemoved, listRetention } from './privacy.queries.ts'

const { publicKey } = generateKeyPairSync('ed25519')
let slice: Slice
let lena: Viewer, amir: Viewer, maya: Viewer, tom: Viewer
const db = () => slice.database.db
const now = () => slice.clock.now()
const day = 86_400_000

beforeAll(async () => {
  slice = await startSlice()
  ;[lena, amir, maya, tom] = (await Promise.all(['lena', 'amir', 'maya', 'tom'].map((id) => slice.viewer(id)))) as [Viewer, Viewer, Viewer, Viewer]
  for (const viewer of [maya, tom]) await cancelRequest(slice.database.db, viewer, await slice.ask(viewer, 'payments-prod-read'), now())
  await sealAll(db(), now())
})
afterAll(() => slice.close())

const wholeChain = async () => {
  await sealAll(db(), now())
  return verifyChain(db(), [], keyRing([publicKey]))
}
const valuesOf = (person: Viewer) => db().recordCommitment.count({ where: { entry: { actorId: person.personId } } })
const requestOf = (person: Viewer) => db().request.findFirstOrThrow({ where: { personId: person.personId } })
const entriesOf = async (person: Viewer) => (await db().recordEntry.findMany({ where: { actorId: person.personId } })).map(({ id }) => id)

test('only auditors and admins place, see and release holds; only admins forget', async () => {
  const rosa = await slice.viewer('rosa')
  for (const viewer of [maya, rosa]) {
    expect(await placeHold(db(), viewer, { personId: null, reason: 'A reason' }, now())).toMatchObject({ code: 'not_allowed' })
    expect(await releaseHold(db(), viewer, maya.personId, now())).toMatchObject({ code: 'not_allowed' })
    expect(await listHolds(db(), viewer)).toEqual([])
    expect(await listRetention(db(), viewer, [{ kinds: '', days: 1 }])).toEqual([])
    expect(await listForgotten(db(), viewer)).toEqual([])
  }
  for (const viewer of [maya, rosa, amir]) expect(await forgetPerson(db(), viewer, tom.personId, 'A reason', now())).toMatchObject({ code: 'not_allowed' })
  expect(await valuesOf(tom)).toBeGreaterThan(0)
})

test('retention lets go of what is old enough, not of what is held, and goes on when the hold is released', async () => {
  expect(await placeHold(db(), amir, { personId: maya.personId, reason: 'Case 7' }, now())).toEqual({ ok: true })
  expect(await placeHold(db(), amir, { personId: maya.personId, reason: 'Case 7' }, now())).toMatchObject({ code: 'held' })
  expect(await isAnythingHeld(db())).toBe(true)
  const rules = [{ kinds: 'request', days: 30 }]
  expect(await expirePersonal(db(), rules, now())).toBe(0)
  slice.clock.advance(31 * day)
  // In steps of one entry, as if each round were cut off after it.
  expect(await expirePersonal(db(), rules, now(), 1)).toBeGreaterThan(0)
  expect(await requestOf(tom)).toMatchObject({ justification: 'No longer kept' })
  expect((await requestOf(maya)).justification).not.toBe('No longer kept')
  const tomsEntries = await entriesOf(tom)
  expect(await listRemoved(db(), tomsEntries)).toContainEqual({ entryId: expect.any(String), kind: 'request.created', fields: ['justification'], why: 'retention' })
  expect(await listRemoved(db(), await entriesOf(maya))).toEqual([])
  expect(await expirePersonal(db(), rules, now())).toBe(0)
  expect(await db().recordCommitment.count({ where: { entry: { kind: 'signin.created', actorId: tom.personId } } })).toBeGreaterThan(0)
  const [hold] = await listHolds(db(), amir)
  expect(await releaseHold(db(), lena, hold?.id ?? '', now())).toEqual({ ok: true })
  expect(await expirePersonal(db(), rules, now())).toBeGreaterThan(0)
  expect((await requestOf(maya)).justification).toBe('No longer kept')
  expect(await wholeChain()).toMatchObject({ whole: true })
})

test('somebody is forgotten once they are gone and nothing holds their data; the chain verifies and says what went', async () => {
  const forget = (viewer: Viewer, reason = 'Asked for it in writing') => forgetPerson(db(), viewer, maya.personId, reason, now())
  // Signed in after a while, a person is verified anew.
  lena = await slice.viewer('lena')
  expect(await forget(lena)).toMatchObject({ code: 'not_switched_off' })
  expect(await forgetPerson(db(), lena, lena.personId, 'Me', now())).toMatchObject({ code: 'own_person' })
  await switchPerson(db(), lena, maya.personId, 'off', 'Left the company', now())
  await placeHold(db(), amir, { personId: null, reason: 'Everything' }, now())
  expect(await forget(lena)).toMatchObject({ code: 'held' })
  for (const hold of await listHolds(db(), amir)) await releaseHold(db(), amir, hold.id, now())
  expect(await forget(lena, ' ')).toMatchObject({ code: 'reason_missing' })
  const entries = await entriesOf(maya)
  const both = await Promise.all([forget(lena), forget(lena)])
  expect(both.map((answer) => (answer.ok ? 'ok' : answer.code)).toSorted()).toEqual(['forgotten', 'ok'])
  expect(await valuesOf(maya)).toBe(0)
  expect(await db().person.findUnique({ where: { id: maya.personId } })).toMatchObject({ displayName: 'Somebody forgotten', email: null, subject: `forgotten:${maya.personId}` })
  const everywhere = await slice.database.owner.$queryRawUnsafe<{ found: number }[]>(`SELECT count(*)::int AS found FROM record_commitment WHERE value ILIKE '%maya%'`)
  expect(everywhere[0]?.found).toBe(0)
  expect(await listRemoved(db(), entries)).toContainEqual({ entryId: expect.any(String), kind: 'signin.created', fields: ['email', 'name', 'subject'], why: 'forgotten' })
  expect(await listForgotten(db(), amir)).toMatchObject([{ personId: maya.personId, wantedBy: lena.displayName }])
  expect(await wholeChain()).toMatchObject({ whole: true })
  expect(await requestOf(tom)).toMatchObject({ personId: tom.personId })
})
