import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeProblem, parseCatalog, parseProfile } from './parse-catalog.ts'

const good = `version: 1
accounts:
  - { id: "111122223333", name: prod, environment: production, region: eu-central-1 }
profiles:
  - id: prod-read
    title: Production, read
    description: Look at production without changing it.
    account: prod
    useCase: developer
    riskTier: low
    access: { kind: sts_role, role: latchkey/read }
    limits: { maxDurationMinutes: 60 }
    request: { groups: [engineering] }
    approval: { approvers: [leads] }
    proof: { call: "ec2:DescribeRegions" }
`
const told = (source: string): string => {
  const result = parseCatalog(source)
  return result.ok ? '' : result.problems.map(describeProblem).join('\n')
}

test('a small catalogue is read, with its defaults', () => {
  expect(parseCatalog(good)).toMatchObject({ ok: true, catalog: { profiles: [{ limits: { leaseMinutes: 60 }, request: { ticket: 'none', justificationMinLength: 20 } }] } })
})

test.each<[string, (source: string) => string, string]>([
  ['a number out of range', (source) => source.replace('maxDurationMinutes: 60', 'maxDurationMinutes: 0'), 'line 12, profiles[0].limits.maxDurationMinutes: must be at least 5'],
  ['an account id that YAML read as a number', (source) => source.replace('"111122223333"', '111122223333'), 'line 3, accounts[0].id: must be the twelve digits of the account, in quotes'],
  ['a field nobody knows', (source) => source.replace('    riskTier: low', '    riskTier: low\n    owner: me'), 'profiles[0]'],
  ['a missing field, at the entry that lacks it', (source) => source.replace('    riskTier: low\n', ''), 'line 5, profiles[0].riskTier'],
  ['an account nobody declared', (source) => source.replace('account: prod', 'account: staging'), 'line 8, profiles[0].account: names no account of this file; there are: prod'],
  ['no approver at all', (source) => source.replace('approvers: [leads]', 'approvers: []'), 'line 14, profiles[0].approval.approvers: must name at least one group'],
  ['a proof call that is not among the harmless ones', (source) => source.replace('ec2:DescribeRegions', 'ec2:TerminateInstances'), 'line 15, profiles[0].proof.call'],
  ['a kind nobody knows', (source) => source.replace('sts_role', 'root_password'), 'line 11, profiles[0].access.kind: must be "sts_role", "identity_center" or "third_party_trust"'],
  ['a proof of a kind that has no credentials', (source) => source.replace('kind: sts_role, role: latchkey/read', 'kind: identity_center, permissionSet: ReadOnly, sessionDurationMinutes: 60'), 'profiles[0].proof: must be left out'],
  ['credentials that nothing can be tried with', (source) => source.replace(/    proof: .*\n/, ''), 'line 5, profiles[0].proof: must name a harmless call'],
  ['a key given twice', (source) => source.replace('    riskTier: low', '    riskTier: low\n    riskTier: high'), 'line 11: Map keys must be unique'],
  ['broken YAML', (source) => `${source}  - [`, 'line 1'],
])('%s is told with line and field', (_name, change, sentence) => {
  expect(told(change(good))).toContain(sentence)
})

test('what a profile asks of a sign-in is read, and a demand that demands nothing is told', () => {
  const asks = (demand: string): string => `${good}    freshAuthentication: ${demand}\n`
  expect(parseCatalog(asks('{ reveal: { maxAgeMinutes: 10 }, decide: { acrValues: [phr] } }'))).toMatchObject({ ok: true, catalog: { profiles: [{ freshAuthentication: { reveal: { maxAgeMinutes: 10, acrValues: [] }, decide: { acrValues: ['phr'] } } }] } })
  expect(told(asks('{ reveal: {} }'))).toContain('profiles[0].freshAuthentication.reveal: must say maxAgeMinutes, acrValues or both')
  expect(told(asks('{ reveal: { maxAgeMinutes: 0 } }'))).toContain('must be at least 1')
  expect(told(asks('{ decide: { acrValues: ["two words"] } }'))).toContain('must be one word')
  expect(told(asks('{ request: { maxAgeMinutes: 5 } }'))).toContain('profiles[0].freshAuthentication')
})

const vendor = (access = ''): string => good.replace('kind: sts_role, role: latchkey/read', `kind: third_party_trust, role: latchkey/acquirer, vendorAccount: "444455556666"${access}`).replace(/    proof: .*\n/, '')

test('a role of a vendor is read, and says nothing of an external id', () => {
  expect(parseCatalog(vendor())).toMatchObject({ ok: true, catalog: { profiles: [{ access: { kind: 'third_party_trust', vendorAccount: '444455556666', scope: [] } }] } })
})

test.each<[string, string, string]>([
  ['an external id of somebody\'s own', vendor(', externalId: known'), 'profiles[0].access: Unrecognized key: "externalId"'],
  ['an account that is no account', vendor().replace('444455556666', 'acquirer'), 'profiles[0].access.vendorAccount: must be the twelve digits of the vendor\'s account, in quotes'],
  ['a principal of another account', vendor(', vendorPrincipal: "arn:aws:iam::777788889999:role/support"'), 'profiles[0].access.vendorPrincipal: must lie in the vendor\'s account 444455556666'],
  ['a harmless call that nobody could make', `${vendor()}    proof: { call: "ec2:DescribeRegions" }\n`, 'profiles[0].proof: must be left out'],
])('of a role of a vendor, %s is told', (_name, source, sentence) => {
  expect(told(source)).toContain(sentence)
})

test.each(['third_party_trust', 'sts_role'])('a role of a vendor is no other profile\'s, of kind %s neither', (kind) => {
  const [, second = ''] = (kind === 'sts_role' ? good.replace('latchkey/read', 'latchkey/acquirer') : vendor()).split('profiles:\n')
  expect(told(vendor() + second.replace('id: prod-read', 'id: other'))).toContain('every vendor has a role of its own')
  expect(told(vendor() + second.replace('id: prod-read', 'id: other').replace('latchkey/acquirer', 'latchkey/another'))).toBe('')
})

test('the same profile or account twice is told at the second', () => {
  const [head = '', profile = ''] = good.split('profiles:\n')
  expect(told(`${head}profiles:\n${profile}${profile}`)).toBe('line 16, profiles[1].id: is listed twice')
})

test('no text makes the parser throw, alias bombs included', () => {
  fc.assert(fc.property(fc.string(), (source) => void parseCatalog(source)))
  expect(told('a: &a [x, x]\nb: &b [*a, *a]\n')).toContain('line 2: write the value out instead of the alias *a')
})

test('the catalogue of the demo is valid: 14 profiles over the three use cases', () => {
  const result = parseCatalog(readFileSync('lib/local/demo/catalog.yaml', 'utf8'))
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join('\n'))
  expect(result.catalog.profiles).toHaveLength(14)
  expect(new Set(result.catalog.profiles.map((profile) => profile.useCase)).size).toBe(3)
  expect(result.catalog.accounts.length).toBeGreaterThanOrEqual(3)
})

test('a mistake in the long form of a policy names the field in it, not the policy as a whole', () => {
  const source = `id: payments-read
title: Payments, read
description: Look at anything in payments.
account: payments
useCase: developer
riskTier: low
access: { kind: sts_role, role: latchkey/read }
limits: { maxDurationMinutes: 60 }
request: { groups: [payments] }
approval:
  rules:
    - name: Leads
      steps:
        - deciders: { groups: [leads] }
          quorum: 0
proof: { call: "ec2:DescribeRegions" }
`
  expect(parseProfile(source, { accounts: ['payments'], vendors: [] })).toMatchObject({ ok: false, problems: [{ line: 15, field: 'approval.rules[0].steps[0].quorum' }] })
  expect(parseProfile(source.replace('quorum: 0', 'quorum: 1'), { accounts: ['payments'], vendors: [] })).toMatchObject({ ok: true })
  expect(parseProfile(source.replace('quorum: 0', 'quorum: 1'), { accounts: ['data'], vendors: [] })).toMatchObject({ ok: false, problems: [{ line: 4, field: 'account' }] })
})

test('a text of brackets alone is a mistake, not a crash', () => {
  expect(parseProfile('['.repeat(50_000), { accounts: ['payments'], vendors: [] })).toMatchObject({ ok: false })
  expect(parseProfile('{a: '.repeat(12_000), { accounts: ['payments'], vendors: [] })).toMatchObject({ ok: false })
})
