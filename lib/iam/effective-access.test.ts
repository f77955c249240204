import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { loadActionCatalog } from './action-catalog.ts'
import type { NamedPolicy, Statement } from './document.ts'
import { collectRules, effectiveActions } from './effective-access.ts'
import type { LayeredPolicies } from './effective-access.ts'
import { evaluateAccess } from './evaluate.ts'
import { compileWildcard, matchesWildcard, wildcardTokens } from './match.ts'

const asked = [
  ['s3:GetObject', 'arn:aws:s3:::a/1'],
  ['s3:GetObject', 'arn:aws:s3:::b/1'],
  ['s3:PutObject', 'arn:aws:s3:::a/2'],
  ['s3:ListBucket', 'arn:aws:s3:::a'],
  ['s3:ListAllMyBuckets', '*'],
] as const

const resource = fc.constantFrom('*', '*', '*', 'arn:aws:s3:::*', 'arn:aws:s3:::a', 'arn:aws:s3:::a/*', 'arn:aws:s3:::*/1', 'arn:aws:s3:::b/1', 'arn:aws:s3:::?/1', 'arn:aws:ec2:*:*:*')
const action = fc.constantFrom('*', '*', 's3:*', 's3:Get*', 's3:List*', 's3:PutObject', 'ec2:*')
const statement: fc.Arbitrary<Statement> = fc
  .record({ Effect: fc.constantFrom<Statement['Effect']>('Allow', 'Allow', 'Allow', 'Allow', 'Deny'), list: fc.array(resource, { minLength: 1, maxLength: 2 }), action, not: fc.constantFrom('', '', '', '', 'Action', 'Resource'), timed: fc.constantFrom(false, false, true) })
  .map(({ Effect, list, action: name, not, timed }) => ({
    Effect,
    ...(not === 'Action' ? { NotAction: name } : { Action: name }),
    ...(not === 'Resource' ? { NotResource: list } : { Resource: list }),
    ...(timed ? { Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } } } : {}),
  }))
const policy: fc.Arbitrary<NamedPolicy> = fc.array(statement, { minLength: 1, maxLength: 3 }).map((Statement) => ({ name: 'p', document: { Version: '2012-10-17', Statement } }))
const layered: fc.Arbitrary<LayeredPolicies> = fc.record({ identity: fc.array(policy, { minLength: 1, maxLength: 2 }), boundary: policy, session: fc.array(policy, { minLength: 1, maxLength: 2 }) }, { requiredKeys: ['identity'] })

const matches = (pattern: string, text: string) => pattern.split(' ∩ ').every((part) => matchesWildcard(compileWildcard(wildcardTokens(part)), text))
const principal = { kind: 'user', arn: 'arn:aws:iam::1:user/a', accountId: '1', userId: 'A' } as const

it('explains at least what the evaluator allows, and without conditions nothing more', async () => {
  const s3 = (await loadActionCatalog()).find(({ service }) => service === 's3')!
  const seen = { allowed: 0, refused: 0 }
  fc.assert(
    fc.property(layered, fc.constantFrom(...asked), fc.constantFrom('2025-06-01T00:00:00Z', '2027-01-01T00:00:00Z'), (policies, [name, arn], now) => {
      const request = { principal, action: name, resource: arn, resourceAccountId: '1', context: { 'aws:CurrentTime': now } }
      const allowed = evaluateAccess(request, policies).decision === 'allowed'
      const rules = collectRules(policies)
      const grants = effectiveActions(s3, rules).find((each) => each.action.action === name)?.grants ?? []
      const reaching = grants.filter(({ resources }) => resources.some((pattern) => matches(pattern, arn)))
      seen[allowed ? 'allowed' : 'refused'] += 1
      const hidden = allowed && reaching.length === 0
      const invented = !allowed && rules.limits.length === 0 && reaching.some(({ conditions }) => conditions.length === 0)
      expect({ hidden, invented }).toEqual({ hidden: false, invented: false })
    }),
    { numRuns: 700 },
  )
  expect(seen.allowed).toBeGreaterThan(10)
  expect(seen.refused).toBeGreaterThan(10)
})
