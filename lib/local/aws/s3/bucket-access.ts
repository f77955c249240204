import { decideAccess, type Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { optionalText, requiredText } from '../core/input.ts'
import type { Call, TrailDetails } from '../core/operation.ts'
import { named } from '../core/policies.ts'
import type { BucketState } from '../core/state.ts'

export function bucketOf({ world, input }: Pick<Call, 'world' | 'input'>): BucketState {
  const bucket = world.state.buckets[requiredText(input, 'Bucket')]
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
  return bucket
}

const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`
const keyOf = ({ input }: Call): string => optionalText(input, 'Key') ?? ''

/** Access to a bucket, with its policy. https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html */
export function onBucket(action: string, context: (call: Call) => Access['context'] = () => ({})): (call: Call) => Access {
  return (call) => accessTo(call, action, bucketArn(bucketOf(call).name), context(call))
}

export function onObject(action: string): (call: Call) => Access {
  return (call) => accessTo(call, action, `${bucketArn(bucketOf(call).name)}/${keyOf(call)}`, {})
}

function accessTo(call: Call, action: string, resource: string, context: Access['context']): Access {
  const bucket = bucketOf(call)
  return {
    action,
    resource,
    resourceAccountId: bucket.accountId,
    context: { 's3:ResourceAccount': bucket.accountId, ...context },
    ...(bucket.policy !== undefined && { resourcePolicy: named('bucket policy', bucket.policy) }),
  }
}

/** Who may not list a bucket is not told whether a key exists. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function missingKey(call: Call): AwsError {
  const mayList = decideAccess(call, onBucket('s3:ListBucket')(call)).decision === 'allowed'
  return mayList ? new AwsError('NoSuchKey', 'The specified key does not exist.', 404) : new AwsError('AccessDenied', 'Access Denied', 403)
}

/** What S3's records carry besides the common fields (measured). */
export function s3Trail(call: Call): TrailDetails {
  const name = optionalText(call.input, 'Bucket') ?? ''
  const key = keyOf(call)
  const owner = call.world.state.buckets[name]?.accountId
  const bucket = name === '' ? [] : [{ accountId: owner, type: 'AWS::S3::Bucket', ARN: bucketArn(name) }]
  const object = key === '' ? [] : [{ type: 'AWS::S3::Object', ARN: `${bucketArn(name)}/${key}` }]
  return {
    resources: [...object, ...bucket],
    ...(owner !== undefined && { alsoFor: [owner] }),
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: call.http.body.length,
      AuthenticationMethod: call.http.query.has('X-Amz-Signature') ? 'QueryString' : 'AuthHeader',
      'x-amz-id-2': call.requestId.repeat(4),
    },
  }
}

export function s3Parameters({ input, http }: Call): Record<string, unknown> {
  const { Bucket, Key, 'x-id': _, ...rest } = input
  const refinements = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^x-amz-/i.test(name)))
  return { ...refinements, ...(Bucket !== '' && { bucketName: Bucket }), Host: http.headers.get('host'), ...(Key !== '' && { key: Key }) }
}
