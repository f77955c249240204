import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Approval, approvalSchema } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { digestOf } from '#lib/catalog/catalog-state.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { retryActivation } from '#lib/grants/retry-activation.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntries } from '#lib/record/append-entry.ts'
import { cancelRequest } from './cancel-request.ts'
import { createRequest } from './create-request.ts'
import type { DecisionInput } from './decide-decision.ts'
import { requestExtension, whyNotExtend } from './request-extension.ts'
import { reviewEmergency } from './review-emergency.ts'
import { settleRequest } from './settle-request.ts'

const profileId = 'sandbox-builder'
let slice: Slice
let maya: Viewer
let ana: Viewer
let jon: Viewer
let original: ProfileDefinition

beforeAll(async () => {
  slice = await startSlice()
  original = definitionOf(await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: profileId } }))
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  const { owner } = slice.database
  await owner.request.updateMany({ where: { state: 'pending' }, data: { state: 'cancelled' } })
  await owner.delegation.deleteMany()
  await owner.person.updateMany({ data: { managerId: null } })
  await profile({})
  ;[maya, ana, jon] = await Promise.all([slice.viewer('maya', ['engineering']), slice.viewer('ana', ['platform-leads']), slice.viewer('jon', ['platform-leads'])])
})

const now = () => slice.clock.now()
const deps = () => ({ ...approving(slice.deps), requestLapseHours: 72 })
const rules = (source: unknown): Approval => approvalSchema.parse(source)
const byLeads = { approvers: ['platform-leads'] }

/** The profile as somebody changed it, or as it was, offered. */
async function profile(changes: Partial<ProfileDefinition>, offered = true): Promise<void> {
  const definition = { ...original, approval: rules(byLeads), ...changes }
  await slice.database.owner.accessProfile.update({ where: { id: profileId }, data: { definition, definitionHash: digestOf(definition), offered } })
}
const ask = (viewer: Viewer, durationMinutes = 30) => createRequest(deps(), viewer, { profileId, durationMinutes, justification: 'Trying out the new queue settings' }, null, now())
async function asked(viewer: Viewer, durationMinutes = 30): Promise<string> {
  const result = await ask(viewer, durationMinutes)
  if (!result.ok) throw new Error(result.message)
  return result.requestId
}
const settle = (viewer: Viewer, requestId: string, input: Partial<DecisionInput> = {}) => settleRequest(approving(slice.deps), viewer, requestId, null, { verdict: 'approve', reason: 'Because of the plan', roleDigest: null, ...input }, now())
const extend = (viewer: Viewer, grantId: string, durationMinutes = 10) => requestExtension(deps(), viewer, grantId, { durationMinutes, justification: 'The migration is not through yet' }, null, now())
const codeOf = (result: { ok: true } | { ok: false; code: string }): string => (result.ok ? 'ok' : result.code)
const stateOf = async (id: string) => (await slice.deps.db.request.findUniqueOrThrow({ where: { id } })).state

/** Does something while somebody else holds the profile's row for a change, which commits once `act` waits for it, or is through. */
async function whileChanging<Value>(change: { definitionHash?: string; offered?: boolean }, act: () => Promise<Value>): Promise<Value> {
  let over = false
  const acting = await slice.database.owner.$transaction(async (tx) => {
    await tx.accessProfile.update({ where: { id: profileId }, data: change })
    const acted = act().finally(() => (over = true))
    const waits = async (): Promise<boolean> => (await tx.$queryRaw<object[]>`SELECT FROM pg_locks WHERE NOT granted`).length > 0
    while (!over && !(await waits())) await new Promise((resolve) => setImmediate(resolve))
    return { acted }
  })
  return acting.acted
}

test('a policy that is tightened while a request is being written lets nobody through by the old one', async () => {
  await profile({ approval: rules({ rules: [{ name: 'Any', automatic: true }] }) })
  const before = await slice.deps.db.grant.count()
  expect(codeOf(await whileChanging({ definitionHash: 'tightened' }, () => ask(maya)))).toBe('role_changed')
  expect(await slice.deps.db.grant.count()).toBe(before)
})

test('a profile that is withdrawn, or edited, in the moment of the approval is not approved', async () => {
  const id = await asked(maya)
  expect(codeOf(await whileChanging({ offered: false }, () => settle(ana, id)))).toBe('not_offered')
  await profile({})
  expect(codeOf(await whileChanging({ definitionHash: 'edited' }, () => settle(ana, id)))).toBe('role_changed')
  expect(await stateOf(id)).toBe('pending')
})

test('a profile edited or withdrawn while a request waits: stale pages, longer times and withdrawn profiles are refused, a denial is not', async () => {
  const id = await asked(maya, 60)
  const { definitionHash } = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: profileId } })
  await profile({ description: 'Something else altogether' })
  expect(codeOf(await settle(ana, id, { definitionHash }))).toBe('role_changed')
  expect(codeOf(await settle(ana, id, { roleDigest: 'a'.repeat(64) }))).toBe('role_changed')
  await profile({ limits: { ...original.limits, maxDurationMinutes: 30 } })
  expect(codeOf(await settle(ana, id))).toBe('too_long')
  await profile({ approval: rules({ approvers: ['data-leads'] }) })
  expect(codeOf(await settle(ana, id))).toBe('not_entitled')
  await profile({}, false)
  expect(codeOf(await settle(ana, id))).toBe('not_offered')
  expect(codeOf(await settle(ana, id, { verdict: 'deny' }))).toBe('ok')
})

test('nobody decides their own by coming into a group, by becoming an owner, by a new manager or a delegation back', async () => {
  const { db } = slice.deps
  await profile({ approval: rules({ rules: [{ name: 'Owners', steps: [{ deciders: { owners: true, manager: true } }] }] }), owners: { groups: ['platform-leads'], people: [] } })
  const id = await asked(maya)
  // In the approvers' group by now, as the provider says.
  const joined = await slice.viewer('maya', ['engineering', 'platform-leads'])
  expect(codeOf(await settle(joined, id))).toBe('own_request')
  await profile({ approval: rules({ rules: [{ name: 'Owners', steps: [{ deciders: { owners: true, manager: true } }] }] }), owners: { groups: ['platform-leads'], people: ['maya', 'nina'] } })
  expect(codeOf(await settle(maya, id))).toBe('own_request')
  // Who was named or made the manager after it was asked is not among those it was asked of.
  const nina = await slice.viewer('nina', ['engineering'])
  expect(codeOf(await settle(nina, id))).toBe('not_entitled')
  await db.person.update({ where: { id: maya.personId }, data: { managerId: nina.personId, managerSource: 'admin' } })
  expect(codeOf(await settle(nina, id))).toBe('not_entitled')
  const delegation = { startsAt: now(), endsAt: after(now(), minutes(60)), reason: 'Holidays', createdAt: now() }
  await db.delegation.create({ data: { fromId: ana.personId, toId: maya.personId, ...delegation } })
  expect(codeOf(await settle(maya, id))).toBe('own_request')
  await db.delegation.create({ data: { fromId: maya.personId, toId: nina.personId, ...delegation } })
  expect(codeOf(await settle(nina, id))).toBe('not_entitled')
  expect(await stateOf(id)).toBe('pending')
})

test('who changed the profile cannot decide, however many changes of others there are', async () => {
  const id = await asked(maya)
  const changed = (actorId: string) => ({ kind: 'catalog.profile.changed' as const, occurredAt: now(), actorId, subjectId: profileId, facts: {} })
  await slice.deps.db.$transaction((tx) => appendEntries(tx, [...Array.from({ length: 120 }, () => changed(jon.personId)), changed(ana.personId)]))
  expect(codeOf(await settle(ana, id))).toBe('changed_profile')
})

test('ids that are forged, replayed or of other people\'s requests and grants lead nowhere', async () => {
  const { db } = slice.deps
  const grantId = await slice.activeGrant(maya, profileId, 30)
  const { requestId } = await db.grant.findUniqueOrThrow({ where: { id: grantId } })
  const tom = await slice.viewer('tom', ['engineering'])
  const before = await db.recordEntry.count()
  for (const id of [grantId, requestId, randomUUID()]) {
    expect([id, codeOf(await mintLease(slice.deps, tom, id, 'reveal'))]).toEqual([id, 'not_found'])
    expect([id, codeOf(await endGrant(slice.deps, tom, id, 'Because I can'))]).toEqual([id, 'not_found'])
    expect([id, codeOf(await retryActivation(slice.deps, tom, id))]).toEqual([id, 'not_found'])
    expect([id, codeOf(await extend(tom, id))]).toEqual([id, 'not_extendable'])
    expect([id, codeOf(await whyNotExtend(deps(), tom, id, null, now()))]).toEqual([id, 'not_extendable'])
    expect([id, codeOf(await cancelRequest(db, tom, id, now()))]).toEqual([id, 'not_found'])
    expect([id, codeOf(await reviewEmergency(db, ana, id, 'justified', 'A note that is long enough', now()))]).toEqual([id, 'not_found'])
  }
  expect(codeOf(await settle(ana, grantId))).toBe('not_found')
  // A decision sent again, by the same person and by another.
  expect([codeOf(await settle(ana, requestId)), codeOf(await settle(jon, requestId)), codeOf(await settle(jon, requestId, { verdict: 'deny' }))]).toEqual(['settled', 'settled', 'settled'])
  expect(codeOf(await cancelRequest(db, maya, requestId, now()))).toBe('settled')
  expect(await db.recordEntry.count()).toBe(before)
})

test('a profile that grants something else by now extends no grant of what it was, asked before or after', async () => {
  const grantId = await slice.activeGrant(maya, profileId, 30)
  const pending = await extend(maya, grantId)
  if (!pending.ok) throw new Error(pending.message)
  const end = async () => (await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).endsAt
  const before = await end()
  await profile({ access: { ...original.access, scope: [{ actions: ['ec2:Describe*'], resources: ['*'] }] } as ProfileDefinition['access'] })
  expect(codeOf(await settle(ana, pending.requestId))).toBe('grant_over')
  expect(codeOf(await extend(maya, grantId))).toBe('not_extendable')
  expect([await stateOf(pending.requestId), await end()]).toEqual(['pending', before])
})

test('why more time cannot be asked for is known before it is asked, in the words of the refusal', async () => {
  const grantId = await slice.activeGrant(maya, profileId, 30)
  const known = async (viewer = maya) => {
    const answer = await whyNotExtend(deps(), viewer, grantId, null, now())
    return answer.ok ? answer : { code: answer.code, message: answer.message }
  }
  const told = async (viewer = maya) => {
    const answer = await extend(viewer, grantId)
    return answer.ok ? answer : { code: answer.code, message: answer.message }
  }
  const longest = original.limits.maxDurationMinutes
  expect(await known()).toEqual({ ok: true, most: longest - 30 })
  expect(await known({ ...maya, groups: ['audit'] })).toMatchObject({ code: 'not_eligible', message: expect.stringContaining('membership of') })
  await profile({}, false)
  expect(await known()).toMatchObject({ code: 'not_eligible', message: 'This cannot be extended, because the profile is no longer offered.' })
  expect(await told()).toEqual(await known())
  await profile({ limits: { ...original.limits, maxDurationMinutes: 30 } })
  expect(await known()).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('nothing can be added yet') })
  expect(await told()).toEqual(await known())
  await profile({ approval: rules({ rules: [{ name: 'Short', when: { maxDurationMinutes: 30 }, automatic: true }] }) })
  expect(await known()).toMatchObject({ code: 'no_rule', message: expect.stringContaining('“Short” is for at most 30 minutes.') })
  expect((await told()).code).toBe('no_rule')
  // A rule for long access fits the whole time, though the extension alone is short.
  await profile({ approval: rules({ rules: [{ name: 'Long', when: { minDurationMinutes: 40 }, steps: [{ deciders: { groups: ['platform-leads'] } }] }] }) })
  expect(await known()).toMatchObject({ ok: true })
  expect(await told()).toMatchObject({ ok: true, approved: false })
  expect(await known()).toMatchObject({ code: 'already_pending', message: expect.stringMatching(/R-\w+ waits for a decision/) })
  expect(await told()).toEqual(await known())
  await endGrant(slice.deps, maya, grantId, '')
  expect(await known()).toMatchObject({ code: 'not_extendable', message: 'Only an active grant can be extended.' })
  expect(await told()).toEqual(await known())
})
