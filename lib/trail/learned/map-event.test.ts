import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import { otherNames } from './event-names.ts'
import { mapEvent } from './map-event.ts'

const known = await loadKnownActions()
const actions = (eventSource: string, eventName: string): string[] | string => {
  const mapped = mapEvent({ eventSource: `${eventSource}.amazonaws.com`, eventName }, known)
  return mapped.kind === 'actions' ? mapped.actions.map(({ action }) => action) : mapped.kind
}

describe('the actions behind an event', () => {
  it.each([
    ['ec2', 'DescribeInstances', ['ec2:DescribeInstances']],
    ['s3', 'ListBuckets', ['s3:ListAllMyBuckets']],
    ['s3', 'HeadObject', ['s3:GetObject']],
    ['s3', 'ListObjects', ['s3:ListBucket']],
    ['s3', 'CopyObject', ['s3:GetObject', 's3:PutObject']],
    ['s3', 'GetBucketEncryption', ['s3:GetEncryptionConfiguration']],
    ['s3', 'DeleteBucketLifecycle', ['s3:PutLifecycleConfiguration']],
    ['lambda', 'ListFunctions20150331', ['lambda:ListFunctions']],
    ['lambda', 'AddPermission20150331v2', ['lambda:AddPermission']],
    ['lambda', 'Invoke', ['lambda:InvokeFunction']],
    ['cloudfront', 'CreateDistribution2020_05_31', ['cloudfront:CreateDistribution']],
    ['monitoring', 'DescribeAlarms', ['cloudwatch:DescribeAlarms']],
    ['logs', 'FilterLogEvents', ['logs:FilterLogEvents']],
    ['email', 'SendEmail', ['ses:SendEmail']],
    ['tagging', 'GetResources', ['tag:GetResources']],
    ['elasticloadbalancing', 'DescribeLoadBalancers', ['elasticloadbalancing:DescribeLoadBalancers']],
    ['autoscaling', 'RegisterScalableTarget', ['application-autoscaling:RegisterScalableTarget']],
    ['ssm', 'StartSession', ['ssm:StartSession']],
    ['sts', 'AssumeRole', ['sts:AssumeRole']],
    ['sqs', 'SendMessageBatch', ['sqs:SendMessage']],
    ['kms', 'ReEncrypt', ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
    ['apigateway', 'CreateRestApi', ['apigateway:POST']],
  ])('%s %s', (eventSource, eventName, expected) => expect(actions(eventSource, eventName)).toEqual(expected))

  it.each([['sts', 'GetCallerIdentity'], ['signin', 'ConsoleLogin'], ['signin', 'GetSigninToken'], ['sso', 'Authenticate'], ['secretsmanager', 'EndSecretVersionDelete']])('%s %s needs none', (eventSource, eventName) => expect(actions(eventSource, eventName)).toBe('none'))

  it.each([['s3', 'GetStorageLensDashboardDataInternal'], ['madeup', 'DescribeThings'], ['s3', 'constructor'], ['__proto__', 'GetObject']])('%s %s is said to be unknown', (eventSource, eventName) =>
    expect(mapEvent({ eventSource: `${eventSource}.amazonaws.com`, eventName }, known)).toEqual({ kind: 'unknown', why: `AWS lists no action for ${eventName} of ${eventSource}.amazonaws.com.` }))

  it('names only actions that AWS lists', () => {
    const named = [...otherNames].flatMap(([service, names]) => [...names.values()].flatMap((list) => list.map((action) => `${service}:${action}`)))
    expect(named.filter((action) => !known.actions.has(action.toLowerCase()))).toEqual([])
  })

  it('answers for anything', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (eventSource, eventName) => { expect(['actions', 'none', 'unknown']).toContain(mapEvent({ eventSource, eventName }, known).kind) }))
  })
})
