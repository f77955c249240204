import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { after, minutes } from '#lib/config/clock.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { createRequest } from '#lib/requests/create-request.ts'
import { lapseRequests } from '#lib/requests/lapse-requests.ts'
import { requestExtension } from '#lib/requests/request-extension.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { activateGrant } from './activate-grant.ts'
import { endGrant } from './end-grant.ts'
import { finishDueGrants } from './finish-grants.ts'
import { markLostLeases } from './lost-leases.ts'
import { mintLease } from './mint-lease.ts'
import { resumeActivations } from './resume-activations.ts'

let slice: Slice
let people: Record<'maya' | 'tom' | 'ana' | 'jon' | 'rosa', Viewer>

beforeAll(async () => {
  slice = await startSlice()
  const [maya, tom, ana, jon, rosa] = await Promise.all(['maya', 'tom', 'ana', 'jon', 'rosa'].map((id) => slice.viewer(id)))
  people = { maya: maya!, tom: tom!, ana: ana!, jon: jon!, rosa: rosa! }
})
afterAll(() => slice.close())

const steps = ['ask', 'approve', 'deny', 'cancel', 'activate', 'reveal', 'extend', 'relinquish', 'revoke', 'pass', 'sweep', 'cut', 'die'] as const
type Step = { step: (typeof steps)[number]; who: 'maya' | 'tom'; decider: 'ana' | 'jon' | 'maya'; ms: number }
const anyStep: fc.Arbitrary<Step> = fc.record({
  step: fc.constantFrom(...steps, 'ask', 'approve', 'activate', 'reveal'),
  who: fc.constantFrom('maya', 'tom'),
  decider: fc.constantFrom('ana', 'ana', 'jon', 'maya'),
  ms: fc.constantFrom(1_000, minutes(4), minutes(16), minutes(70)),
})

/** Always among what is tried, so that every kind of event is: lives that end each in their own way. */
const wholeLives = (['ask', 'approve', 'activate', 'reveal', 'extend', 'approve', 'revoke', 'ask', 'deny', 'ask', 'cancel', 'ask', 'approve', 'activate', 'relinquish', 'ask'] as const).map((step): Step => ({ step, who: 'maya', decider: 'ana', ms: 1_000 }))

/** One sequence in which everything happens at least once, whatever the others bring. */
const everyKind: Step[] = (['ask', 'cancel', 'ask', 'die', 'deny', 'ask', 'approve', 'activate', 'reveal', 'extend', 'approve', 'die', 'relinquish', 'pass', 'sweep', 'ask', 'approve', 'die', 'activate'] as const).map((step) => ({ step, who: 'maya', decider: 'ana', ms: minutes(4) }))

const deps = () => ({ ...approving(slice.deps), requestLapseHours: 1 })
const now = () => slice.clock.now()

/** One step of anybody; what the product refuses, or what AWS's absence cuts off, is an outcome like any other. */
async function take({ step, who, decider, ms }: Step): Promise<void> {
  const { db } = slice.deps
  const holder = people[who]
  const pending = await db.request.findFirst({ where: { personId: holder.personId, state: 'pending' }, orderBy: { id: 'desc' } })
  const grant = await db.grant.findFirst({ where: { personId: holder.personId, state: { in: ['scheduled', 'activating', 'active'] } }, orderBy: { id: 'desc' } })
  switch (step) {
    case 'ask':
      return void (await createRequest(deps(), holder, { profileId: 'sandbox-builder', durationMinutes: 20, justification: 'Any order of anything at all' }, null, now()))
    case 'approve':
    case 'deny':
      return void (pending && (await settleRequest(deps(), people[decider], pending.id, null, { verdict: step, reason: 'As it comes', roleDigest: null }, now())))
    case 'cancel':
      return void (pending && (await cancelRequest(db, holder, pending.id, now())))
    case 'extend':
      return void (grant && (await requestExtension(deps(), holder, grant.id, { durationMinutes: 10, justification: 'A little more time for it' }, null, now())))
    case 'activate':
      return void (grant && (await activateGrant(slice.deps, grant.id).catch(() => undefined)))
    case 'reveal':
      return void (grant && (await mintLease(slice.deps, holder, grant.id, 'reveal')))
    case 'relinquish':
    case 'revoke':
      return void (grant && (await endGrant(slice.deps, step === 'revoke' ? people.rosa : holder, grant.id, 'As it comes')))
    case 'pass':
      return slice.clock.advance(ms)
    case 'sweep':
      return sweep()
    case 'cut':
      // The next answer of AWS never comes, as when the process dies while it waits.
      return slice.aws.fail({ service: 'sts', action: 'AssumeRole', kind: 'drop' })
    case 'die':
      return die(grant?.id, pending?.id, people[decider])
  }
}

/** The process dies before the transaction of an approval, or of the beginning of access, commits: nothing of it may be left. */
async function die(grantId: string | undefined, pendingId: string | undefined, decider: Viewer): Promise<void> {
  const dying = { ...slice.deps.queue, enqueue: () => Promise.reject(new Error('killed')) }
  const { carryOut, ...rest } = deps()
  const killed = { ...rest, carryOut: (...of: Parameters<typeof carryOut>) => ({ ...carryOut(...of), finish: () => Promise.reject(new Error('killed')) }) }
  const died = async (act: Promise<{ ok: boolean }>): Promise<boolean> => act.then(({ ok }) => !ok, (error: Error) => error.message === 'killed')
  if (pendingId) expect(await died(settleRequest(killed, decider, pendingId, null, { verdict: 'approve', reason: '', roleDigest: null }, now()))).toBe(true)
  const stateOf = async () => grantId && (await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).state
  const before = await stateOf()
  if (grantId && before === 'scheduled') {
    await expect(activateGrant({ ...slice.deps, queue: dying }, grantId)).rejects.toThrow('killed')
    expect(await stateOf()).toBe('scheduled')
  }
  if (pendingId) expect(await slice.deps.db.request.findUniqueOrThrow({ where: { id: pendingId }, include: { decisions: true } })).toMatchObject({ state: 'pending', decisions: [] })
}

async function sweep(): Promise<void> {
  slice.aws.clearFaults()
  await finishDueGrants(slice.deps)
  await lapseRequests(slice.deps.db, now())
  await markLostLeases(slice.deps.db, after(now(), -minutes(2)), now())
  await resumeActivations(slice.deps, () => undefined)
}

type Seen = Map<string, { endsAt: Date | null; state: string }>

/** What has to hold after every step, whatever came before. */
async function expectSound(seen: Seen): Promise<void> {
  const grants = await slice.deps.db.grant.findMany({ include: { request: true, extensions: true } })
  const kinds = Map.groupBy(await slice.deps.db.recordEntry.findMany({ where: { kind: { in: ['grant.ended', 'grant.ending', 'grant.active'] } }, select: { grantId: true, kind: true } }), ({ grantId }) => grantId)
  for (const grant of grants) {
    expect(grant.request.state).toBe('approved')
    const before = seen.get(grant.id)
    if (before?.state === 'ended') expect(grant.state).toBe('ended')
    // The end moves later only by as many minutes as approved extensions say.
    if (before?.endsAt && grant.endsAt && grant.activatedAt && grant.endsAt > before.endsAt && before.state === 'active') {
      const approved = grant.extensions.filter(({ state }) => state === 'approved').reduce((sum, { durationMinutes }) => sum + durationMinutes, 0)
      expect(grant.endsAt.getTime()).toBeLessThanOrEqual(grant.activatedAt.getTime() + minutes(grant.durationMinutes + approved))
    }
    const times = (kind: string): number => (kinds.get(grant.id) ?? []).filter((entry) => entry.kind === kind).length
    expect([times('grant.ended'), times('grant.active')].every((count) => count <= 1)).toBe(true)
    expect(times('grant.ended')).toBe(grant.state === 'ended' ? 1 : 0)
    seen.set(grant.id, { endsAt: grant.endsAt, state: grant.state })
  }
  const approved = await slice.deps.db.request.count({ where: { state: 'approved', extendsGrantId: null } })
  expect(approved).toBe(grants.length)
  const own = await slice.deps.db.$queryRaw<object[]>`SELECT FROM decision d JOIN request r ON r.id = d."requestId" WHERE d."personId" = r."personId"`
  expect(own).toEqual([])
}

test('in any order of asking, deciding, activating, revealing, extending, ending, time and lost answers, nothing unapproved begins, no end moves later by itself, each ends once, none is lost', { timeout: 120_000 }, async () => {
  const seen: Seen = new Map()
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 8, maxLength: 24 }), async (sequence) => {
      for (const step of sequence) {
        await take(step)
        await expectSound(seen)
      }
      // Whatever was open comes to its end by time alone; what waited for AWS begins first.
      for (const _turn of ['what waited', 'what began']) {
        slice.clock.advance(minutes(120))
        await sweep()
        await expectSound(seen)
      }
      expect(await slice.deps.db.grant.count({ where: { state: { in: ['active', 'activating', 'scheduled'] } } })).toBe(0)
      expect(await slice.deps.db.request.count({ where: { state: 'pending' } })).toBe(0)
      expect(await slice.deps.db.lease.count({ where: { state: 'minting', requestedAt: { lt: after(now(), -minutes(2)) } } })).toBe(0)
      people = Object.fromEntries(await Promise.all(Object.keys(people).map(async (id) => [id, await slice.viewer(id)] as const))) as typeof people
    }),
    { numRuns: 12, examples: [[wholeLives], [everyKind]] },
  )
  const happened = new Set((await slice.deps.db.recordEntry.findMany({ distinct: ['kind'], select: { kind: true } })).map(({ kind }) => kind))
  expect([...happened]).toEqual(expect.arrayContaining(['grant.active', 'grant.ended', 'grant.ending', 'request.denied', 'request.cancelled', 'lease.minted']))
})
