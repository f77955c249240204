import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { AwsError } from '../core/errors.ts'
import { requiredText } from '../core/input.ts'
import type { Operation } from '../core/operation.ts'
import { bucketOf, onBucket, s3Parameters, s3Trail } from './bucket-access.ts'

const common = { requestParameters: s3Parameters, trail: s3Trail }

const listBuckets: Operation = {
  ...common,
  readOnly: true,
  access: () => ({ action: 's3:ListAllMyBuckets', resource: '*' }),
  run: ({ world, caller }) => {
    const own = Object.values(world.state.buckets).filter((bucket) => bucket.accountId === caller.accountId)
    const Bucket = own.map((bucket) => ({ Name: bucket.name, CreationDate: new Date(bucket.createdAt), BucketRegion: bucket.region }))
    const Owner = { ID: caller.accountId.padStart(64, '0'), DisplayName: caller.accountId }
    return { output: { ListAllMyBucketsResult: { Owner, Buckets: { Bucket } } } }
  },
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const createBucket: Operation = {
  ...common,
  readOnly: false,
  access: ({ input }) => ({ action: 's3:CreateBucket', resource: `arn:aws:s3:::${requiredText(input, 'Bucket')}` }),
  run: ({ world, caller, input, region, now, http }) => {
    const name = requiredText(input, 'Bucket')
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.')
    const taken = world.state.buckets[name]
    if (taken?.accountId === caller.accountId) throw new AwsError('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', 409)
    if (taken) throw new AwsError('BucketAlreadyExists', 'The requested bucket name is not available.', 409)
    const asked = /<LocationConstraint>([\w-]+)<\/LocationConstraint>/.exec(http.body.toString('utf8'))?.[1]
    world.state.buckets[name] = { name, accountId: caller.accountId, region: asked ?? region, createdAt: now.getTime(), objects: {}, ...(http.headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true' && { objectLock: true }) }
    return { raw: { headers: { location: `/${name}` } } }
  },
}

const deleteBucket: Operation = {
  ...common,
  readOnly: false,
  access: onBucket('s3:DeleteBucket'),
  run: (call) => {
    const bucket = bucketOf(call)
    if (Object.keys(bucket.objects).length > 0) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409)
    delete call.world.state.buckets[bucket.name]
    return { raw: { status: 204 } }
  },
}

const headBucket: Operation = {
  ...common,
  readOnly: true,
  dataEvent: true,
  access: onBucket('s3:ListBucket'),
  run: (call) => ({ raw: { headers: { 'x-amz-bucket-region': bucketOf(call).region } } }),
}

/** us-east-1 is the empty answer. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
const getBucketLocation: Operation = {
  ...common,
  readOnly: true,
  access: onBucket('s3:GetBucketLocation'),
  run: (call) => {
    const { region } = bucketOf(call)
    return { output: { LocationConstraint: region === 'us-east-1' ? '' : region } }
  },
}

const putBucketPolicy: Operation = {
  ...common,
  readOnly: false,
  access: onBucket('s3:PutBucketPolicy'),
  requestParameters: (call) => {
    const parsed = parsePolicy(call.http.body.toString('utf8'), 'resource')
    return { ...s3Parameters(call), ...(parsed.ok && { bucketPolicy: parsed.document }) }
  },
  run: (call) => {
    const text = call.http.body.toString('utf8')
    const parsed = parsePolicy(text, 'resource')
    if (!parsed.ok) throw new AwsError('MalformedPolicy', parsed.message)
    bucketOf(call).policy = text
    return { raw: { status: 204 } }
  },
}

const getBucketPolicy: Operation = {
  ...common,
  readOnly: true,
  access: onBucket('s3:GetBucketPolicy'),
  run: (call) => {
    const { policy } = bucketOf(call)
    if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404)
    return { raw: { headers: { 'content-type': 'application/json' }, body: policy } }
  },
}

const deleteBucketPolicy: Operation = {
  ...common,
  readOnly: false,
  access: onBucket('s3:DeleteBucketPolicy'),
  run: (call) => {
    delete bucketOf(call).policy
    return { raw: { status: 204 } }
  },
}

export const bucketOperations: Record<string, Operation> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  PutBucketPolicy: putBucketPolicy,
  GetBucketPolicy: getBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
}
