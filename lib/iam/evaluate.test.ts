import { describe, expect, it } from 'vitest'
import type { NamedPolicy, PrincipalElement, Statement } from './document.ts'
import { evaluateAccess, evaluateTrust } from './evaluate.ts'
import type { AccessPolicies, AccessRequest } from './evaluate.ts'
import type { PrincipalIdentity } from './principals.ts'

const home = '111111111111'
const abroad = '222222222222'
const roleArn = `arn:aws:iam::${home}:role/team/Deploy`
const sessionArn = `arn:aws:sts::${home}:assumed-role/Deploy/ann`
const userArn = `arn:aws:iam::${home}:user/ann`
const bucket = 'arn:aws:s3:::orders'

const session: PrincipalIdentity = { kind: 'assumed-role', arn: sessionArn, accountId: home, roleArn, userId: 'AROAAAAAAAAAAAAAAAAAA:ann' }
const user: PrincipalIdentity = { kind: 'user', arn: userArn, accountId: home, userId: 'AIDAAAAAAAAAAAAAAAAAA' }

const request = (principal: PrincipalIdentity, over: Partial<AccessRequest> = {}): AccessRequest => ({
  principal,
  action: 's3:ListBucket',
  resource: bucket,
  resourceAccountId: home,
  context: {},
  ...over,
})
const policy = (name: string, ...Statement: Statement[]): NamedPolicy => ({ name, document: { Version: '2012-10-17', Statement } })
const allow = policy('allows', { Effect: 'Allow', Action: '*', Resource: '*' })
const silent = policy('silent', { Effect: 'Allow', Action: 'ec2:DescribeRegions', Resource: '*' })
const deny = policy('denies', { Sid: 'NoList', Effect: 'Deny', Action: 's3:list*', Resource: '*' })
const naming = (Principal: PrincipalElement): NamedPolicy =>
  policy('bucket policy', { Effect: 'Allow', Principal, Action: 's3:*', Resource: '*' })

const principals: Record<string, PrincipalElement | undefined> = {
  none: undefined,
  everyone: '*',
  session: { AWS: sessionArn },
  role: { AWS: roleArn },
  user: { AWS: userArn },
  root: { AWS: `arn:aws:iam::${home}:root` },
  account: { AWS: home },
  stranger: { AWS: `arn:aws:iam::${abroad}:root` },
}

/** The rule written a second time, straight from AWS's table of resource policies and implicit denies. */
function expected(who: 'user' | 'session', names: string, at: { identity: boolean; boundary: boolean; session: boolean; same: boolean }) {
  const side = at.identity && at.boundary && at.session
  const mine = names === 'everyone' || names === 'root' || names === 'account' || names === who || (who === 'session' && names === 'role')
  if (!at.same) return side && mine
  if (!mine || names === 'root' || names === 'account') return side
  if (names === 'role') return at.boundary && at.session
  return true
}

const both = [true, false]
const matrix = (['user', 'session'] as const).flatMap((who) =>
  Object.keys(principals).flatMap((names) =>
    both.flatMap((identity) =>
      both.flatMap((boundary) =>
        both.flatMap((sessionAllows) => both.map((same) => ({ who, names, identity, boundary, session: sessionAllows, same }))),
      ),
    ),
  ),
)

function policiesOf(row: (typeof matrix)[number]): AccessPolicies {
  const element = principals[row.names]
  return {
    identity: [row.identity ? allow : silent],
    boundary: row.boundary ? allow : silent,
    ...(row.who === 'session' ? { session: [row.session ? allow : silent] } : {}),
    ...(element === undefined ? {} : { resource: naming(element) }),
  }
}

describe('evaluateAccess', () => {
  it.each(matrix)('decides as AWS documents: $who, resource names $names, identity $identity, boundary $boundary, session $session, same account $same', (row) => {
    const principal = row.who === 'user' ? user : session
    const asked = request(principal, { resourceAccountId: row.same ? home : abroad })
    const { decision } = evaluateAccess(asked, policiesOf(row))
    const at = row.who === 'user' ? { ...row, session: true } : row
    expect(decision).toBe(expected(row.who, row.names, at) ? 'allowed' : 'implicitDeny')
  })

  it.each(['identity', 'boundary', 'session', 'resource', 'serviceControl'] as const)('lets an explicit deny in %s win and cites it', (kind) => {
    const resource = kind === 'resource' ? policy('denies', { Sid: 'NoList', Effect: 'Deny', Principal: '*', Action: 's3:List*', Resource: bucket }) : naming('*')
    const decision = evaluateAccess(request(session), {
      identity: kind === 'identity' ? [allow, deny] : [allow],
      boundary: kind === 'boundary' ? policy('denies', ...[allow, deny].flatMap((each) => each.document.Statement as Statement[])) : allow,
      session: kind === 'session' ? [allow, deny] : [allow],
      serviceControl: kind === 'serviceControl' ? [[allow], [allow, deny]] : [[allow]],
      resource,
    })
    expect(decision).toMatchObject({ decision: 'explicitDeny', policyKind: kind, policyName: 'denies', sid: 'NoList' })
  })

  it('wants every level of service control policies to allow, even against a resource policy', () => {
    const policies = { identity: [allow], resource: naming('*'), serviceControl: [[allow], [silent]] }
    expect(evaluateAccess(request(user), policies)).toMatchObject({ decision: 'implicitDeny', missing: ['serviceControl'] })
  })

  it('names every layer that did not allow', () => {
    const decision = evaluateAccess(request(session, { resourceAccountId: abroad }), { identity: [], boundary: silent, session: [silent] })
    expect(decision).toMatchObject({ missing: ['resource', 'identity', 'boundary', 'session'] })
  })

  it.each([
    ['sts:AssumeRole', roleArn],
    ['kms:Decrypt', `arn:aws:kms:eu-west-1:${home}:key/1`],
  ])('wants the resource side for %s whatever the identity policies allow', (action, resource) => {
    const asked = request(user, { action, resource })
    expect(evaluateAccess(asked, { identity: [allow] })).toMatchObject({ decision: 'implicitDeny', missing: ['resource'] })
    const open = policy('open', { Effect: 'Allow', Principal: { AWS: home }, Action: '*', Resource: '*' })
    expect(evaluateAccess(asked, { identity: [allow], resource: open }).decision).toBe('allowed')
  })

  it('takes the most direct of several allowing statements, wherever it stands', () => {
    const statement = (Principal: PrincipalElement): Statement => ({ Effect: 'Allow', Principal, Action: 's3:*', Resource: '*' })
    const direct = policy('mixed', statement({ AWS: home }), statement({ AWS: sessionArn }), statement({ AWS: roleArn }))
    expect(evaluateAccess(request(session), { identity: [], session: [silent], resource: direct }).decision).toBe('allowed')
  })

  it('lets an exception with a variable without a value neither open an Allow nor spare from a Deny', () => {
    const except = (Effect: Statement['Effect']) => policy('except', { Effect, Action: '*', NotResource: 'arn:aws:s3:::${aws:SourceIdentity}' })
    const known = { context: { 'aws:SourceIdentity': 'other' } }
    expect(evaluateAccess(request(user), { identity: [except('Allow')] }).decision).toBe('implicitDeny')
    expect(evaluateAccess(request(user, known), { identity: [except('Allow')] }).decision).toBe('allowed')
    expect(evaluateAccess(request(user), { identity: [allow, except('Deny')] }).decision).toBe('explicitDeny')
    expect(evaluateAccess(request(user, { context: { 'aws:SourceIdentity': 'orders' } }), { identity: [allow, except('Deny')] }).decision).toBe('allowed')
  })

  it('gives the root user of the account what no policy forbids', () => {
    const root: PrincipalIdentity = { kind: 'root', arn: `arn:aws:iam::${home}:root`, accountId: home, userId: home }
    expect(evaluateAccess(request(root), { identity: [] }).decision).toBe('allowed')
    expect(evaluateAccess(request(root), { identity: [], serviceControl: [[silent]] }).decision).toBe('implicitDeny')
  })

  it('limits by SCPs every principal of an account but its service-linked roles', () => {
    const linked: PrincipalIdentity = { ...session, roleArn: `arn:aws:iam::${home}:role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO` }
    expect(evaluateAccess(request(session), { identity: [allow], serviceControl: [[allow], [deny]] }).decision).toBe('explicitDeny')
    expect(evaluateAccess(request(linked), { identity: [allow], serviceControl: [[allow], [deny]] }).decision).toBe('allowed')
  })

  it('lets only the resource policy speak for services and anonymous callers', () => {
    const service: PrincipalIdentity = { kind: 'service', arn: 'ec2.amazonaws.com', accountId: '', userId: '' }
    const anonymous: PrincipalIdentity = { kind: 'anonymous', arn: '*', accountId: '', userId: 'anonymous' }
    expect(evaluateAccess(request(service), { identity: [allow] }).decision).toBe('implicitDeny')
    expect(evaluateAccess(request(service), { identity: [], resource: naming({ Service: 'ec2.amazonaws.com' }) }).decision).toBe('allowed')
    expect(evaluateAccess(request(anonymous), { identity: [allow], resource: naming({ AWS: home }) }).decision).toBe('implicitDeny')
    expect(evaluateAccess(request(anonymous), { identity: [], resource: naming('*') }).decision).toBe('allowed')
  })

  it('refuses everything from the dated deny on, to the second', () => {
    const until = policy('session', { Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2026-11-22T10:00:00Z' } } })
    const at = (time: string) => evaluateAccess(request(session, { context: { 'aws:CurrentTime': time } }), { identity: [allow], session: [until], resource: naming('*') }).decision
    expect(at('2026-11-22T09:59:59Z')).toBe('allowed')
    expect(at('2026-11-22T10:00:00Z')).toBe('explicitDeny')
  })
})

describe('evaluateTrust', () => {
  const trust = (Principal: PrincipalElement): { Version: '2012-10-17'; Statement: Statement } => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } } })
  const asked = (principal: PrincipalIdentity, externalId = 'x1') => request(principal, { action: 'sts:AssumeRole', resource: roleArn, context: { 'sts:ExternalId': externalId } })

  it('needs the caller\'s own policies only where the trust names the account or the account is another', () => {
    expect(evaluateTrust(asked(user), trust({ AWS: userArn }))).toMatchObject({ decision: 'allowed', identityAllowRequired: false })
    expect(evaluateTrust(asked(user), trust({ AWS: home }))).toMatchObject({ decision: 'allowed', identityAllowRequired: true })
    expect(evaluateTrust({ ...asked(user), resourceAccountId: abroad }, trust({ AWS: userArn }))).toMatchObject({ decision: 'allowed', identityAllowRequired: true })
  })

  it('refuses a wrong external id and a principal it does not name', () => {
    expect(evaluateTrust(asked(user, 'x2'), trust({ AWS: userArn }))).toMatchObject({ decision: 'implicitDeny', missing: ['resource'] })
    expect(evaluateTrust(asked(session), trust({ AWS: userArn })).decision).toBe('implicitDeny')
  })

  it('lets a web identity in by its provider and nobody else', () => {
    const provider = `arn:aws:iam::${home}:oidc-provider/ci.example`
    const web: PrincipalIdentity = { kind: 'federated', arn: provider, accountId: home, userId: 'ci' }
    expect(evaluateTrust(asked(web), trust({ Federated: provider }))).toMatchObject({ decision: 'allowed', identityAllowRequired: false })
    expect(evaluateTrust(asked(web), trust({ AWS: provider })).decision).toBe('implicitDeny')
  })
})
