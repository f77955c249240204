import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oneStepByGroup } from './approval-policy.ts'
import { type DecisionFacts, type DecisionInput, decideDecision } from './decide-decision.ts'
import { requestEvents, requestStates, requestTransitions } from './request-lifecycle.ts'

const now = new Date('2026-05-01T10:00:00Z')
const facts = (changes: Partial<DecisionFacts['request']> = {}, decider: Partial<DecisionFacts['decider']> = {}): DecisionFacts => ({
  request: { state: 'pending', personId: 'maya', policy: oneStepByGroup(['leads']), lapsesAt: new Date('2026-05-02T10:00:00Z'), ...changes },
  decider: { personId: 'ana', groups: ['leads'], ...decider },
  profileOffered: true,
  currentApproverGroups: ['leads', 'owners'],
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
  const gone = { ...facts(), profileOffered: false }
  expect(decideDecision(gone, approve, now)).toMatchObject({ ok: false, code: 'not_offered' })
  expect(decideDecision(gone, deny, now)).toMatchObject({ ok: true })
})

test('a group that is no longer an approver of the profile decides nothing, though the request was made under it', () => {
  expect(decideDecision({ ...facts(), currentApproverGroups: ['owners'] }, approve, now)).toMatchObject({ ok: false, code: 'not_entitled' })
})

test('the decision names the group that entitled its maker', () => {
  const policy = oneStepByGroup(['leads', 'owners'])
  expect(decideDecision(facts({ policy }, { groups: ['x', 'owners'] }), approve, now)).toMatchObject({ ok: true, entitledBy: 'owners' })
})
