import { expect, test } from 'vitest'
import { revocationDocument, revocationName } from '#lib/aws/revocation-policy.ts'
import type { ReadRole } from '#lib/aws/role-reader.ts'
import { profileSchema } from './catalog-schema.ts'
import { findDrift, roleDigest } from './role-drift.ts'

const role: ReadRole = {
  roleArn: 'arn:aws:iam::301122334455:role/latchkey/one',
  roleId: 'AROAONE',
  maxSessionSeconds: 3_600,
  trust: {},
  inline: [{ name: 'a', document: { Statement: [] } }, { name: 'b', document: { Statement: [] } }],
  managed: [{ name: 'x', arn: 'arn:aws:iam::aws:policy/x', document: {} }, { name: 'y', arn: 'arn:aws:iam::aws:policy/y', document: {} }],
  boundary: null,
}

const profile = profileSchema.parse({
  id: 'one', title: 'One', description: 'One of the tests.', account: 'one', useCase: 'developer', riskTier: 'low',
  access: { kind: 'sts_role', role: 'latchkey/one', expected: { managedPolicies: ['arn:aws:iam::aws:policy/x', 'arn:aws:iam::aws:policy/y'], inlinePolicies: ['a', 'b'] } },
  limits: { maxDurationMinutes: 60 }, request: { groups: ['g'] }, approval: { approvers: ['g'] }, proof: { call: 's3:ListAllMyBuckets' },
})

test('the same policies in another order are the same role', () => {
  expect(roleDigest({ ...role, inline: role.inline.toReversed(), managed: role.managed.toReversed() })).toBe(roleDigest(role))
})

test('another document under the same name is another role', () => {
  expect(roleDigest({ ...role, inline: [{ name: 'a', document: { Statement: [{}] } }, ...role.inline.slice(1)] })).not.toBe(roleDigest(role))
})

test('a session of somebody else that was revoked is no change of the role; what only bears such a name is', () => {
  const revocation = { userId: 'AROAX:maya+1', until: new Date('2026-05-01T12:00:00Z') }
  const name = revocationName(revocation)
  const revoked = { ...role, inline: [...role.inline, { name, document: revocationDocument(revocation) }] }
  expect(roleDigest(revoked)).toBe(roleDigest(role))
  expect(findDrift(revoked, profile)).toEqual([])
  const disguised = { ...role, inline: [...role.inline, { name, document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }] }
  expect(roleDigest(disguised)).not.toBe(roleDigest(role))
  expect(findDrift(disguised, profile)).toHaveLength(1)
})
