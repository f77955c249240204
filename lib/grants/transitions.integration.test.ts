import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { after, minutes } from '#lib/config/clock.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { escalateRequests } from '#lib/requests/escalate-requests.ts'
import { lapseRequests } from '#lib/requests/lapse-requests.ts'
import { requestExtension } from '#lib/requests/request-extension.ts'
import { type RequestState, requestStates, requestTransitions } from '#lib/requests/request-lifecycle.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { endGrant } from './end-grant.ts'
import { finishDueGrants } from './finish-grants.ts'
import { type GrantState, grantStates, grantTransitions } from './grant-lifecycle.ts'
import { mintLease } from './mint-lease.ts'
import { retryActivation } from './retry-activation.ts'

/** The holder asked; the approver is entitled; each of the others is one kind of person who has to be told apart. */
const personas = { holder: 'maya', colleague: 'tom', approver: 'ana', responder: 'rosa', auditor: 'amir', admin: 'lena', outsider: 'olga' } as const
type Actor = keyof typeof personas
const actors = Object.keys(personas) as Actor[]

let slice: Slice
let viewers: Record<Actor, Viewer>
let requestId: string
let grantId: string
let version = 0

beforeAll(async () => {
  slice = await startSlice()
  const entries = await Promise.all(actors.map(async (actor) => [actor, await slice.viewer(personas[actor])] as const))
  viewers = Object.fromEntries(entries) as typeof viewers
  grantId = await slice.activeGrant(viewers.holder, 'sandbox-builder', 30)
  requestId = await slice.ask(viewers.holder, 'payments-prod-read', 30)
})
afterAll(() => slice.close())
beforeEach(() => slice.aws.clearFaults())

const now = () => slice.clock.now()
const deps = () => ({ ...approving(slice.deps), requestLapseHours: 72 })

/** Puts a row into a state, past the rules that the database itself keeps, so that every state can be tried. */
async function put(sql: string, ...values: unknown[]): Promise<void> {
  await slice.database.owner.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRawUnsafe(sql, ...values)
  })
}
async function putGrant(state: GrantState): Promise<void> {
  version += 1
  const endsAt = state === 'scheduled' ? null : state === 'ended' ? after(now(), -minutes(5)) : after(now(), minutes(25))
  const activatedAt = ['active', 'ending', 'ended'].includes(state) ? after(now(), -minutes(5)) : null
  await put(`UPDATE "grant" SET state = $1::"GrantState", version = $2, "endsAt" = $3, "activatedAt" = $4, "createdAt" = $5, "mintingStoppedAt" = NULL, "credentialsDeadAt" = NULL, "endReason" = NULL WHERE id = $6::uuid`, state, version, endsAt, activatedAt, now(), grantId)
  await put('DELETE FROM "request" WHERE "extendsGrantId" = $1::uuid', grantId)
}
async function putRequest(state: RequestState): Promise<void> {
  version += 1
  await put('DELETE FROM decision WHERE "requestId" = $1::uuid', requestId)
  await put('DELETE FROM "grant" WHERE "requestId" = $1::uuid', requestId)
  await put(`UPDATE "request" SET state = $1::"RequestState", version = $2, "settledAt" = NULL, "lapsesAt" = $3 WHERE id = $4::uuid`, state, version, after(now(), minutes(60)), requestId)
}
const stateOfGrant = async (): Promise<string> => (await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).state
const stateOfRequest = async (): Promise<string> => (await slice.deps.db.request.findUniqueOrThrow({ where: { id: requestId } })).state
const entries = (id: string): Promise<number> => slice.deps.db.recordEntry.count({ where: { OR: [{ grantId: id }, { requestId: id }] } })

type Act<State extends string> = { may: readonly Actor[]; from: (state: State) => boolean; run: (viewer: Viewer) => Promise<{ ok: boolean }>; next?: (state: State) => string }

const onGrants: Record<string, Act<GrantState>> = {
  end: { may: ['holder', 'responder', 'admin'], from: (state) => grantTransitions[state].stop !== undefined, run: (viewer) => endGrant(slice.deps, viewer, grantId, 'Because it has to be'), next: () => 'ended' },
  retry: { may: ['holder', 'responder', 'admin'], from: (state) => grantTransitions[state].retry !== undefined, run: (viewer) => retryActivation(slice.deps, viewer, grantId), next: () => 'activating' },
  reveal: { may: ['holder'], from: (state) => state === 'active', run: (viewer) => mintLease(slice.deps, viewer, grantId, 'reveal') },
  extend: { may: ['holder'], from: (state) => state === 'active', run: (viewer) => requestExtension(deps(), viewer, grantId, { durationMinutes: 10, justification: 'A little more of the same' }, null, now()) },
}
const onRequests: Record<string, Act<RequestState>> = {
  approve: { may: ['approver'], from: (state) => requestTransitions[state].approve !== undefined, run: (viewer) => settleRequest(deps(), viewer, requestId, null, { verdict: 'approve', reason: '', roleDigest: null }, now()), next: () => 'approved' },
  deny: { may: ['approver'], from: (state) => requestTransitions[state].deny !== undefined, run: (viewer) => settleRequest(deps(), viewer, requestId, null, { verdict: 'deny', reason: 'Not today', roleDigest: null }, now()), next: () => 'denied' },
  cancel: { may: ['holder'], from: (state) => requestTransitions[state].cancel !== undefined, run: (viewer) => cancelRequest(slice.deps.db, viewer, requestId, now()), next: () => 'cancelled' },
}

describe.each(Object.entries(onGrants))('%s a grant', (_name, act) => {
  it.each(grantStates.flatMap((state) => actors.map((actor) => [state, actor] as const)))('%s, by the %s', async (state, actor) => {
    await putGrant(state)
    const before = await entries(grantId)
    const result = await act.run(viewers[actor])
    const done = act.may.includes(actor) && act.from(state)
    expect(result.ok).toBe(done)
    // Who may not, or when it cannot be, moves nothing and writes nothing.
    if (!done) expect([await stateOfGrant(), await entries(grantId)]).toEqual([state, before])
    else if (act.next?.(state)) expect(await stateOfGrant()).toBe(act.next(state))
    if (done && act.next) expect(await entries(grantId)).toBeGreaterThan(before)
  })
})

describe.each(Object.entries(onRequests))('%s a request', (_name, act) => {
  it.each(requestStates.flatMap((state) => actors.map((actor) => [state, actor] as const)))('%s, by the %s', async (state, actor) => {
    await putRequest(state)
    const before = await entries(requestId)
    const result = await act.run(viewers[actor])
    const done = act.may.includes(actor) && act.from(state)
    expect(result.ok).toBe(done)
    expect(await stateOfRequest()).toBe(done ? act.next?.(state) : state)
    expect((await entries(requestId)) - before > 0).toBe(done)
  })
})

describe('time alone', () => {
  it.each(requestStates.map((state) => [state] as const))('lapses a request that is %s only while it waits, and escalates no other', async (state) => {
    await putRequest(state)
    await put('UPDATE "request" SET "lapsesAt" = $1, "escalatesAt" = $1 WHERE id = $2::uuid', after(now(), -1_000), requestId)
    await escalateRequests(slice.deps.db, now())
    await lapseRequests(slice.deps.db, now())
    expect(await stateOfRequest()).toBe(requestTransitions[state].lapse ?? state)
  })
  it.each(grantStates.map((state) => [state] as const))('ends a grant that is %s where it can be over, and no other', async (state) => {
    await putGrant(state)
    if (state !== 'scheduled' && state !== 'failed') await put('UPDATE "grant" SET "endsAt" = $1, "credentialsDeadAt" = $1 WHERE id = $2::uuid', after(now(), -1_000), grantId)
    await finishDueGrants(slice.deps)
    expect(await stateOfGrant()).toBe(grantTransitions[state].expire ?? state)
  })
})
