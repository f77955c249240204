import { expect, test } from 'vitest'
import type { ReadRole } from '#lib/aws/role-reader.ts'
import { roleDigest } from './role-drift.ts'

const role: ReadRole = {
  roleArn: 'arn:aws:iam::301122334455:role/latchkey/one',
  roleId: 'AROAONE',
  maxSessionSeconds: 3_600,
  trust: {},
  inline: [{ name: 'a', document: { Statement: [] } }, { name: 'b', document: { Statement: [] } }],
  managed: [{ name: 'x', arn: 'arn:aws:iam::aws:policy/x', document: {} }, { name: 'y', arn: 'arn:aws:iam::aws:policy/y', document: {} }],
  boundary: null,
}

test('the same policies in another order are the same role', () => {
  expect(roleDigest({ ...role, inline: role.inline.toReversed(), managed: role.managed.toReversed() })).toBe(roleDigest(role))
})

test('another document under the same name is another role', () => {
  expect(roleDigest({ ...role, inline: [{ name: 'a', document: { Statement: [{}] } }, ...role.inline.slice(1)] })).not.toBe(roleDigest(role))
})
