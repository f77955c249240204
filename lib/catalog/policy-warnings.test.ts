import { expect, test } from 'vitest'
import { profileSchema } from './catalog-schema.ts'
import { policyWarnings } from './policy-warnings.ts'

const warn = (rules: unknown[], changes: object = {}, known = 5): string[] =>
  policyWarnings(
    profileSchema.parse({
      id: 'payments-read',
      title: 'Payments, read',
      description: 'Look at anything in payments.',
      account: 'payments',
      useCase: 'developer',
      riskTier: 'high',
      access: { kind: 'sts_role', role: 'latchkey/read' },
      limits: { maxDurationMinutes: 60 },
      request: { groups: ['payments'] },
      approval: { rules },
      proof: { call: 'ec2:DescribeRegions' },
      ...changes,
    }),
    'production',
    () => known,
  )
const steps = [{ deciders: { groups: ['leads'] }, quorum: 2 }]
const leads = { name: 'Leads', steps }

test('a sound policy warns of nothing', () => expect(warn([{ name: 'Short', when: { maxDurationMinutes: 30 }, steps }, leads])).toEqual([]))

test.each([
  ['a rule after one that takes everything', [leads, { name: 'Late', when: { maxDurationMinutes: 30 }, steps }], {}, 5, /“Late” is never reached/],
  ['nobody asked at high risk', [{ name: 'Free', automatic: true }], {}, 5, /asks nobody/],
  ['more wanted than are known', [leads], {}, 1, /wants 2, and only 1/],
  ['another environment', [{ name: 'Box', when: { environments: ['sandbox'] }, steps }], {}, 5, /the account is production/],
  ['longer than is possible', [{ name: 'Long', when: { minDurationMinutes: 120 }, steps }], {}, 5, /nothing may last so long/],
  ['a ticket where none is taken', [{ name: 'Ticket', when: { ticket: 'present' }, steps }], {}, 5, /no ticket is taken/],
  ['an emergency where there is none', [{ name: 'Fire', when: { breakGlass: true }, steps }], {}, 5, /no emergency access/],
  ['groups that may not ask', [{ name: 'Others', when: { requesterGroups: ['data'] }, steps }], {}, 5, /none of its groups/],
])('warns of %s', (_, rules, changes, known, sentence) => expect(warn(rules, changes, known).join(' ')).toMatch(sentence))

test('a rule for emergencies is not hidden by one for everything else', () => {
  expect(warn([leads, { name: 'Fire', when: { breakGlass: true }, steps }], { breakGlass: { groups: ['payments'], reviewers: ['leads'] } })).toEqual([])
})
