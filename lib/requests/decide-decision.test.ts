import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AppliedStep, type ApprovalPolicy, oneStepByGroup } from './approval-policy.ts'
import { type DecisionFacts, type DecisionInput, decideDecision } from './decide-decision.ts'
import { requestEvents, requestStates, requestTransitions } from './request-lifecycle.ts'

const now = new Date('2026-05-01T10:00:00Z')
const facts = (changes: Partial<DecisionFacts['request']> = {}, decider: Partial<DecisionFacts['decider']> = {}): DecisionFacts => ({
  request: { state: 'pending', personId: 'maya', policy: oneStepByGroup(['leads']), stepIndex: 0, stepSince: new Date('2026-05-01T09:00:00Z'), decisions: [], durationMinutes: 60, lapsesAt: new Date('2026-05-02T10:00:00Z'), ...changes },
  decider: { personId: 'ana', groups: ['leads'], samePersonIds: [], actsFor: [], ...decider },
  profile: { offered: true, longestMinutes: 60, groupsNamed: ['leads', 'owners'], personIdsNamed: [], changedByIds: [], excludedApproverIds: [] },
  requesterBarred: undefined,
  currentRoleDigest: 'd1',
})
const approve: DecisionInput = { verdict: 'approve', reason: '', roleDigest: 'd1' }
const deny: DecisionInput = { verdict: 'deny', reason: 'Use the read-only profile', roleDigest: null }

describe('the transition table', () => {
  test('every settled state is reachable from pending, and none leads anywhere', () => {
    expect(Object.values(requestTransitions.pending).toSorted()).toEqual(['approved', 'cancelled', 'denied', 'lapsed'])
    for (const state of requestStates.filter((each) => each !== 'pending')) expect(requestTransitions[state]).toEqual({})
  })

  for (const state of requestStates) {
    for (const event of requestEvents.filter((each) => each === 'approve' || each === 'deny')) {
      for (const actor of ['entitled', 'requester', 'outsider'] as const) {
        const allowed = state === 'pending' && actor === 'entitled'
        test(`${event} of a ${state} request by ${actor} is ${allowed ? 'allowed' : 'refused'}`, () => {
          const decider = { entitled: {}, requester: { personId: 'maya' }, outsider: { groups: ['others'] } }[actor]
          const result = decideDecision(facts({ state }, decider), event === 'approve' ? approve : deny, now)
          expect(result.ok).toBe(allowed)
          if (result.ok) expect(result.next).toBe(requestTransitions[state][event])
        })
      }
    }
  }
})

test('whoever asked never decides, whatever groups, verdict, time or state there are (rule 1)', () => {
  const anything = fc.record({
    state: fc.constantFrom(...requestStates),
    groups: fc.array(fc.constantFrom('leads', 'admins', 'others')),
    verdict: fc.constantFrom('approve' as const, 'deny' as const),
    reason: fc.string(),
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }),
  })
  fc.assert(
    fc.property(anything, ({ state, groups, verdict, reason, at }) => {
      const result = decideDecision(facts({ state }, { personId: 'maya', groups }), { verdict, reason, roleDigest: 'd1' }, at)
      expect(result).toMatchObject({ ok: false, code: 'own_request' })
    }),
  )
})

test('what the profile no longer allows for so long is not approved, and can be denied', () => {
  expect(decideDecision(facts({ durationMinutes: 61 }), approve, now)).toMatchObject({ ok: false, code: 'too_long', message: 'The profile allows at most 60 minutes by now; this asks for 61.' })
  expect(decideDecision(facts({ durationMinutes: 61 }), deny, now)).toMatchObject({ ok: true })
})

test('a request that lapsed in the meantime is not decided, to the second', () => {
  const lapsesAt = new Date('2026-05-01T10:00:00Z')
  expect(decideDecision(facts({ lapsesAt }), approve, now)).toMatchObject({ ok: false, code: 'lapsed' })
  expect(decideDecision(facts({ lapsesAt }), approve, new Date(lapsesAt.getTime() - 1))).toMatchObject({ ok: true })
})

test('an approval of a role that changed since the page was opened is refused; a denial is not', () => {
  expect(decideDecision(facts(), { ...approve, roleDigest: 'd0' }, now)).toMatchObject({ ok: false, code: 'role_changed' })
  expect(decideDecision(facts(), { ...approve, roleDigest: null }, now)).toMatchObject({ ok: false, code: 'role_changed' })
  expect(decideDecision(facts(), deny, now)).toMatchObject({ ok: true, next: 'denied' })
})

test('a denial without a reason, and any reason beyond the limit, is told how to mend it', () => {
  expect(decideDecision(facts(), { ...deny, reason: '' }, now)).toMatchObject({ ok: false, code: 'reason_missing' })
  expect(decideDecision(facts(), { ...deny, reason: 'x'.repeat(1_001) }, now)).toMatchObject({ ok: false, code: 'reason_too_long' })
})

test('a profile that is no longer offered can be denied and not approved (rule 10)', () => {
  const gone = { ...facts(), profile: { ...facts().profile, offered: false } }
  expect(decideDecision(gone, approve, now)).toMatchObject({ ok: false, code: 'not_offered' })
  expect(decideDecision(gone, deny, now)).toMatchObject({ ok: true })
})

test('a group that is no longer an approver of the profile decides nothing, though the request was made under it', () => {
  expect(decideDecision({ ...facts(), profile: { ...facts().profile, groupsNamed: ['owners'] } }, approve, now)).toMatchObject({ ok: false, code: 'not_entitled' })
})

test('the decision names the group that entitled its maker', () => {
  const policy = oneStepByGroup(['leads', 'owners'])
  expect(decideDecision(facts({ policy }, { groups: ['x', 'owners'] }), approve, now)).toMatchObject({ ok: true, entitledBy: 'owners' })
})

const step = (changes: Partial<AppliedStep> = {}): AppliedStep => ({ name: null, groups: ['leads'], personIds: [], words: [], quorum: 1, escalation: null, ...changes })
const policyOf = (...steps: AppliedStep[]): ApprovalPolicy => ({ rule: 'r', automatic: false, steps })
const by = (personId: string, stepIndex = 0, onBehalfOfId: string | null = null) => ({ personId, stepIndex, onBehalfOfId })

describe('quorum and steps', () => {
  test('a quorum is filled by distinct people, and only then goes on to the next step or approves', () => {
    const two = policyOf(step({ quorum: 2 }), step({ groups: ['owners'] }))
    expect(decideDecision(facts({ policy: two }), approve, now)).toMatchObject({ ok: true, next: 'pending', stepIndex: 0 })
    expect(decideDecision(facts({ policy: two, decisions: [by('bob')] }), approve, now)).toMatchObject({ ok: true, next: 'pending', stepIndex: 1 })
    expect(decideDecision(facts({ policy: two, decisions: [by('ana')] }), approve, now)).toMatchObject({ ok: false, code: 'already_decided' })
    const last = { policy: two, stepIndex: 1, decisions: [by('bob'), by('cy')] }
    expect(decideDecision(facts(last), approve, now)).toMatchObject({ ok: false, code: 'not_entitled' })
    expect(decideDecision(facts(last, { groups: ['owners'] }), approve, now)).toMatchObject({ ok: true, next: 'approved' })
  })

  test('whoever approved one step decides no other, and one denial ends the request at any step', () => {
    const two = policyOf(step(), step())
    expect(decideDecision(facts({ policy: two, stepIndex: 1, decisions: [by('ana')] }), approve, now)).toMatchObject({ code: 'already_decided' })
    expect(decideDecision(facts({ policy: two }), deny, now)).toMatchObject({ ok: true, next: 'denied' })
  })

  test('people named without a group decide, as long as the profile still names them', () => {
    const named = policyOf(step({ groups: [], personIds: ['ana'] }))
    const still = { ...facts({ policy: named }, { groups: [] }), profile: { ...facts().profile, personIdsNamed: ['ana'] } }
    expect(decideDecision(still, approve, now)).toMatchObject({ ok: true, entitledBy: 'named' })
    expect(decideDecision(facts({ policy: named }, { groups: [] }), approve, now)).toMatchObject({ code: 'not_entitled' })
  })

  test('groups that a step escalates to decide from its time on, and not a millisecond before', () => {
    const escalating = policyOf(step({ escalation: { afterMinutes: 60, groups: ['owners'] } }))
    const owner = facts({ policy: escalating }, { groups: ['owners'] })
    expect(decideDecision(owner, approve, new Date(now.getTime() - 1))).toMatchObject({ code: 'not_entitled' })
    expect(decideDecision(owner, approve, now)).toMatchObject({ ok: true, entitledBy: 'owners' })
  })
})

describe('deciding in somebody else’s right', () => {
  const leads = { personId: 'lee', groups: ['leads'], samePersonIds: [] }
  test('a delegate decides what the other could, and never more', () => {
    expect(decideDecision(facts({}, { groups: [], actsFor: [leads] }), approve, now)).toMatchObject({ ok: true, onBehalfOfId: 'lee' })
    expect(decideDecision(facts({}, { groups: [], actsFor: [{ ...leads, groups: ['others'] }] }), approve, now)).toMatchObject({ code: 'not_entitled' })
  })

  test('not for the requester’s own request, from either side', () => {
    expect(decideDecision(facts({}, { groups: [], actsFor: [{ ...leads, personId: 'maya' }] }), approve, now)).toMatchObject({ ok: false, code: 'not_entitled' })
    expect(decideDecision(facts({}, { groups: [], actsFor: [{ ...leads, samePersonIds: ['maya'] }] }), approve, now)).toMatchObject({ ok: false, code: 'not_entitled' })
    expect(decideDecision(facts({ personId: 'ana' }, { actsFor: [leads] }), approve, now)).toMatchObject({ code: 'own_request' })
  })

  test('one right is used once: the represented person and the delegate do not fill a quorum together', () => {
    const two = policyOf(step({ quorum: 2 }))
    expect(decideDecision(facts({ policy: two, decisions: [by('lee')] }, { groups: [], actsFor: [leads] }), approve, now)).toMatchObject({ ok: false })
    expect(decideDecision(facts({ policy: two, decisions: [by('lee-two')] }, { groups: [], actsFor: [{ ...leads, samePersonIds: ['lee-two'] }] }), approve, now)).toMatchObject({ ok: false })
    expect(decideDecision(facts({ policy: two, decisions: [by('dan', 0, 'ana')] }), approve, now)).toMatchObject({ code: 'already_decided' })
  })
})

test('a second sign-in of the requester decides nothing, whatever it may otherwise', () => {
  expect(decideDecision(facts({}, { personId: 'maya-admin', samePersonIds: ['maya'] }), approve, now)).toMatchObject({ code: 'own_request' })
})

test('whoever changed the profile while the request was waiting does not decide it', () => {
  const changed = { ...facts(), profile: { ...facts().profile, changedByIds: ['ana'] } }
  expect(decideDecision(changed, approve, now)).toMatchObject({ code: 'changed_profile' })
  expect(decideDecision({ ...changed, decider: { personId: 'bob', groups: ['leads'], samePersonIds: [], actsFor: [] } }, approve, now)).toMatchObject({ ok: true })
})

test('from whom an access review took the right to decide, neither they decide, nor their second sign-in, nor a delegate for them, nor they for another', () => {
  const taken = (decider: Partial<DecisionFacts['decider']>): DecisionFacts => ({ ...facts({}, decider), profile: { ...facts().profile, excludedApproverIds: ['ana'] } })
  const bob = { personId: 'bob', groups: ['leads'], samePersonIds: [] }
  const refused = { ok: false, code: 'not_entitled', message: 'An access review took the right to decide about this profile from you.' }
  for (const input of [approve, deny]) {
    expect(decideDecision(taken({}), input, now)).toMatchObject(refused)
    expect(decideDecision(taken({ personId: 'ana-two', samePersonIds: ['ana'] }), input, now)).toMatchObject(refused)
    expect(decideDecision(taken({ actsFor: [bob] }), input, now)).toMatchObject(refused)
    expect(decideDecision(taken({ personId: 'dan', groups: [], actsFor: [{ personId: 'ana', groups: ['leads'], samePersonIds: [] }] }), input, now)).toMatchObject({ code: 'not_entitled' })
    expect(decideDecision(taken(bob), input, now)).toMatchObject({ ok: true })
  }
})

test('under any order of deciders nothing is approved before every step had its distinct people, and the requester is never among them', () => {
  const people = ['maya', 'maya-two', 'ana', 'ana-two', 'bob', 'cy', 'dan']
  const human = (id: string): string => id.replace('-two', '')
  const others = (id: string): string[] => people.filter((other) => other !== id && human(other) === human(id))
  const anyStep = fc.record({ quorum: fc.integer({ min: 1, max: 3 }), group: fc.constantFrom('leads', 'owners') })
  const turn = fc.record({ who: fc.constantFrom(...people), groups: fc.subarray(['leads', 'owners']), actsFor: fc.subarray(people) })
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 3 }), fc.array(turn, { maxLength: 12 }), (steps, turns) => {
      const policy = policyOf(...steps.map(({ quorum, group }) => step({ quorum, groups: [group] })))
      let request = facts({ policy }).request
      for (const { who, groups, actsFor } of turns) {
        const decider = { personId: who, groups, samePersonIds: others(who), actsFor: actsFor.filter((id) => id !== who).map((personId) => ({ personId, groups: ['leads', 'owners'], samePersonIds: others(personId) })) }
        const result = decideDecision({ ...facts(), request, decider }, approve, now)
        if (!result.ok) continue
        request = { ...request, state: result.next, stepIndex: result.stepIndex, decisions: [...request.decisions, by(who, result.decidedStep, result.onBehalfOfId)] }
      }
      // A delegate and the one they stand for count as two who are used up; when they are one human being, as one.
      const used = request.decisions.flatMap(({ personId, onBehalfOfId }) => [...new Set([personId, ...(onBehalfOfId ? [onBehalfOfId] : [])].map(human))])
      expect(used).not.toContain('maya')
      expect(new Set(used).size).toBe(used.length)
      const full = steps.every(({ quorum }, index) => request.decisions.filter(({ stepIndex }) => stepIndex === index).length >= quorum)
      expect(request.state === 'approved').toBe(full)
    }),
  )
})
