import { describe, expect, it } from 'vitest'
import { conditionWords } from './condition-words.ts'
import type { ConditionBlock } from './document.ts'
import { resourceWords } from './resource-words.ts'

describe('conditionWords', () => {
  it.each<[ConditionBlock | undefined, string]>([
    [undefined, ''],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, 'the time is before 2026-01-01T00:00:00Z'],
    [{ IpAddress: { 'AWS:SourceIP': ['10.0.0.0/8', '192.168.0.0/16', '::1'] } }, "the caller's address is in 10.0.0.0/8, 192.168.0.0/16 or ::1"],
    [{ Bool: { 'aws:MultiFactorAuthPresent': false } }, 'no second factor was used to sign in'],
    [{ BoolIfExists: { 'aws:SecureTransport': 'true' } }, 'the connection is encrypted, if it is given'],
    [{ StringEquals: { 'aws:ResourceTag/team': 'pay', 'aws:PrincipalTag/team': 'pay' } }, 'the tag "team" of the resource is pay and the tag "team" of the caller is pay'],
    [{ Null: { 'aws:TokenIssueTime': 'true' } }, 'the time the credentials were issued is absent'],
    [{ 'ForAllValues:StringLike': { 'aws:TagKeys': ['a*'] } }, 'every value of aws:TagKeys is like a*'],
    [{ 'ForAnyValue:StringNotEquals': { 'x:y': 'a' } }, 'at least one value of x:y is not a'],
  ])('says %j in plain words', (block, words) => {
    expect(conditionWords(block)).toBe(words)
  })
})

describe('resourceWords', () => {
  it.each([
    ['arn:aws:s3:::orders', 'bucket orders'],
    ['arn:aws:s3:::orders/*', 'objects in bucket orders'],
    ['arn:aws:s3:::orders/in/*', 'objects in/* in bucket orders'],
    ['arn:aws:s3:::*', 'every bucket and object'],
    ['arn:aws:iam::111111111111:role/app/x', 'role app/x'],
    ['arn:aws:ec2:eu-west-1:*:instance/*', 'every machine in eu-west-1'],
    ['arn:aws:sqs:eu-west-1:1:jobs', 'queue jobs'],
    ['arn:aws:s3:::home/${aws:username}', 'arn:aws:s3:::home/${aws:username}'],
    ['*', '*'],
  ])('says %s as %s', (pattern, words) => {
    expect(resourceWords(pattern)).toBe(words)
  })
})
