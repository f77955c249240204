import { expect, it } from 'vitest'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import { type EventTarget, usedResource } from './used-resource.ts'

const { actions } = await loadKnownActions()
const on = (action: string, change: Partial<EventTarget>): string => usedResource(actions.get(action.toLowerCase())!, { region: 'eu-central-1', accountId: '301122334455', arns: [], parameters: {}, ...change })

it.each<[string, string, Partial<EventTarget>, string]>([
  ['the bucket of a call on a bucket', 's3:PutBucketPolicy', { arns: ['arn:aws:s3:::exports'] }, 'arn:aws:s3:::exports'],
  ['the bucket that a parameter names', 's3:GetBucketPolicy', { parameters: { bucketName: 'exports' } }, 'arn:aws:s3:::exports'],
  ['the objects of a bucket together, not its keys one by one', 's3:GetObject', { arns: ['arn:aws:s3:::exports', 'arn:aws:s3:::exports/2026/may.csv'] }, 'arn:aws:s3:::exports/*'],
  ['a key that an event lists', 'kms:Decrypt', { arns: ['arn:aws:kms:eu-central-1:301122334455:key/1234'] }, 'arn:aws:kms:eu-central-1:301122334455:key/1234'],
  ['no key behind an alias, which may move', 'kms:Decrypt', { parameters: { keyId: 'alias/exports' } }, '*'],
  ['a secret by its name, whatever AWS put behind it', 'secretsmanager:GetSecretValue', { parameters: { secretId: 'payments/db' } }, 'arn:aws:secretsmanager:eu-central-1:301122334455:secret:payments/db-??????'],
  ['a secret by its ARN', 'secretsmanager:GetSecretValue', { parameters: { secretId: 'arn:aws:secretsmanager:eu-central-1:301122334455:secret:db' } }, 'arn:aws:secretsmanager:eu-central-1:301122334455:secret:db*'],
  ['a function', 'lambda:GetFunction', { parameters: { functionName: 'resize' } }, 'arn:aws:lambda:eu-central-1:301122334455:function:resize'],
  ['a table in the partition of its Region', 'dynamodb:GetItem', { region: 'us-gov-west-1', parameters: { tableName: 'orders' } }, 'arn:aws-us-gov:dynamodb:us-gov-west-1:301122334455:table/orders'],
  ['a queue of another account', 'sqs:SendMessage', { parameters: { queueUrl: 'https://sqs.eu-central-1.amazonaws.com/444455556666/jobs' } }, 'arn:aws:sqs:eu-central-1:444455556666:jobs'],
  ['everything where one of several was meant', 'kms:Decrypt', { arns: ['arn:aws:kms:eu-central-1:1:key/1', 'arn:aws:kms:eu-central-1:1:key/2'] }, '*'],
  ['everything for an action on several kinds of resources', 'ec2:RunInstances', { arns: ['arn:aws:ec2:eu-central-1:301122334455:instance/i-1'] }, '*'],
  ['everything for an action without resources', 's3:ListAllMyBuckets', { parameters: { bucketName: 'exports' } }, '*'],
  ['nothing wider than a name from what was typed', 's3:GetBucketPolicy', { parameters: { bucketName: '*' } }, '*'],
  ['nothing of another kind', 's3:GetBucketPolicy', { arns: ['arn:aws:iam::301122334455:role/exports'] }, '*'],
])('reads %s', (_, action, target, expected) => expect(on(action, target)).toBe(expected))
