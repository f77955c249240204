import { expect, test } from 'vitest'
import { profileSchema, type ProfileDefinition } from './catalog-schema.ts'
import { type ChangeFacts, decideCatalogChange } from './decide-catalog-change.ts'

const profile = (changes: object = {}): ProfileDefinition =>
  profileSchema.parse({
    id: 'payments-read',
    title: 'Payments, read',
    description: 'Look at anything in payments.',
    account: '301122334455',
    useCase: 'developer',
    riskTier: 'medium',
    access: { kind: 'sts_role', role: 'latchkey/read' },
    limits: { maxDurationMinutes: 60 },
    request: { groups: ['payments'] },
    approval: { approvers: ['leads'] },
    proof: { call: 'ec2:DescribeRegions' },
    ...changes,
  })
const longer = profile({ limits: { maxDurationMinutes: 120 } })
const facts = (changes: Partial<ChangeFacts> = {}, groups: string[] = ['admins'], references: string[] = []): ChangeFacts => ({
  state: 'proposed',
  proposerId: 'lena',
  baseHash: 'x',
  currentHash: 'x',
  before: profile(),
  after: longer,
  recentBefores: [],
  decider: { isAdmin: true, personIds: ['sam'], groups, references: new Set(references), leads: false },
  ...changes,
})
const approve = (given: ChangeFacts) => decideCatalogChange(given, { verdict: 'approve', reason: '' })

test('another admin who gains nothing approves; nobody who is not one, and not the proposer under any identity', () => {
  expect(approve(facts())).toMatchObject({ ok: true, next: 'applied' })
  expect(approve(facts({ decider: { ...facts().decider, isAdmin: false } }))).toMatchObject({ code: 'not_found' })
  expect(approve(facts({ decider: { ...facts().decider, personIds: ['sam', 'lena'] } }))).toMatchObject({ code: 'own_change' })
  expect(approve(facts({ proposerId: null }))).toMatchObject({ ok: true })
})

test.each([
  ['ask', profile({ request: { groups: ['payments', 'admins'] } })],
  ['ask as a pilot', profile({ pilot: { groups: ['admins'] } })],
  ['decide', profile({ approval: { approvers: ['leads', 'admins'] } })],
  ['decide in another rule', profile({ approval: { rules: [{ name: 'New', steps: [{ deciders: { groups: ['leads'] }, escalation: { afterMinutes: 5, groups: ['admins'] } }] }] } })],
  ['own it', profile({ owners: { groups: ['admins'] } })],
  ['take it in an emergency', profile({ breakGlass: { groups: ['admins'], reviewers: ['leads'] } })],
  ['review emergencies', profile({ breakGlass: { groups: ['payments'], reviewers: ['admins'] } })],
])('who could newly %s does not approve it', (_, after) => {
  expect(approve(facts({ after }))).toMatchObject({ code: 'gains_by_it' })
  expect(approve(facts({ after }, ['others']))).toMatchObject({ ok: true })
})

test('a decider of a rule does not agree to it asking fewer, and who is named as a person counts like a group', () => {
  const rules = (quorum: number) => profile({ approval: { rules: [{ name: 'Two', steps: [{ deciders: { groups: ['admins'] }, quorum }] }] } })
  expect(approve(facts({ before: rules(2), after: rules(1) }))).toMatchObject({ code: 'gains_by_it' })
  const named = profile({ approval: { rules: [{ name: 'Sam', steps: [{ deciders: { people: ['sam-at-provider'] } }] }] } })
  expect(approve(facts({ after: named }, ['others'], ['sam-at-provider']))).toMatchObject({ code: 'gains_by_it' })
})

test('what a recent widening gave counts as not had: nobody raises themselves step by step', () => {
  const asks = profile({ request: { groups: ['payments', 'admins'] } })
  const easier = profile({ request: { groups: ['payments', 'admins'] }, limits: { maxDurationMinutes: 240 } })
  expect(approve(facts({ before: asks, after: easier }))).toMatchObject({ ok: true })
  expect(approve(facts({ before: asks, after: easier, recentBefores: [profile()] }))).toMatchObject({ code: 'gains_by_it' })
})

test('what was changed since is superseded, what was settled stays, and a rejection says why', () => {
  expect(approve(facts({ currentHash: 'y' }))).toMatchObject({ code: 'superseded' })
  for (const state of ['applied', 'rejected', 'withdrawn', 'superseded'] as const) expect(approve(facts({ state }))).toMatchObject({ code: 'already_settled' })
  expect(decideCatalogChange(facts(), { verdict: 'reject', reason: 'no' })).toMatchObject({ code: 'reason_missing' })
  expect(decideCatalogChange(facts({}, ['payments']), { verdict: 'reject', reason: 'Too long for production' })).toMatchObject({ ok: true, next: 'rejected' })
  expect(decideCatalogChange(facts(), { verdict: 'withdraw', reason: '' })).toMatchObject({ code: 'not_own_change' })
  expect(decideCatalogChange(facts({ proposerId: 'sam' }), { verdict: 'withdraw', reason: '' })).toMatchObject({ ok: true, next: 'withdrawn' })
})
