import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import { findDecider } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { cancelRequest } from './cancel-request.ts'
import { createRequest } from './create-request.ts'
import type { DecisionInput } from './decide-decision.ts'
import { lapseRequests } from './lapse-requests.ts'
import { countWaitingFor, getRequestFor, listWaitingFor, medianDecisionMinutes } from './requests.queries.ts'
import { settleRequest } from './settle-request.ts'

let slice: Slice
let maya: Viewer
let ana: Viewer
let jon: Viewer

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  await slice.database.owner.request.updateMany({ where: { state: 'pending' }, data: { state: 'cancelled' } })
  ;[maya, ana, jon] = await Promise.all([slice.viewer('maya'), slice.viewer('ana'), slice.viewer('jon')])
})

const settle = (viewer: Viewer, requestId: string, verdict: DecisionInput['verdict'], reason = 'Because of the plan') =>
  settleRequest(approving(slice.deps), viewer, requestId, null, { verdict, reason, roleDigest: null }, slice.clock.now())
const ask = (viewer: Viewer, profileId = 'sandbox-builder') =>
  createRequest({ ...approving(slice.deps), requestLapseHours: 72 }, viewer, { profileId, durationMinutes: 30, justification: 'Trying out the new queue settings' }, null, slice.clock.now())
const decider = (viewer: Viewer) => findDecider(slice.deps.db, viewer, slice.clock.now())
const entries = (requestId: string) => slice.deps.db.recordEntry.findMany({ where: { requestId }, orderBy: { occurredAt: 'asc' } })

test('of many approvers deciding at once exactly one wins, with one grant, and each other one is told who it was', async () => {
  const requestId = await slice.ask(maya, 'sandbox-builder')
  const results = await Promise.all(Array.from({ length: 12 }, (_, index) => settle(index % 2 === 0 ? ana : jon, requestId, index % 3 === 0 ? 'deny' : 'approve')))
  const winners = results.filter((result) => result.ok)
  expect(winners).toHaveLength(1)
  for (const loser of results.filter((result) => !result.ok)) expect(loser).toMatchObject({ code: 'settled', message: expect.stringMatching(/^(Ana Kovac|Jon Bell) (approved|denied) this request at/) })
  const request = await slice.deps.db.request.findUniqueOrThrow({ where: { id: requestId }, include: { decisions: true, grant: true } })
  expect(request.decisions).toHaveLength(1)
  expect(Boolean(request.grant)).toBe(request.state === 'approved')
  expect((await entries(requestId)).filter((entry) => entry.kind === 'request.approved' || entry.kind === 'request.denied')).toHaveLength(1)
})

test('approving writes decision, grant, its job and their record entries together', async () => {
  const requestId = await slice.ask(maya, 'sandbox-builder')
  expect(await settle(ana, requestId, 'approve')).toMatchObject({ ok: true })
  expect((await entries(requestId)).map((entry) => entry.kind).toSorted()).toEqual(['grant.opened', 'request.approved', 'request.created'])
  const jobs = await slice.database.owner.$queryRaw<{ name: string }[]>`SELECT name FROM pgboss.job WHERE data->>'grantId' = (SELECT id::text FROM "grant" WHERE "requestId" = ${requestId}::uuid)`
  expect(jobs).toEqual([{ name: 'grant.activate' }])
})

test('when the grant cannot be opened the approval did not happen either', async () => {
  const requestId = await slice.ask(maya, 'sandbox-builder')
  const broken = settleRequest({ ...approving(slice.deps), carryOut: () => ({ entries: [], finish: () => Promise.reject(new Error('no grant')) }) }, ana, requestId, null, { verdict: 'approve', reason: '', roleDigest: null }, slice.clock.now())
  await expect(broken).rejects.toThrow('no grant')
  expect(await slice.deps.db.request.findUniqueOrThrow({ where: { id: requestId }, include: { decisions: true } })).toMatchObject({ state: 'pending', decisions: [] })
})

test('nobody decides their own request, and the database itself refuses such a row (rule 1)', async () => {
  const requestId = await slice.ask(ana, 'sandbox-builder')
  expect(await settle(ana, requestId, 'approve')).toMatchObject({ ok: false, code: 'own_request' })
  const forged = slice.deps.db.decision.create({ data: { requestId, stepIndex: 0, personId: ana.personId, verdict: 'approve', entitledBy: 'platform-leads', decidedAt: slice.clock.now() } })
  await expect(forged).rejects.toThrow(/cannot decide their own request/)
})

test.each(['maya', 'tom', 'luis', 'nina', 'rosa', 'amir', 'lena', 'olga'])('%s, who is not in the approvers’ group, cannot decide', async (persona) => {
  const requestId = await slice.ask(await slice.viewer('priya'), 'payments-prod-read')
  const viewer = await slice.viewer(persona)
  expect(await settle(viewer, requestId, 'approve')).toMatchObject({ ok: false, code: 'not_entitled' })
  expect(await listWaitingFor(slice.deps.db, await decider(viewer))).toEqual([])
})

test('one pending request a person and profile, also when two tabs send at once; the second names the first', async () => {
  const results = await Promise.all([ask(maya), ask(maya), ask(maya)])
  expect(results.filter((result) => result.ok)).toHaveLength(1)
  const [first] = results.filter((result) => result.ok)
  for (const other of results.filter((result) => !result.ok)) expect(other).toMatchObject({ code: 'already_pending', requestId: first?.requestId })
})

test('the queue shows the riskiest first, then the oldest, and never one’s own', async () => {
  const priya = await slice.viewer('priya')
  const low = await slice.ask(maya, 'sandbox-builder')
  const lowOlder = await slice.deps.db.request.update({ where: { id: await slice.ask(priya, 'sandbox-builder') }, data: { createdAt: new Date('2026-01-01') } })
  const high = await slice.ask(maya, 'payments-prod-operate')
  await slice.ask(ana, 'sandbox-builder')
  expect((await listWaitingFor(slice.deps.db, await decider(ana))).map((request) => request.id)).toEqual([high, lowOlder.id, low])
  expect(await countWaitingFor(slice.deps.db, await decider(ana))).toBe(3)
})

test('cancelling is for the requester, once', async () => {
  const requestId = await slice.ask(maya, 'sandbox-builder')
  expect(await cancelRequest(slice.deps.db, ana, requestId, slice.clock.now())).toMatchObject({ ok: false, code: 'not_found' })
  expect(await cancelRequest(slice.deps.db, maya, requestId, slice.clock.now())).toEqual({ ok: true })
  expect(await cancelRequest(slice.deps.db, maya, requestId, slice.clock.now())).toMatchObject({ ok: false, code: 'settled' })
  expect(await settle(ana, requestId, 'approve')).toMatchObject({ ok: false, code: 'settled' })
})

test('a request nobody decides lapses once, whoever notices', async () => {
  const requestId = await slice.ask(maya, 'sandbox-builder')
  slice.clock.advance(72 * 3_600_000)
  const counts = await Promise.all([lapseRequests(slice.deps.db, slice.clock.now()), lapseRequests(slice.deps.db, slice.clock.now())])
  expect(counts.reduce((sum, count) => sum + count)).toBe(1)
  expect((await entries(requestId)).filter((entry) => entry.kind === 'request.lapsed')).toHaveLength(1)
})

test('a request is visible to requester, approvers, responders, auditors and admins, and to nobody else', async () => {
  const requestId = await slice.ask(await slice.viewer('priya'), 'payments-prod-read')
  const seen = await Promise.all(['priya', 'ana', 'rosa', 'amir', 'lena', 'maya', 'tom', 'luis', 'nina', 'olga'].map(async (id) => ((await getRequestFor(slice.deps.db, await slice.viewer(id), requestId, slice.clock.now())) ? id : '')))
  expect(seen.filter(Boolean)).toEqual(['priya', 'ana', 'rosa', 'amir', 'lena'])
})

test('the median time to a decision is that of decided requests', async () => {
  const requestId = await slice.ask(maya, 'warehouse-vendor').catch(() => undefined)
  expect(requestId).toBeUndefined()
  expect(await medianDecisionMinutes(slice.deps.db, 'warehouse-vendor')).toBeNull()
  const decided = await slice.ask(await slice.viewer('kenji'), 'warehouse-vendor')
  slice.clock.advance(12 * 60_000)
  expect(await settle(await slice.viewer('nina'), decided, 'deny')).toMatchObject({ ok: true })
  expect(Math.round((await medianDecisionMinutes(slice.deps.db, 'warehouse-vendor')) ?? 0)).toBe(12)
})

test('a profile that changed since the approver opened the page is not approved; what they saw counts', async () => {
  const requestId = await slice.ask(maya, 'sandbox-builder')
  const decide = (definitionHash: string) =>
    settleRequest(approving(slice.deps), ana, requestId, null, { verdict: 'approve', reason: '', roleDigest: null, definitionHash }, slice.clock.now())
  expect(await decide('0'.repeat(64))).toMatchObject({ ok: false, code: 'role_changed', message: expect.stringContaining('catalogue') })
  const { definitionHash } = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: 'sandbox-builder' } })
  expect(await decide(definitionHash)).toMatchObject({ ok: true })
})

test('asking again at the very moment the earlier request is settled is a new request or says what is in the way, never a failure', async () => {
  const codes = new Set<string>()
  for (let round = 0; round < 40; round += 1) {
    const id = await slice.ask(maya, 'sandbox-builder')
    const input = { profileId: 'sandbox-builder', durationMinutes: 30, justification: 'Asked again at the same moment' }
    const [again] = await Promise.all([createRequest({ ...approving(slice.deps), requestLapseHours: 72 }, maya, input, null, slice.clock.now()), cancelRequest(slice.deps.db, maya, id, slice.clock.now())])
    codes.add(again.ok ? 'ok' : again.code)
    await slice.database.owner.request.updateMany({ where: { state: 'pending' }, data: { state: 'cancelled' } })
  }
  expect([...codes].every((code) => code === 'ok' || code === 'already_pending')).toBe(true)
})
