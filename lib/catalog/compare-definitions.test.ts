import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyField, anyProfile } from '#lib/local/test/any-profile.ts'
import { type ProfileDefinition, profileSchema } from './catalog-schema.ts'
import { compareDefinitions } from './compare-definitions.ts'
import { plain, same } from './difference.ts'

const base = profileSchema.parse({
  id: 'payments-read',
  title: 'Payments, read',
  description: 'Look at anything in payments.',
  account: '301122334455',
  useCase: 'developer',
  riskTier: 'medium',
  access: { kind: 'sts_role', role: 'latchkey/read', onwardRoles: ['arn:aws:iam::301122334455:role/a'], scope: [{ actions: ['s3:*'] }] },
  limits: { maxDurationMinutes: 60, leaseMinutes: 30 },
  request: { groups: ['payments'], ticket: 'optional' },
  owners: { groups: ['leads'] },
  approval: { rules: [{ name: 'Leads', when: { maxDurationMinutes: 60 }, steps: [{ deciders: { groups: ['leads'] }, quorum: 2, escalation: { afterMinutes: 30, groups: ['security'] } }] }, { name: 'Emergency', when: { breakGlass: true }, steps: [{ deciders: { groups: ['leads'] } }] }] },
  breakGlass: { groups: ['payments'], maxDurationMinutes: 30, reviewers: ['leads'] },
  freshAuthentication: { reveal: { maxAgeMinutes: 10 } },
  proof: { call: 'ec2:DescribeRegions' },
})
const [first, emergency] = 'rules' in base.approval ? base.approval.rules : []
const step = first!.steps![0]!
const withRules = (...rules: unknown[]) => ({ approval: { rules } })
const withStep = (changes: object) => withRules({ ...first, steps: [{ ...step, ...changes }] }, emergency)
const changed = (changes: object): ProfileDefinition => profileSchema.parse({ ...base, ...changes })
const widens = (changes: object): boolean => compareDefinitions(base, changed(changes)).some((difference) => difference.widens)

const wider: [string, object][] = [
  ['a lower risk tier', { riskTier: 'low' }],
  ['another group that may ask', { request: { ...base.request, groups: ['payments', 'data'] } }],
  ['no ticket', { request: { ...base.request, ticket: 'none' } }],
  ['a shorter justification', { request: { ...base.request, justificationMinLength: 10 } }],
  ['a pilot of others', { pilot: { groups: ['data'] } }],
  ['emergency access for more', { breakGlass: { ...base.breakGlass, groups: ['payments', 'data'] } }],
  ['longer emergencies', { breakGlass: { ...base.breakGlass, maxDurationMinutes: 60 } }],
  ['other reviewers', { breakGlass: { ...base.breakGlass, reviewers: ['payments'] } }],
  ['another owner', { owners: { groups: ['leads', 'data'], people: [] } }],
  ['another decider', withStep({ deciders: { groups: ['leads', 'data'] } })],
  ['the manager as decider', withStep({ deciders: { groups: ['leads'], manager: true } })],
  ['a lower quorum', withStep({ quorum: 1 })],
  ['an earlier escalation', withStep({ escalation: { afterMinutes: 10, groups: ['security'] } })],
  ['an escalation to more', withStep({ escalation: { afterMinutes: 30, groups: ['security', 'data'] } })],
  ['a rule more, at the end', withRules(first, emergency, { name: 'Rest', automatic: true })],
  ['a rule more, earlier', withRules({ name: 'Night', when: { ticket: 'present' }, steps: [step] }, first, emergency)],
  ['rules in another order', withRules(emergency, first)],
  ['a rule for emergencies removed: they go without approval then', withRules(first)],
  ['looser conditions', withRules({ ...first, when: {} }, emergency)],
  ['stricter conditions where another rule follows', withRules({ ...first, when: { maxDurationMinutes: 30 } }, emergency)],
  ['an automatic rule', withRules({ name: 'Leads', when: first!.when, automatic: true }, emergency)],
  ['longer access', { limits: { ...base.limits, maxDurationMinutes: 61 } }],
  ['longer credentials', { limits: { ...base.limits, leaseMinutes: 60 } }],
  ['another role', { access: { ...base.access, role: 'latchkey/write' } }],
  ['another external id', { access: { ...base.access, externalId: 'other' } }],
  ['a role more to go on to', { access: { ...base.access, onwardRoles: ['arn:aws:iam::301122334455:role/a', 'arn:aws:iam::301122334455:role/b'] } }],
  ['an action more', { access: { ...base.access, scope: [{ actions: ['s3:*', 'ec2:Describe*'] }] } }],
  ['no scope at all', { access: { ...base.access, scope: [] } }],
  ['another expectation of the role', { access: { ...base.access, expected: { boundary: null } } }],
  ['no fresh authentication', { freshAuthentication: undefined }],
  ['an older authentication', { freshAuthentication: { reveal: { maxAgeMinutes: 20 } } }],
  ['another proof', { proof: { call: 's3:ListAllMyBuckets' } }],
  ['another account', { account: '402233445566' }],
  ['another use case', { useCase: 'api' }],
]
test.each(wider)('widens: %s', (_, changes) => expect(widens(changes)).toBe(true))

const narrower: [string, object][] = [
  ['a higher risk tier', { riskTier: 'high' }],
  ['a ticket', { request: { ...base.request, ticket: 'required' } }],
  ['a pilot of some of those who may ask', { pilot: { groups: ['payments'] } }],
  ['no emergency access', { breakGlass: undefined }],
  ['no owners', { owners: undefined }],
  ['a higher quorum', withStep({ quorum: 3 })],
  ['no escalation', withStep({ escalation: undefined })],
  ['a later escalation', withStep({ escalation: { afterMinutes: 60, groups: ['security'] } })],
  ['a second step', withRules({ ...first, steps: [step, step] }, emergency)],
  ['shorter access', { limits: { ...base.limits, maxDurationMinutes: 30 } }],
  ['no role to go on to', { access: { ...base.access, onwardRoles: [] } }],
  ['one action instead of a service', { access: { ...base.access, scope: [{ actions: ['S3:GetObject'], resources: ['arn:aws:s3:::a/*'] }] } }],
  ['a fresher authentication', { freshAuthentication: { reveal: { maxAgeMinutes: 5 }, decide: { maxAgeMinutes: 5 } } }],
  ['another title', { title: 'Payments, look' }],
  ['a policy on trial', { approval: { ...base.approval, shadow: [{ name: 'All', automatic: true }] } }],
]
test.each(narrower)('does not widen: %s', (_, changes) => {
  expect(compareDefinitions(base, changed(changes)).length).toBeGreaterThan(0)
  expect(widens(changes)).toBe(false)
})

test('a rise of the risk is a widening where a rule asks for risk: it may lead to fewer people', () => {
  const risky = changed(withRules({ name: 'High', when: { minRisk: 'high' }, automatic: true }, first))
  expect(compareDefinitions(risky, { ...risky, riskTier: 'high' }).some((difference) => difference.widens)).toBe(true)
})

test('removing a pilot widens, and offering and withdrawing are the two ends', () => {
  const pilot = changed({ pilot: { groups: ['data'] } })
  expect(compareDefinitions(pilot, base).some((difference) => difference.widens)).toBe(true)
  expect(compareDefinitions(null, base)).toMatchObject([{ widens: true }])
  expect(compareDefinitions(base, null)).toMatchObject([{ widens: false }])
})

test('a pattern of the scope is covered only by what certainly holds it', () => {
  const scoped = (actions: string[], resources = ['*']) => changed({ access: { ...base.access, scope: [{ actions, resources }] } })
  const wide = (before: ProfileDefinition, after: ProfileDefinition) => compareDefinitions(before, after).some((difference) => difference.widens)
  expect(wide(scoped(['s3:Get*']), scoped(['s3:GetObject*']))).toBe(false)
  expect(wide(scoped(['s3:Get*']), scoped(['s3:*']))).toBe(true)
  expect(wide(scoped(['s3:*Object']), scoped(['s3:GetObject']))).toBe(true)
  // oxlint-disable-next-line no-template-curly-in-string -- a policy variable of IAM
  expect(wide(scoped(['s3:*'], ['arn:aws:s3:::${aws:username}*']), scoped(['s3:*'], ['arn:aws:s3:::${aws:username}/x']))).toBe(true)
})

test('identity gives nothing, and any change of any field is at least one difference, in both directions', () => {
  fc.assert(
    fc.property(anyProfile, anyProfile, fc.constantFrom(...(Object.keys(anyField) as (keyof typeof anyField)[])), (left, right, field) => {
      expect(compareDefinitions(left, structuredClone(left))).toEqual([])
      const other = plain({ ...left, [field]: right[field] }) as unknown as ProfileDefinition
      if (same(left, other)) return
      const [there, back] = [compareDefinitions(left, other), compareDefinitions(other, left)]
      expect(there.length).toBeGreaterThan(0)
      expect(back.length).toBeGreaterThan(0)
    }),
  )
})
