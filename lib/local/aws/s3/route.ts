import { AwsError } from '../core/errors.ts'
import type { HttpRequest } from '../core/http-request.ts'
import type { Input } from '../core/input.ts'

/** Query parameters that refine an operation; any other names a subresource, and so another operation. */
const refinements = new Set([
  'x-id', 'prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'marker', 'encoding-type', 'fetch-owner', 'list-type', 'max-buckets', 'versionId',
])

const byMethod: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  service: { GET: 'ListBuckets' },
  bucket: { PUT: 'CreateBucket', GET: 'ListObjectsV2', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' },
  object: { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' },
  policy: { PUT: 'PutBucketPolicy', GET: 'GetBucketPolicy', DELETE: 'DeleteBucketPolicy' },
  notification: { PUT: 'PutBucketNotificationConfiguration', GET: 'GetBucketNotificationConfiguration' },
  location: { GET: 'GetBucketLocation' },
}

/**
 * Bucket in the path or in the host name. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function routeS3(http: HttpRequest): { action: string; input: Input } {
  const hosted = /^(.+)\.(?:s3[.-][\w.-]*|localhost)(?::\d+)?$/.exec(http.headers.get('host') ?? '')?.[1]
  const whole = decoded(http.path.slice(1))
  const [first = '', ...rest] = whole.split('/')
  const bucket = hosted ?? first
  const key = hosted === undefined ? rest.join('/') : whole
  const subresource = [...http.query.keys()].find((name) => !refinements.has(name) && !/^(x-amz-|response-)/i.test(name))
  const target = subresource ?? (bucket === '' ? 'service' : key === '' ? 'bucket' : 'object')
  const copies = http.headers.has('x-amz-copy-source')
  const action = (copies ? undefined : byMethod[target]?.[http.method]) ?? `${http.method}:${copies ? 'copy' : target}`
  return { action, input: { Bucket: bucket, Key: key, ...Object.fromEntries(http.query) } }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.")
  }
}
