import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Approval, riskLevels, rulesOf } from '#lib/catalog/approval-schema.ts'
import { compareApproval } from '#lib/catalog/compare-approval.ts'
import { environments } from '#lib/catalog/environments.ts'
import { anyProfile } from '#lib/local/test/any-profile.ts'
import { evaluatePolicy, type PolicyFacts } from './evaluate-policy.ts'

const anyFacts: fc.Arbitrary<PolicyFacts> = fc.record({
  requesterGroups: fc.uniqueArray(fc.constantFrom('engineering', 'payments', 'data', 'leads', 'security'), { maxLength: 3 }),
  durationMinutes: fc.constantFrom(5, 30, 60, 240, 300),
  riskLevel: fc.constantFrom(...riskLevels),
  environment: fc.constantFrom(...environments),
  ticketPresent: fc.boolean(),
  breakGlass: fc.boolean(),
  startsAt: fc.constantFrom(new Date('2026-06-05T08:00:00Z'), new Date('2026-06-06T23:00:00Z')),
})

/** How easy a request is: each of its steps' deciders and quorum, nothing for an automatic rule, undefined where it is refused. */
function ease(approval: Approval, facts: PolicyFacts) {
  const outcome = evaluatePolicy(rulesOf(approval), facts)
  return outcome.ok ? (outcome.rule.steps ?? []) : undefined
}

test('what is not called a widening of the policy lets no request through with fewer approvals than before', () => {
  const small = fc.tuple(anyProfile, anyProfile, fc.nat(2), fc.array(anyFacts, { minLength: 8, maxLength: 8 }))
  fc.assert(
    fc.property(small, ([left, right, index, many]) => {
      const before = left.approval
      const rules = [...rulesOf(before)]
      // Near neighbours: one rule of another policy in the place of one, or the end cut off.
      rules.splice(index, index === 2 ? rules.length : 1, ...rulesOf(right.approval).slice(0, 1).map((rule) => ({ ...rule, when: rules[index]?.when ?? rule.when })))
      for (const after of [right.approval, { rules: rules.length > 0 ? rules : [...rulesOf(before)] }]) {
        if (compareApproval(before, after).some((difference) => difference.widens)) continue
        for (const facts of many) {
          const next = ease(after, facts)
          if (!next) {
            // An emergency that no rule speaks of is let through.
            if (facts.breakGlass) expect(ease(before, facts)).toBeUndefined()
            continue
          }
          const old = ease(before, facts)
          expect(old).toBeDefined()
          expect(next.length).toBeGreaterThanOrEqual(old!.length)
          old!.forEach((step, place) => {
            expect(next[place]!.quorum).toBeGreaterThanOrEqual(step.quorum)
            expect(step.deciders.groups).toEqual(expect.arrayContaining(next[place]!.deciders.groups))
          })
        }
      }
    }),
    { numRuns: 300 },
  )
})
