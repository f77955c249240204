import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateAccess } from '#lib/iam/evaluate.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { composeSessionPolicy, sessionPolicyLimit } from './session-policy.ts'
import { sessionNameOf } from './session-name.ts'

const endsAt = new Date('2026-05-01T12:00:00.750Z')
const named = (document: unknown, kind: 'session' | 'identity' | 'resource') => {
  const parsed = parsePolicy(document, kind)
  if (!parsed.ok) throw new Error(parsed.message)
  return { name: kind, document: parsed.document }
}
const session = 'arn:aws:sts::111122223333:assumed-role/admin/maya+G1'
const decide = (action: string, resource: string, at: string, options: { onwardRoles?: string[]; resourcePolicy?: unknown } = {}) =>
  evaluateAccess(
    {
      principal: { kind: 'assumed-role', arn: session, accountId: '111122223333', roleArn: 'arn:aws:iam::111122223333:role/admin', userId: 'AROAX:maya+G1' },
      action,
      resource,
      resourceAccountId: '111122223333',
      context: { 'aws:CurrentTime': at },
    },
    {
      identity: [named({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, 'identity')],
      session: [named(composeSessionPolicy({ scope: [], onwardRoles: options.onwardRoles ?? [] }, endsAt, '/latchkey/'), 'session')],
      ...(options.resourcePolicy ? { resource: named(options.resourcePolicy, 'resource') } : {}),
    },
  ).decision

test('from the second the grant ends everything is explicitly denied, and never a moment later than the end', () => {
  expect(decide('s3:GetObject', 'arn:aws:s3:::b/k', '2026-05-01T11:59:59Z')).toBe('allowed')
  expect(decide('s3:GetObject', 'arn:aws:s3:::b/k', '2026-05-01T12:00:00Z')).toBe('explicitDeny')
})

test('a resource policy that names the session does not outweigh the end', () => {
  const resourcePolicy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: session }, Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }] }
  expect(decide('s3:GetObject', 'arn:aws:s3:::b/k', '2026-05-01T12:00:00Z', { resourcePolicy })).toBe('explicitDeny')
})

test('no role can be gone on to, except those the profile names', () => {
  const other = 'arn:aws:iam::444455556666:role/deploy'
  expect(decide('sts:AssumeRole', other, '2026-05-01T11:00:00Z')).toBe('explicitDeny')
  // Left to the named role's own trust policy, which this question does not hold.
  expect(decide('sts:AssumeRole', other, '2026-05-01T11:00:00Z', { onwardRoles: [other] })).toBe('implicitDeny')
  expect(decide('sts:AssumeRole', 'arn:aws:iam::444455556666:role/else', '2026-05-01T11:00:00Z', { onwardRoles: [other] })).toBe('explicitDeny')
})

test.each(['iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary', 'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:TagRole', 'iam:AddRoleToInstanceProfile'])(
  'an administrator cannot %s on managed roles and boundaries',
  (action) => {
    expect(decide(action, 'arn:aws:iam::111122223333:role/latchkey/payments', '2026-05-01T11:00:00Z')).toBe('explicitDeny')
    expect(decide(action, 'arn:aws:iam::111122223333:policy/latchkey/boundary', '2026-05-01T11:00:00Z')).toBe('explicitDeny')
  },
)

test('the policy is well formed for AWS, and within its limit for any scope of four short statements', () => {
  const statement = fc.record({ actions: fc.array(fc.constantFrom('s3:Get*', 'ec2:Describe*', 'logs:FilterLogEvents'), { minLength: 1, maxLength: 3 }), resources: fc.constant<string[]>(['*']) })
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 4 }), (scope) => {
      const document = composeSessionPolicy({ scope, onwardRoles: [] }, endsAt, '/latchkey/')
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(sessionPolicyLimit)
      expect(parsePolicy(document, 'session').ok).toBe(true)
    }),
  )
})

test('a session name is always one that AWS takes, and ends in the code of its grant', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (username) => {
      const name = sessionNameOf(username, 'G-0123456789')
      expect(name).toMatch(/^[\w+=,.@-]{2,64}$/)
      expect(name.endsWith('+0123456789')).toBe(true)
      expect(name.indexOf('+')).toBe(name.length - 11)
    }),
  )
})
