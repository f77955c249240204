import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NamedPolicy, Statement } from './document.ts'
import { evaluateAccess } from './evaluate.ts'
import type { AccessPolicies, AccessRequest } from './evaluate.ts'
import type { PrincipalIdentity } from './principals.ts'

const home = '111111111111'
const roleArn = `arn:aws:iam::${home}:role/R`
const session: PrincipalIdentity = { kind: 'assumed-role', arn: `arn:aws:sts::${home}:assumed-role/R/ann`, accountId: home, roleArn, userId: 'AROAAAAAAAAAAAAAAAAAA:ann' }
const user: PrincipalIdentity = { kind: 'user', arn: `arn:aws:iam::${home}:user/ann`, accountId: home, userId: 'AIDAAAAAAAAAAAAAAAAAA' }

const actions = fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'sts:AssumeRole')
const resources = fc.constantFrom('arn:aws:s3:::a/1', 'arn:aws:s3:::b/1', `arn:aws:kms:eu-west-1:${home}:key/1`, roleArn)
const conditions = fc.constantFrom<Statement['Condition']>(undefined, { StringEquals: { 'aws:x': '1' } }, { StringNotEquals: { 'aws:x': '1' } }, { 'ForAllValues:StringLike': { 'aws:x': '2*' } })
const named = fc.constantFrom<Statement['Principal']>('*', { AWS: home }, { AWS: roleArn }, { AWS: session.arn }, { AWS: user.arn }, { AWS: '222222222222' })

const body = fc.record({
  Effect: fc.constantFrom<Statement['Effect']>('Allow', 'Allow', 'Deny'),
  Action: fc.oneof(actions, fc.constantFrom('*', 's3:*', 's3:Get*')),
  Resource: fc.oneof(resources, fc.constantFrom('*', 'arn:aws:s3:::a/*')),
  Condition: conditions,
})
const inverted = body.map(({ Action, Resource, ...rest }) => ({ ...rest, NotAction: Action, NotResource: Resource }))
const statements = fc.array(fc.oneof(body, body, inverted), { maxLength: 4 })
const policy: fc.Arbitrary<NamedPolicy> = statements.map((Statement) => ({ name: 'p', document: { Version: '2012-10-17', Statement } }))
const resourcePolicy: fc.Arbitrary<NamedPolicy> = fc.tuple(policy, fc.array(named, { minLength: 4, maxLength: 4 })).map(([{ document }, names]) => ({
  name: 'r',
  document: { ...document, Statement: (document.Statement as Statement[]).map((each, index) => ({ ...each, Principal: names[index] })) },
}))
const requests: fc.Arbitrary<AccessRequest> = fc.record({
  principal: fc.constantFrom(user, session),
  action: actions,
  resource: resources,
  resourceAccountId: fc.constantFrom(home, home, '222222222222'),
  context: fc.constantFrom<AccessRequest['context']>({}, { 'AWS:X': '1' }, { 'aws:x': ['2', '21'] }),
})
const policies: fc.Arbitrary<AccessPolicies> = fc.record(
  { identity: fc.array(policy, { maxLength: 2 }), boundary: policy, session: fc.array(policy, { minLength: 1, maxLength: 2 }), resource: resourcePolicy, serviceControl: fc.array(fc.array(policy, { maxLength: 2 }), { maxLength: 2 }) },
  { requiredKeys: ['identity'] },
)
const check = (property: fc.IProperty<never> | fc.IPropertyWithHooks<never>) => fc.assert(property as fc.IProperty<unknown>, { numRuns: 1000 })
const decide = (request: AccessRequest, given: AccessPolicies) => evaluateAccess(request, given).decision
const denyAll: NamedPolicy = { name: 'deny', document: { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } } }
const together = (one: NamedPolicy | undefined, other: NamedPolicy): NamedPolicy => ({
  name: 'both',
  document: { Version: '2012-10-17', Statement: [...((one?.document.Statement ?? []) as Statement[]), ...[other.document.Statement].flat()] },
})

describe('evaluateAccess', () => {
  it('lets an explicit deny win in every layer, whatever else is there', () => {
    check(fc.property(requests, policies, fc.constantFrom('identity', 'boundary', 'session', 'serviceControl', 'resource'), (request, given, layer) => {
      const everyone = together(undefined, { name: 'd', document: { Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' } } })
      const denied: AccessPolicies = {
        ...given,
        ...(layer === 'identity' && { identity: [...given.identity, denyAll] }),
        ...(layer === 'boundary' && { boundary: together(given.boundary, denyAll) }),
        ...(layer === 'session' && { session: [...(given.session ?? []), denyAll] }),
        ...(layer === 'serviceControl' && { serviceControl: [...(given.serviceControl ?? []), [denyAll]] }),
        ...(layer === 'resource' && { resource: together(given.resource, everyone) }),
      }
      expect(decide(request, denied)).toBe('explicitDeny')
    }) as never)
  })

  it('is never widened by a boundary, a session policy or a service control policy', () => {
    check(fc.property(requests, policies, policy, fc.constantFrom('boundary', 'session', 'serviceControl'), (request, given, extra, layer) => {
      const without: AccessPolicies = { ...given, [layer]: undefined }
      const added = { ...given, [layer]: layer === 'boundary' ? extra : layer === 'session' ? [extra] : [[extra]] }
      const widened = decide(request, added) === 'allowed' && decide(request, without) !== 'allowed'
      expect(widened).toBe(false)
    }) as never)
  })

  it('allows nothing outside a boundary or session policy but what a resource policy of the account gives the caller itself', () => {
    check(fc.property(requests, policies, (request, given) => {
      const limited = { ...given, boundary: { name: 'none', document: { Version: '2012-10-17', Statement: [] } } } as AccessPolicies
      if (decide(request, limited) !== 'allowed') return
      expect(request.resourceAccountId).toBe(home)
      expect(decide(request, { ...limited, identity: [], session: [] })).toBe('allowed')
      expect(decide(request, { ...limited, resource: undefined })).toBe('implicitDeny')
    }) as never)
  })

  it('answers the same for the same question, with names in any case', () => {
    check(fc.property(requests, policies, (request, given) => {
      const shouted = { ...request, action: request.action.toUpperCase() }
      expect(decide(shouted, structuredClone(given))).toBe(decide(request, given))
    }) as never)
  })
})
