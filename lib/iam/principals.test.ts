import { describe, expect, it } from 'vitest'
import type { PrincipalElement } from './document.ts'
import { notPrincipalApplies, principalReach } from './principals.ts'
import type { PrincipalIdentity } from './principals.ts'

const account = '111111111111'
const role = `arn:aws:iam::${account}:role/path/R`
const session: PrincipalIdentity = { kind: 'assumed-role', arn: `arn:aws:sts::${account}:assumed-role/R/ann`, accountId: account, roleArn: role, userId: 'AROAABCDEFGHIJKLMNOPQ:ann' }
const user: PrincipalIdentity = { kind: 'user', arn: `arn:aws:iam::${account}:user/ann`, accountId: account, userId: 'AIDAABCDEFGHIJKLMNOPQ', canonicalUserId: 'c'.repeat(64) }
const service: PrincipalIdentity = { kind: 'service', arn: 'ec2.amazonaws.com', accountId: '', userId: '' }
const federated: PrincipalIdentity = { kind: 'federated', arn: 'accounts.google.com', accountId: account, userId: 'sub' }
const root: PrincipalIdentity = { kind: 'root', arn: `arn:aws:iam::${account}:root`, accountId: account, userId: account }

const reaches: [string, PrincipalElement, PrincipalIdentity, string | undefined][] = [
  ['everyone', '*', user, 'caller'],
  ['everyone', { AWS: '*' }, service, 'caller'],
  ['a session by its ARN', { AWS: session.arn }, session, 'caller'],
  ['a session by its role', { AWS: role }, session, 'role'],
  ['a session of another name', { AWS: `${session.arn}x` }, session, undefined],
  ['a role without its path', { AWS: `arn:aws:iam::${account}:role/R` }, session, undefined],
  ['a session by its account', { AWS: account }, session, 'account'],
  ['a user by its account root', { AWS: `arn:aws:iam::${account}:root` }, user, 'account'],
  ['another account', { AWS: ['222222222222', 'arn:aws:iam::222222222222:root'] }, user, undefined],
  ['a user by its ARN', { AWS: ['222222222222', user.arn] }, user, 'caller'],
  ['the most direct of several names', { AWS: [account, role, session.arn] }, session, 'caller'],
  ['a role by its unique id', { AWS: 'AROAABCDEFGHIJKLMNOPQ' }, session, 'role'],
  ['a user by its unique id', { AWS: 'AIDAABCDEFGHIJKLMNOPQ' }, user, 'caller'],
  ['a pattern, which is no principal', { AWS: `arn:aws:iam::${account}:user/*` }, user, undefined],
  ['the root user', { AWS: account }, root, 'account'],
  ['a service', { Service: ['s3.amazonaws.com', 'ec2.amazonaws.com'] }, service, 'caller'],
  ['a service under the wrong type', { AWS: 'ec2.amazonaws.com' }, service, undefined],
  ['a user named like a service', { Service: user.arn }, user, undefined],
  ['a provider', { Federated: 'accounts.google.com' }, federated, 'caller'],
  ['a provider by its account', { AWS: account }, federated, undefined],
  ['a canonical user', { CanonicalUser: 'c'.repeat(64) }, user, 'account'],
  ['nobody, when neither has a canonical id', { CanonicalUser: 'd'.repeat(64) }, session, undefined],
]

describe('principalReach', () => {
  it.each(reaches)('names %s', (_, element, principal, expected) => {
    expect(principalReach(element, principal)).toBe(expected)
  })
})

describe('notPrincipalApplies', () => {
  it('spares from a Deny only whoever is listed under all of its names', () => {
    expect(notPrincipalApplies({ AWS: [session.arn, role] }, session, 'Deny')).toBe(true)
    expect(notPrincipalApplies({ AWS: [session.arn, role, account] }, session, 'Deny')).toBe(false)
    expect(notPrincipalApplies({ AWS: [user.arn, account] }, user, 'Deny')).toBe(false)
    expect(notPrincipalApplies('*', user, 'Deny')).toBe(false)
    expect(notPrincipalApplies({ Service: 'ec2.amazonaws.com' }, service, 'Deny')).toBe(false)
  })

  it('allows only whoever is listed under none of its names', () => {
    expect(notPrincipalApplies({ AWS: account }, session, 'Allow')).toBe(false)
    expect(notPrincipalApplies({ AWS: '222222222222' }, session, 'Allow')).toBe(true)
  })
})
