import fc from 'fast-check'
import { type Catalog, catalogSchema, type ProfileDefinition, profileSchema } from '#lib/catalog/catalog-schema.ts'
import { environments } from '#lib/catalog/environments.ts'

const group = fc.constantFrom('engineering', 'payments', 'data', 'leads', 'security')
const groups = fc.uniqueArray(group, { minLength: 1, maxLength: 3 })
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })

const when = fc.record(
  {
    requesterGroups: groups,
    maxDurationMinutes: fc.constantFrom(30, 60, 240),
    minDurationMinutes: fc.constantFrom(10, 60),
    maxRisk: fc.constantFrom('low', 'medium', 'high'),
    minRisk: fc.constantFrom('medium', 'high'),
    environments: fc.uniqueArray(fc.constantFrom(...environments), { minLength: 1 }),
    hours: fc.constant({ zone: 'Europe/Berlin', from: '08:00', to: '18:00', weekdays: ['mon', 'fri'] }),
    ticket: fc.constantFrom('present', 'absent'),
    breakGlass: fc.boolean(),
  },
  { requiredKeys: [] },
)
const step = fc.record(
  {
    deciders: fc.record({ groups, people: fc.uniqueArray(fc.constantFrom('ana', 'jon'), { maxLength: 2 }), manager: fc.boolean(), owners: fc.boolean() }),
    quorum: fc.integer({ min: 1, max: 3 }),
    escalation: fc.record({ afterMinutes: fc.constantFrom(10, 60), groups }),
  },
  { requiredKeys: ['deciders', 'quorum'] },
)
const outcome = fc.oneof(fc.constant({ automatic: true as const }), fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 3 }) }))
const rule = fc.tuple(fc.constantFrom('First', 'Second', 'Third'), when, outcome).map(([name, conditions, decides]) => ({ name, when: conditions, ...decides }))
const approval = fc.oneof(fc.record({ approvers: groups }), fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 3 }), shadow: fc.array(rule, { maxLength: 1 }) }, { requiredKeys: ['rules'] }))
const authentication = fc.constantFrom({ maxAgeMinutes: 5 }, { maxAgeMinutes: 60 }, { acrValues: ['mfa'] }, { maxAgeMinutes: 5, acrValues: ['mfa', 'phr'] })
const statement = fc.record({ actions: fc.uniqueArray(fc.constantFrom('s3:*', 's3:GetObject', 'ec2:Describe*', '*'), { minLength: 1 }), resources: fc.uniqueArray(fc.constantFrom('*', 'arn:aws:s3:::a', 'arn:aws:s3:::a/*'), { minLength: 1 }) })

/** Any part of a profile that the schema accepts, by the field it belongs to. */
export const anyField: { [Field in keyof Required<Omit<ProfileDefinition, 'id' | 'account'>>]: fc.Arbitrary<unknown> } = {
  title: fc.constantFrom('Read payments', 'yes: "no" # not', '- 0x10'),
  description: fc.constantFrom('Look at anything without changing it.', 'Two\nlines: with "quotes" and #hash'),
  useCase: fc.constantFrom('developer', 'api'),
  riskTier: fc.constantFrom('low', 'medium', 'high'),
  access: fc.record(
    {
      kind: fc.constant('sts_role'),
      role: fc.constantFrom('latchkey/read', 'latchkey/write'),
      externalId: fc.constantFrom('an-id', '0123'),
      onwardRoles: fc.uniqueArray(fc.constantFrom('arn:aws:iam::301122334455:role/a', 'arn:aws:iam::301122334455:role/b')),
      scope: fc.array(statement, { maxLength: 2 }),
      expected: fc.record({ managedPolicies: fc.constantFrom([], ['arn:aws:iam::aws:policy/ReadOnlyAccess']), boundary: fc.constantFrom(null, 'arn:aws:iam::301122334455:policy/b') }),
    },
    { requiredKeys: ['kind', 'role'] },
  ),
  limits: fc.record({ maxDurationMinutes: fc.constantFrom(30, 60, 480), leaseMinutes: fc.constantFrom(15, 60) }),
  request: fc.record({ groups, ticket: fc.constantFrom('required', 'optional', 'none'), justificationMinLength: fc.constantFrom(20, 40) }),
  approval,
  owners: maybe(fc.record({ groups, people: fc.constantFrom([], ['ana']) })),
  breakGlass: maybe(fc.record({ groups, maxDurationMinutes: fc.constantFrom(15, 60), reviewWithinHours: fc.constantFrom(12, 24), reviewers: groups })),
  pilot: maybe(fc.record({ groups })),
  revokeOnCriticalFinding: maybe(fc.boolean()),
  freshAuthentication: maybe(fc.record({ reveal: authentication, decide: authentication }, { requiredKeys: [] })),
  proof: fc.record({ call: fc.constantFrom('ec2:DescribeRegions', 's3:ListAllMyBuckets') }),
}

/** Any profile of one account that the schema accepts, with the schema's defaults filled in. */
export const anyProfile: fc.Arbitrary<ProfileDefinition> = fc.record(anyField).map((fields) => profileSchema.parse(JSON.parse(JSON.stringify({ ...fields, id: 'a-profile', account: 'payments' }))))

/** Any catalogue of two accounts that the schema accepts. */
export const anyCatalog: fc.Arbitrary<Catalog> = fc.array(anyProfile, { minLength: 1, maxLength: 4 }).map((profiles) =>
  catalogSchema.parse({
    version: 1,
    accounts: [
      { id: '001122334455', name: 'payments', environment: 'production', region: 'eu-central-1' },
      { id: '402233445566', name: 'data', environment: 'staging', region: 'us-east-1' },
    ],
    profiles: profiles.map((profile, index) => ({ ...profile, id: `profile-${index}`, account: index % 2 === 0 ? 'payments' : 'data' })),
  }),
)
