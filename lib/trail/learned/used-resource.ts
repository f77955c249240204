import type { KnownAction } from '#lib/iam/known-actions.ts'
import { overlap } from '#lib/iam/resource-patterns.ts'

/** What an event says about what it acted on: ARNs of `resources[]`, and those request parameters that name one thing. */
export type EventTarget = { region: string; accountId: string; arns: readonly string[]; parameters: Readonly<Partial<Record<TargetParameter, string>>> }

/** The request parameters that are looked at: others name several things, or none. */
export const targetParameters = ['bucketName', 'functionName', 'keyId', 'queueUrl', 'secretId', 'tableName', 'topicArn'] as const
export type TargetParameter = (typeof targetParameters)[number]

/**
 * The ARN, or pattern of ARNs, that a call's action was checked against; `*` where the event leaves that open. Taken only
 * for actions with one kind of resource: an action with several may have been checked against each of them. Objects of S3
 * are taken together by bucket, and a secret's name stands for its ARN, which ends in six characters of AWS's own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
export function usedResource(action: KnownAction, target: EventTarget): string {
  const kind = oneKind(action)
  if (kind === undefined) return '*'
  const listed = [...new Set(target.arns.map(together).filter((arn) => overlap(kind, arn) && (objects.test(arn) || !/[*?$]/.test(arn))))]
  if (listed.length > 1) return '*'
  return listed[0] ?? fromParameters(kind, target) ?? '*'
}

const s3Object = /^(arn:[^:]+:s3:::[^/]+)\/.+$/
/** The ARN of an action's resources where they are of one kind. An access point stands in the place of its bucket, never beside it. */
export function oneKind({ arns }: KnownAction): string | undefined {
  const [kind, ...others] = arns.filter((arn) => !arn.includes(':accesspoint/'))
  return others.length === 0 ? kind : undefined
}

const objects = /^arn:[^:*?$]+:s3:::[^/*?$]+\/\*$/
const together = (arn: string): string => arn.replace(s3Object, '$1/*')

/** A name or an id that stands for itself in an ARN. */
const plain = /^[\w.-]+$/

const place = (service: string, { region, accountId }: EventTarget): string => `arn:${partitionOf(region)}:${service}:${region}:${accountId}:`
const partitionOf = (region: string): string => (region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws')

/** By the service and the placeholder that the kind's ARN ends in. */
const named: Readonly<Record<string, (target: EventTarget) => string | undefined>> = {
  's3 BucketName': ({ region, parameters: { bucketName } }) => bucket(region, bucketName),
  's3 ObjectName': ({ region, parameters: { bucketName } }) => suffixed(bucket(region, bucketName), '/*'),
  'lambda FunctionName': (target) => arnOr(target.parameters.functionName, `${place('lambda', target)}function:`),
  'dynamodb TableName': (target) => arnOr(target.parameters.tableName, `${place('dynamodb', target)}table/`),
  'kms KeyId': (target) => arnOr(target.parameters.keyId?.replace(/^alias\/.*$/, ''), `${place('kms', target)}key/`),
  'sns TopicName': (target) => arnOr(target.parameters.topicArn, place('sns', target)),
  'sqs QueueName': ({ region, parameters: { queueUrl = '' } }) => {
    const [, accountId, name] = /\/(\d{12})\/([\w.-]+)$/.exec(queueUrl) ?? []
    return name && `arn:${partitionOf(region)}:sqs:${region}:${accountId}:${name}`
  },
  'secretsmanager SecretId': (target) => {
    const { secretId } = target.parameters
    // The ARN may have been given without its end.
    if (secretId?.startsWith('arn:')) return suffixed(arnOr(secretId, ''), '*')
    return secretId && /^[\w/+=.@-]+$/.test(secretId) ? `${place('secretsmanager', target)}secret:${secretId}-??????` : undefined
  },
}

function fromParameters(kind: string, target: EventTarget): string | undefined {
  const [, service = '', placeholder = ''] = /^arn:[^:]+:([^:]+):.*\$\{(\w+)\}$/.exec(kind) ?? []
  const arn = named[`${service} ${placeholder}`]?.(target)
  return arn !== undefined && overlap(kind, arn) ? arn : undefined
}

const bucket = (region: string, name: string | undefined): string | undefined => (name && plain.test(name) ? `arn:${partitionOf(region)}:s3:::${name}` : undefined)
const suffixed = (arn: string | undefined, suffix: string): string | undefined => arn && `${arn}${suffix}`

function arnOr(value: string | undefined, before: string): string | undefined {
  if (!value) return undefined
  if (value.startsWith('arn:')) return /[*?$\s]/.test(value) ? undefined : value
  return plain.test(value) ? `${before}${value}` : undefined
}
