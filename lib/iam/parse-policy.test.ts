import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateAccess } from './evaluate.ts'
import { parsePolicy } from './parse-policy.ts'
import type { ParsedPolicyKind } from './parse-statement.ts'
import { policySizeChars } from './policy-size.ts'

const kinds: ParsedPolicyKind[] = ['identity', 'resource', 'trust', 'session', 'boundary']
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }
const trusting = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }
const wrap = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement })
const errorOf = (source: unknown, kind: ParsedPolicyKind = 'identity') => {
  const parsed = parsePolicy(source, kind)
  return parsed.ok ? 'accepted' : parsed.message
}

const refusals: [string, unknown, string, ParsedPolicyKind?][] = [
  ['no JSON', '{', 'Syntax errors in policy.'],
  ['a list', [], 'Syntax errors in policy.'],
  ['an Effect given twice', '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}', 'Syntax errors in policy.'],
  ['an unknown element', { ...wrap(statement), Comment: 'x' }, 'Syntax errors in policy.'],
  ['an unknown element of a statement', wrap({ ...statement, Effects: 'x' }), 'Syntax errors in policy.'],
  ['a wrong version', { ...wrap(statement), Version: '2012-10-18' }, 'The policy must contain a valid version string'],
  ['no statement', wrap(), 'Syntax errors in policy.'],
  ['a missing Effect', wrap({ Action: '*', Resource: '*' }), 'Missing required field Effect'],
  ['a misspelt Effect', wrap({ ...statement, Effect: 'allow' }), 'Syntax errors in policy.'],
  ['a missing Action', wrap({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
  ['an empty Action', wrap({ ...statement, Action: [] }), 'Policy statement must contain actions.'],
  ['a missing Resource', wrap({ Effect: 'Allow', Action: '*' }), 'Policy statement must contain resources.'],
  ['Action with NotAction', wrap({ ...statement, NotAction: 's3:*' }), 'Syntax errors in policy.'],
  ['an action without a service', wrap({ ...statement, Action: 'GetObject' }), 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ['a wildcard as a service', wrap({ ...statement, Action: 's*:GetObject' }), 'Vendor s* is not valid'],
  ['an action with a space', wrap({ ...statement, Action: 's3:Get Object' }), 'The policy failed legacy parsing'],
  ['a resource that is no ARN', wrap({ ...statement, Resource: 'bucket' }), 'Resource bucket must be in ARN format or "*".'],
  ['a short ARN', wrap({ ...statement, Resource: 'arn:aws:s3:b' }), 'The policy failed legacy parsing'],
  ['an unknown partition', wrap({ ...statement, Resource: 'arn:amazon:s3:::b' }), 'Partition "amazon" is not valid for resource "arn:amazon:s3:::b".'],
  ['a number as a resource', wrap({ ...statement, Resource: 5 }), 'Syntax errors in policy.'],
  ['an unknown operator', wrap({ ...statement, Condition: { StringIs: { 'aws:userid': 'x' } } }), 'Invalid Condition type : StringIs.'],
  ['a bare condition key', wrap({ ...statement, Condition: { StringEquals: { userid: 'x' } } }), 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ['an object as a condition value', wrap({ ...statement, Condition: { StringEquals: { 'aws:userid': {} } } }), 'Syntax errors in policy.'],
  ['the same Sid twice', wrap({ ...statement, Sid: 'A' }, { ...statement, Sid: 'A' }), 'Statement IDs (SID) in a single policy must be unique.'],
  ['a Principal in an identity policy', wrap({ ...statement, Principal: '*' }), 'Policy document should not specify a principal.'],
  ['a NotPrincipal in a boundary', wrap({ ...statement, NotPrincipal: '*' }), 'Policy document should not specify a principal.', 'boundary'],
  ['a Principal in a session policy', wrap({ ...statement, Principal: '*' }), 'Policy document should not specify a principal.', 'session'],
  ['a resource policy without Principal', wrap(statement), 'Missing required field Principal', 'resource'],
  ['a trust policy without Principal', wrap({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'Missing required field Principal', 'trust'],
  ['a Resource in a trust policy', wrap({ ...trusting, Resource: '*' }), 'Has prohibited field Resource', 'trust'],
  ['another action in a trust policy', wrap({ ...trusting, Action: ['sts:AssumeRole', 's3:GetObject'] }), 'AssumeRole policy may only specify STS AssumeRole actions.', 'trust'],
  ['a partial principal', wrap({ ...trusting, Principal: { AWS: 'arn:aws:iam::111111111111:role/*' } }), 'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/*"', 'trust'],
  ['an unknown type of principal', wrap({ ...trusting, Principal: { toString: 'x' } }), 'Invalid principal in policy: "toString":"x"', 'trust'],
  ['a bare * in a trust policy', wrap({ ...trusting, Principal: '*' }), 'AssumeRolepolicy contained an invalid principal: "STAR":"*".', 'trust'],
  ['Allow with NotPrincipal', wrap({ ...statement, NotPrincipal: { AWS: '111111111111' } }), 'Allow with NotPrincipal is not allowed.', 'resource'],
]

describe('parsePolicy', () => {
  it.each(refusals)('refuses %s in the words of AWS', (_, source, message, kind) => {
    expect(errorOf(source, kind)).toBe(message)
  })

  it.each([
    ['text', JSON.stringify(wrap(statement)), 'identity'],
    ['a single statement without Version', { Statement: statement }, 'boundary'],
    ['NotAction, NotResource, conditions', wrap({ Effect: 'Deny', NotAction: ['iam:*'], NotResource: ['arn:aws:s3:::a/${aws:username}/*'], Condition: { 'ForAllValues:StringLikeIfExists': { 'aws:TagKeys': ['a', 1, true] }, Null: { 'aws:x': 'true' } } }), 'session'],
    ['a trust of accounts, users, services and providers', wrap({ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: { AWS: ['111111111111', 'arn:aws:iam::111111111111:user/a/b', 'AROAABCDEFGHIJKLMNOPQ', '*'], Service: 'ec2.amazonaws.com', Federated: ['arn:aws:iam::111111111111:oidc-provider/a.b/c', 'accounts.google.com'] } }), 'trust'],
    ['a bucket policy', wrap({ ...statement, Sid: 'with spaces', Principal: '*' }), 'resource'],
  ] as const)('accepts %s', (_, source, kind) => {
    expect(parsePolicy(source, kind)).toEqual({ ok: true, document: typeof source === 'string' ? JSON.parse(source) : source })
  })

  it.each([
    ['identity', 6144, 'LimitExceeded'],
    ['boundary', 6144, 'LimitExceeded'],
    ['session', 2048, 'PackedPolicyTooLarge'],
    ['trust', 2048, 'LimitExceeded'],
  ] as const)('takes %s policies of %i characters and not one more', (kind, limit, code) => {
    const sized = (length: number) => {
      const base = { Version: '2012-10-17', Id: '', Statement: [kind === 'trust' ? trusting : statement] } as const
      return { ...base, Id: 'x'.repeat(length - JSON.stringify(base).length) }
    }
    expect(parsePolicy(sized(limit), kind)).toMatchObject({ ok: true })
    expect(parsePolicy(sized(limit + 1), kind)).toMatchObject({ ok: false, code })
    expect(parsePolicy(sized(limit + 1), kind, limit + 1)).toMatchObject({ ok: true })
  })

  it('counts no whitespace but in session policies, where AWS counts what is sent', () => {
    const spaced = JSON.stringify(wrap(statement)) + ' '.repeat(7000)
    expect(parsePolicy(spaced, 'identity').ok).toBe(true)
    expect(parsePolicy(spaced, 'session')).toMatchObject({ code: 'PackedPolicyTooLarge' })
    const parsed = parsePolicy(spaced, 'identity')
    expect(parsed.ok && policySizeChars(parsed.document)).toBe(spaced.trim().length)
  })

  it('never throws, whatever it is given, and what it accepts can be evaluated', () => {
    const words = fc.constantFrom('Version', 'Statement', 'Effect', 'Action', 'Resource', 'Principal', 'Condition', 'Sid', 'Allow', '*', 's3:*', 'StringLike', 'aws:userid', '__proto__', 'AWS')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, words, fc.anything(), fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(words, tie('tree'), { maxKeys: 6 })),
    }))
    const nearlyRight = fc
      .record({ Sid: tree, Condition: fc.dictionary(fc.constantFrom('StringLike', 'Null', 'x'), fc.dictionary(fc.constantFrom('aws:a', 'b'), tree)), Principal: fc.constantFrom('*', { AWS: '*' }) }, { requiredKeys: [] })
      .map((extra) => ({ ...statement, ...extra }))
    const sources = fc.oneof(tree, fc.record({ Statement: fc.oneof(nearlyRight, fc.array(nearlyRight, { maxLength: 2 })) }))
    const principal = { kind: 'user', arn: 'arn:aws:iam::1:user/a', accountId: '1', userId: 'A' } as const
    let accepted = 0
    fc.assert(
      fc.property(sources, fc.boolean(), (source, asText) => {
        const given = asText ? JSON.stringify(source, (_, each: unknown) => (typeof each === 'bigint' ? 1 : each)) : source
        for (const kind of kinds) {
          const parsed = parsePolicy(given, kind)
          if (!parsed.ok) continue
          accepted += 1
          const policy = { name: 'p', document: parsed.document }
          const request = { principal, action: 's3:x', resource: '*', resourceAccountId: '1', context: { 'aws:a': 'b' } }
          expect(evaluateAccess(request, { identity: [policy], resource: policy })).toHaveProperty('decision')
        }
      }),
      { numRuns: 400 },
    )
    expect(accepted).toBeGreaterThan(0)
  })

  it('survives a cycle, a BigInt and a function', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    for (const source of [cycle, { Statement: 1n }, () => 1, undefined, null, Symbol('x')]) expect(errorOf(source)).toBe('Syntax errors in policy.')
  })
})
