import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Approval } from '#lib/catalog/approval-schema.ts'
import { approvalSchema } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { activateGrant } from '#lib/grants/activate-grant.ts'
import { finishDueGrants } from '#lib/grants/finish-grants.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import { findDecider } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { createRequest, createRequests } from './create-request.ts'
import type { NewRequestInput } from './decide-new-request.ts'
import { escalateRequests } from './escalate-requests.ts'
import { requestExtension } from './request-extension.ts'
import { getRequestFor, listReviewsFor, listTogether, listWaitingFor } from './requests.queries.ts'
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
  await owner.personLink.deleteMany()
  await owner.person.updateMany({ data: { managerId: null } })
  await policy({ approvers: ['platform-leads'] })
  ;[maya, ana, jon] = await Promise.all([slice.viewer('maya', ['engineering']), slice.viewer('ana', ['platform-leads']), slice.viewer('jon', ['platform-leads'])])
})

const policy = async (source: unknown, changes: Partial<ProfileDefinition> = {}): Promise<void> => {
  const approval: Approval = approvalSchema.parse(source)
  await slice.database.owner.accessProfile.update({ where: { id: profileId }, data: { definition: { ...original, ...changes, approval } } })
}
const deps = () => ({ ...approving(slice.deps), requestLapseHours: 72 })
const ask = (viewer: Viewer, changes: Partial<NewRequestInput> = {}) =>
  createRequest(deps(), viewer, { profileId, durationMinutes: 30, justification: 'Trying out the new queue settings', ...changes }, null, slice.clock.now())
const asked = async (viewer: Viewer, changes: Partial<NewRequestInput> = {}): Promise<string> => {
  const result = await ask(viewer, changes)
  if (!result.ok) throw new Error(result.message)
  return result.requestId
}
const settle = (viewer: Viewer, requestId: string, verdict: 'approve' | 'deny' = 'approve') => settleRequest(approving(slice.deps), viewer, requestId, null, { verdict, reason: 'Because of the plan', roleDigest: null }, slice.clock.now())
const decider = (viewer: Viewer) => findDecider(slice.deps.db, viewer, slice.clock.now())
const link = (one: Viewer, other: Viewer) => {
  const [firstId, secondId] = [one.personId, other.personId].toSorted() as [string, string]
  return slice.deps.db.personLink.create({ data: { firstId, secondId, madeById: ana.personId, madeAt: slice.clock.now() } })
}
const requestOf = (id: string) => slice.deps.db.request.findUniqueOrThrow({ where: { id }, include: { decisions: true, grant: true, review: true } })

test('two of twenty who approve at once fill a quorum of two, each counted once, with one grant', async () => {
  await policy({ rules: [{ name: 'Two', steps: [{ deciders: { groups: ['platform-leads'] }, quorum: 2 }] }] })
  const id = await asked(maya)
  const deciders = await Promise.all(['ana', 'jon', 'rosa', 'lena', 'tom'].map((person) => slice.viewer(person, ['platform-leads'])))
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => settle(deciders[index % deciders.length] as Viewer, id)))
  expect(results.filter((result) => result.ok)).toHaveLength(2)
  const request = await requestOf(id)
  expect(request).toMatchObject({ state: 'approved', grant: { state: 'scheduled' } })
  expect(new Set(request.decisions.map(({ personId }) => personId)).size).toBe(2)
})

test('steps follow one another: who is asked changes with the step, and nothing opens before the last', async () => {
  await policy({ rules: [{ name: 'Two steps', steps: [{ deciders: { groups: ['platform-leads'] } }, { deciders: { groups: ['data-leads'] } }] }] })
  const id = await asked(maya)
  const rosa = await slice.viewer('rosa', ['data-leads'])
  const waits = async (viewer: Viewer): Promise<string[]> => (await listWaitingFor(slice.deps.db, await decider(viewer))).map((request) => request.id)
  expect([await waits(ana), await waits(rosa)]).toEqual([[id], []])
  expect(await settle(rosa, id)).toMatchObject({ code: 'not_entitled' })
  expect(await settle(ana, id)).toMatchObject({ ok: true, waits: true })
  expect((await requestOf(id)).grant).toBeNull()
  expect([await waits(ana), await waits(rosa)]).toEqual([[], [id]])
  expect(await settle(rosa, id)).toMatchObject({ ok: true, waits: false })
  expect(await requestOf(id)).toMatchObject({ state: 'approved', grant: { state: 'scheduled' } })
})

test('nobody decided in time: the groups a step escalates to see the request, are told once, and decide; a step that follows starts anew', async () => {
  const first = { deciders: { groups: ['platform-leads'] }, escalation: { afterMinutes: 30, groups: ['security-oncall'] } }
  await policy({ rules: [{ name: 'Escalating', steps: [first, { deciders: { groups: ['data-leads'] }, escalation: { afterMinutes: 10, groups: ['security-oncall'] } }] }] })
  const { db } = slice.deps
  const sam = await slice.viewer('sam', ['security-oncall'])
  const id = await asked(maya)
  const begin = (await requestOf(id)).stepSince
  const told = () => db.outboxMessage.findMany({ where: { requestId: id, kind: 'request.waiting', groups: { has: 'security-oncall' } } })
  const seen = async (): Promise<boolean> => (await listWaitingFor(db, await decider(sam))).length === 1 && (await getRequestFor(db, sam, id, slice.clock.now())) !== null
  expect(await escalateRequests(db, after(begin, minutes(30) - 1))).toBe(0)
  expect([await seen(), await told()]).toEqual([false, []])
  slice.clock.setTo(after(begin, minutes(30)))
  expect((await Promise.all([1, 2, 3].map(() => escalateRequests(db, slice.clock.now())))).toSorted((a, b) => a - b)).toEqual([0, 0, 1])
  expect(await seen()).toBe(true)
  expect(await told()).toMatchObject([{ facts: { escalatedAfterMinutes: 30 }, notToIds: [maya.personId] }])
  expect(await db.recordEntry.count({ where: { requestId: id, kind: 'request.escalated' } })).toBe(1)
  expect(await settle(sam, id)).toMatchObject({ ok: true, waits: true })
  const next = await requestOf(id)
  expect(next).toMatchObject({ stepIndex: 1, approverGroups: ['data-leads'], escalatesAt: after(next.stepSince, minutes(10)) })
  expect(next.stepSince > begin).toBe(true)
})

test('the manager decides without any group, and a request that nobody could decide is not made', async () => {
  await policy({ rules: [{ name: 'Manager', steps: [{ deciders: { manager: true } }] }] })
  expect(await ask(maya)).toMatchObject({ ok: false, code: 'nobody_to_ask' })
  const sam = await slice.viewer('sam', [])
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { managerId: sam.personId, managerSource: 'admin' } })
  // Nor is one that waits for whom an access review took the decision from.
  const excluded = (excludedApproverIds: string[]) => slice.deps.db.accessProfile.updateMany({ data: { excludedApproverIds } })
  await excluded([sam.personId])
  expect(await ask(maya)).toMatchObject({ ok: false, code: 'nobody_to_ask', message: expect.stringContaining('may not decide about it') })
  await excluded([])
  const id = await asked(maya)
  expect(await settle(ana, id)).toMatchObject({ code: 'not_entitled' })
  expect(await settle(sam, id)).toMatchObject({ ok: true })
  expect((await requestOf(id)).decisions).toMatchObject([{ entitledBy: 'named', personId: sam.personId }])
})

test('an automatic rule opens the grant at once, with the rule in the record; outside its conditions people are asked', async () => {
  await policy({ rules: [{ name: 'Short', when: { maxDurationMinutes: 30 }, automatic: true }, { name: 'Longer', steps: [{ deciders: { groups: ['platform-leads'] } }] }] })
  const short = await asked(maya)
  expect(await requestOf(short)).toMatchObject({ state: 'approved', decisions: [], grant: { state: 'scheduled' } })
  const entries = await slice.deps.db.recordEntry.findMany({ where: { requestId: short } })
  expect(entries.map(({ kind }) => kind).toSorted()).toEqual(['grant.opened', 'request.approved', 'request.created'])
  expect(Buffer.from(entries.find(({ kind }) => kind === 'request.approved')!.body).toString()).toContain('rule: Short')
  expect(await requestOf(await asked(maya, { durationMinutes: 31 }))).toMatchObject({ state: 'pending', grant: null })
})

test('no rule that fits means no request, with the reason of each rule', async () => {
  await policy({ rules: [{ name: 'Tickets', when: { ticket: 'present' }, automatic: true }] })
  expect(await ask(maya)).toMatchObject({ ok: false, code: 'no_rule', message: expect.stringContaining('“Tickets” wants a ticket reference.') })
})

test('a delegate decides in the other’s right while it lasts, never for the one who asked, and not what was passed on', async () => {
  const tom = await slice.viewer('tom', [])
  const nina = await slice.viewer('nina', [])
  const now = slice.clock.now()
  const delegate = (fromId: string, toId: string) => slice.deps.db.delegation.create({ data: { fromId, toId, startsAt: now, endsAt: after(now, minutes(60)), reason: 'Holidays', createdAt: now } })
  await delegate(ana.personId, tom.personId)
  await delegate(tom.personId, nina.personId)
  const id = await asked(maya)
  expect(await settle(nina, id)).toMatchObject({ code: 'not_entitled' })
  expect(await settle(tom, id)).toMatchObject({ ok: true })
  expect((await requestOf(id)).decisions).toMatchObject([{ personId: tom.personId, onBehalfOfId: ana.personId }])
  const own = await asked(await slice.viewer('ana', ['platform-leads', 'engineering']))
  expect(await settle(tom, own)).toMatchObject({ code: 'not_entitled' })
  slice.clock.setTo(after(now, minutes(60)))
  const later = await asked(maya, { durationMinutes: 20 })
  expect(await settle(tom, later)).toMatchObject({ code: 'not_entitled' })
})

test('a second sign-in of the requester decides nothing: by link, by person claim, and the database refuses the row itself', async () => {
  await link(maya, jon)
  const id = await asked(maya)
  expect(await settle(jon, id)).toMatchObject({ code: 'own_request' })
  const row = (personId: string, onBehalfOfId: string | null = null) => slice.deps.db.decision.create({ data: { requestId: id, stepIndex: 0, personId, onBehalfOfId, verdict: 'approve', entitledBy: 'x', decidedAt: slice.clock.now() } })
  await expect(row(jon.personId)).rejects.toThrow(/own request/)
  await expect(row(ana.personId, maya.personId)).rejects.toThrow(/own request/)
  await slice.database.owner.personLink.deleteMany()
  await slice.deps.db.person.updateMany({ where: { id: { in: [maya.personId, jon.personId] } }, data: { personClaim: 'E-4711' } })
  expect(await settle(jon, id)).toMatchObject({ code: 'own_request' })
  await expect(row(jon.personId)).rejects.toThrow(/own request/)
  await slice.deps.db.person.updateMany({ data: { personClaim: null } })
})

test('links reach through one another, and to delegates: no identity of the requester decides, asks for it, or lends its right', async () => {
  const [second, third, tom] = await Promise.all([slice.viewer('jon', ['platform-leads']), slice.viewer('rosa', ['platform-leads']), slice.viewer('tom', [])])
  await link(maya, second)
  await link(second, third)
  const now = slice.clock.now()
  await slice.deps.db.delegation.create({ data: { fromId: third.personId, toId: tom.personId, startsAt: now, endsAt: after(now, minutes(60)), reason: 'Holidays', createdAt: now } })
  const id = await asked(maya)
  expect(await settle(third, id)).toMatchObject({ code: 'own_request' })
  expect(await settle(tom, id)).toMatchObject({ code: 'not_entitled' })
  for (const viewer of [second, third, tom]) expect(await listWaitingFor(slice.deps.db, await decider(viewer))).toEqual([])
  const row = (personId: string, onBehalfOfId: string | null) => slice.deps.db.decision.create({ data: { requestId: id, stepIndex: 0, personId, onBehalfOfId, verdict: 'approve', entitledBy: 'x', decidedAt: now } })
  await expect(row(third.personId, null)).rejects.toThrow(/own request/)
  await expect(row(tom.personId, third.personId)).rejects.toThrow(/own request/)
  expect(await settle(ana, id)).toMatchObject({ ok: true })
})

test('whoever changed the profile while the request was waiting cannot decide it', async () => {
  const id = await asked(maya)
  const { appendEntry } = await import('#lib/record/append-entry.ts')
  await slice.deps.db.$transaction((tx) => appendEntry(tx, { kind: 'catalog.profile.changed', occurredAt: slice.clock.now(), actorId: ana.personId, subjectId: profileId, facts: {} }))
  expect(await settle(ana, id)).toMatchObject({ code: 'changed_profile' })
  expect(await settle(jon, id)).toMatchObject({ ok: true })
})

test('a scheduled start opens the grant for then, and its clock starts when it is activated', async () => {
  const startsAt = after(slice.clock.now(), minutes(120))
  const id = await asked(maya, { startsAt })
  await settle(ana, id)
  expect((await requestOf(id)).grant).toMatchObject({ state: 'scheduled', opensAt: startsAt, endsAt: null })
  const jobs = await slice.database.owner.$queryRaw<{ at: Date }[]>`SELECT start_after AS at FROM pgboss.job WHERE name = 'grant.activate' AND data->>'grantId' = (SELECT id::text FROM "grant" WHERE "requestId" = ${id}::uuid)`
  expect(jobs).toEqual([{ at: startsAt }])
})

test('several profiles at once are one request with a decision each, all asked or none', async () => {
  const both = (second: string) => createRequests(deps(), maya, [profileId, second].map((each) => ({ input: { profileId: each, durationMinutes: 30, justification: 'Looking at both ends of the queue', ticketReference: 'OPS-1' }, risk: null, narrowed: null })), slice.clock.now())
  expect(await both('no-such-profile')).toMatchObject({ ok: false, code: 'not_offered', profileId: 'no-such-profile' })
  expect(await slice.deps.db.request.count({ where: { personId: maya.personId, state: 'pending' } })).toBe(0)
  const result = await both('payments-prod-read')
  if (!result.ok) throw new Error(result.message)
  const bundle = await Promise.all(result.requests.map(({ requestId }) => requestOf(requestId)))
  expect(new Set(bundle.map(({ bundleId }) => bundleId)).size).toBe(1)
  const together = async (viewer: Viewer): Promise<string[]> => (await listTogether(slice.deps.db, viewer, bundle[0]!, slice.clock.now())).map(({ id }) => id)
  // Each sees of the others what concerns them.
  expect([await together(maya), await together(await slice.viewer('nina', []))]).toEqual([[bundle[1]!.id], []])
  await settle(ana, bundle[0]!.id)
  expect((await requestOf(bundle[1]!.id)).state).toBe('pending')
})

test('more time is a new decision: the end moves only when it is approved, by what was approved, and the old job ends nothing', async () => {
  const grantId = await slice.activeGrant(maya, profileId, 30)
  const end = async (): Promise<Date> => (await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).endsAt as Date
  const before = await end()
  const extend = (viewer: Viewer, durationMinutes = 30) => requestExtension(deps(), viewer, grantId, { durationMinutes, justification: 'The migration is not through yet' }, null, slice.clock.now())
  expect(await extend(ana)).toMatchObject({ code: 'not_extendable' })
  const result = await extend(maya)
  if (!result.ok) throw new Error(result.message)
  expect(await extend(maya)).toMatchObject({ code: 'already_pending' })
  expect(await end()).toEqual(before)
  expect(await settle(maya, result.requestId)).toMatchObject({ code: 'own_request' })
  expect(await settle(ana, result.requestId)).toMatchObject({ ok: true })
  expect(await end()).toEqual(after(before, minutes(30)))
  slice.clock.setTo(after(before, 1_000))
  expect(await finishDueGrants(slice.deps)).toBe(0)
  slice.clock.setTo(after(before, minutes(30)))
  expect(await finishDueGrants(slice.deps)).toBe(1)
})

test('a denial of more time changes nothing, an end in the meantime refuses the approval, and no row moves the end by itself', async () => {
  const grantId = await slice.activeGrant(maya, profileId, 30)
  const extend = async (): Promise<string> => {
    const result = await requestExtension(deps(), maya, grantId, { durationMinutes: 10, justification: 'The migration is not through yet' }, null, slice.clock.now())
    if (!result.ok) throw new Error(result.message)
    return result.requestId
  }
  const before = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
  await settle(ana, await extend(), 'deny')
  expect(await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).toEqual(before)
  const later = after(before.endsAt as Date, 1)
  await expect(slice.deps.db.grant.update({ where: { id: grantId }, data: { endsAt: later } })).rejects.toThrow(/cannot move later/)
  const pending = await extend()
  await expect(slice.deps.db.grant.update({ where: { id: grantId }, data: { endsAt: later, extensionRequestId: pending } })).rejects.toThrow(/cannot move later/)
  slice.clock.setTo(before.endsAt as Date)
  await finishDueGrants(slice.deps)
  expect(await settle(ana, pending)).toMatchObject({ code: 'grant_over' })
  expect((await requestOf(pending)).state).toBe('pending')
})

test('rules see the whole time of an extended grant: short extensions are not a way round them', async () => {
  await policy({ rules: [{ name: 'Short', when: { maxDurationMinutes: 40 }, automatic: true }, { name: 'Longer', steps: [{ deciders: { groups: ['platform-leads'] } }] }] })
  const first = await requestOf(await asked(maya))
  await activateGrant(slice.deps, first.grant!.id)
  const extend = async (durationMinutes: number) => requestExtension(deps(), maya, first.grant!.id, { durationMinutes, justification: 'The migration is not through yet' }, null, slice.clock.now())
  expect(await extend(10)).toMatchObject({ ok: true, approved: true })
  expect(await extend(10)).toMatchObject({ ok: true, approved: false })
})

test('an extension that a rule approves by itself is refused whole when the grant ends while it is asked', async () => {
  const grantId = await slice.activeGrant(maya, profileId, 30)
  await policy({ rules: [{ name: 'Any', automatic: true }] })
  const { db } = slice.deps
  const blocked = async (): Promise<boolean> => ((await db.$queryRaw<object[]>`SELECT FROM pg_locks WHERE NOT granted`)).length > 0
  // The end holds the grant while the extension, which saw it active, waits to be written.
  const asking = await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM "grant" WHERE id = ${grantId}::uuid FOR UPDATE`
    const extension = requestExtension(deps(), maya, grantId, { durationMinutes: 10, justification: 'The migration is not through yet' }, null, slice.clock.now())
    while (!(await blocked())) await new Promise((resolve) => setImmediate(resolve))
    await tx.grant.update({ where: { id: grantId }, data: { state: 'ending', endReason: 'relinquished', mintingStoppedAt: slice.clock.now() } })
    return { extension }
  })
  expect(await asking.extension).toMatchObject({ ok: false, code: 'not_extendable', message: 'The grant ended while you asked for more time.' })
  expect(await slice.deps.db.request.count({ where: { extendsGrantId: grantId } })).toBe(0)
})

test('access is not approved for somebody who left the group or was switched off since, and can still be denied', async () => {
  const id = await asked(maya)
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { lastKnownGroups: ['audit'] } })
  expect(await settle(ana, id)).toMatchObject({ code: 'requester_not_eligible', message: 'This cannot be approved, because membership of engineering, data, or payments is missing.' })
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { lastKnownGroups: ['engineering'], disabledAt: slice.clock.now() } })
  expect(await settle(ana, id)).toMatchObject({ code: 'requester_not_eligible', message: 'This cannot be approved, because access to Latchkey was switched off.' })
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { disabledAt: null } })
  expect(await settle(ana, id, 'deny')).toMatchObject({ ok: true })
})

test('the emergency groups carry emergency access to its credentials, though they may not ask in the everyday way', async () => {
  await policy({ approvers: ['platform-leads'] }, { breakGlass: { groups: ['on-call'], maxDurationMinutes: 30, reviewWithinHours: 24, reviewers: ['platform-leads'] } })
  const sam = await slice.viewer('sam', ['on-call'])
  expect(await ask(sam)).toMatchObject({ code: 'not_eligible' })
  const grantId = (await requestOf(await asked(sam, { incidentReference: 'INC-8' }))).grant!.id
  await activateGrant(slice.deps, grantId)
  expect(await mintLease(slice.deps, sam, grantId, 'reveal')).toMatchObject({ ok: true })
  await slice.database.owner.emergencyReview.deleteMany()
})

test('while nobody can confirm groups, those that were stored open emergency access and nothing else, and end nothing', async () => {
  await policy({ approvers: ['platform-leads'] }, { breakGlass: { groups: ['engineering'], maxDurationMinutes: 30, reviewWithinHours: 24, reviewers: ['platform-leads'] } })
  const everyday = await slice.activeGrant(maya, profileId, 30)
  const stored: Viewer = { ...maya, groups: [], storedGroups: ['engineering'], roles: ['requester'] }
  expect(await mintLease(slice.deps, stored, everyday, 'reveal')).toMatchObject({ code: 'provider_unreachable' })
  expect(await slice.deps.db.grant.findUniqueOrThrow({ where: { id: everyday } })).toMatchObject({ state: 'active' })
  expect(await ask(stored)).toMatchObject({ code: 'not_eligible' })
  expect(await ask({ ...stored, storedGroups: ['data'] }, { incidentReference: 'INC-9' })).toMatchObject({ code: 'not_eligible' })
  const id = await asked(stored, { incidentReference: 'INC-9' })
  const grantId = (await requestOf(id)).grant!.id
  await activateGrant(slice.deps, grantId)
  expect(await mintLease(slice.deps, stored, grantId, 'reveal')).toMatchObject({ ok: true })
  const [entry] = await slice.deps.db.recordEntry.findMany({ where: { requestId: id, kind: 'request.emergency' } })
  expect(Buffer.from(entry!.body).toString()).toContain('groupsConfirmedAt')
  await slice.database.owner.emergencyReview.deleteMany()
})

test('emergency access goes ahead at once, is reviewed once by somebody else, and is not for everybody', async () => {
  const breakGlass = { groups: ['on-call'], maxDurationMinutes: 30, reviewWithinHours: 24, reviewers: ['platform-leads'] }
  await policy({ approvers: ['platform-leads'] }, { breakGlass })
  const caller = await slice.viewer('maya', ['on-call', 'platform-leads'])
  expect(await ask(maya, { incidentReference: 'INC-7' })).toMatchObject({ code: 'not_eligible' })
  slice.clock.setTo(slice.clock.now())
  const id = await asked(caller, { incidentReference: 'INC-7' })
  expect(await requestOf(id)).toMatchObject({ state: 'approved', incidentReference: 'INC-7', grant: { state: 'scheduled' }, review: { dueAt: after(slice.clock.now(), minutes(24 * 60)), reviewedAt: null } })
  const review = (viewer: Viewer, note = 'The outage was real, and only the queue was touched.') => reviewEmergency(slice.deps.db, viewer, id, 'justified', note, slice.clock.now())
  const reviewsOf = async (viewer: Viewer): Promise<string[]> => (await listReviewsFor(slice.deps.db, await decider(viewer))).map(({ requestId }) => requestId)
  expect([await reviewsOf(ana), await reviewsOf(caller), await reviewsOf(await slice.viewer('nina', []))]).toEqual([[id], [], []])
  expect(await review(caller)).toMatchObject({ code: 'own_request' })
  expect(await review(await slice.viewer('nina', []))).toMatchObject({ code: 'not_found' })
  expect(await review(ana, 'ok')).toMatchObject({ code: 'note_missing' })
  const both = await Promise.all([review(ana), review(jon)])
  expect(await reviewsOf(ana)).toEqual([])
  expect(both.map((result) => (result.ok ? 'ok' : result.code)).toSorted()).toEqual(['already_reviewed', 'ok'])
})
