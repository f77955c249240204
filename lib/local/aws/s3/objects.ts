import { userIdOf } from '../core/caller.ts'
import { optionalText, requiredText } from '../core/input.ts'
import type { Call, Operation, Outcome } from '../core/operation.ts'
import { shownAddress } from '../core/source-address.ts'
import type { ObjectState } from '../core/state.ts'
import { objectBytes } from './body.ts'
import { bucketOf, missingKey, onBucket, onObject, s3Parameters, s3Trail } from './bucket-access.ts'
import { notify } from './notify.ts'
import { deleteVersion, findVersion, keepVersion, lockOf, refuseOverwrite } from './object-lock.ts'
import { storeObject } from './store-object.ts'

/** Data events: recorded only where a trail selects them, and never found by LookupEvents. */
const common = { requestParameters: s3Parameters, trail: s3Trail, dataEvent: true }

function objectOf(call: Call): ObjectState {
  const version = optionalText(call.input, 'versionId')
  if (version !== undefined) return findVersion(bucketOf(call), requiredText(call.input, 'Key'), version)
  const object = bucketOf(call).objects[requiredText(call.input, 'Key')]
  if (!object) throw missingKey(call)
  return object
}

const headersOf = (object: ObjectState): Record<string, string> => ({
  'content-type': object.contentType,
  'last-modified': new Date(object.modifiedAt).toUTCString(),
  etag: `"${object.etag}"`,
  'accept-ranges': 'bytes',
  ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
})

const putObject: Operation = {
  ...common,
  readOnly: false,
  access: onObject('s3:PutObject'),
  run: (call) => {
    const bytes = objectBytes(call.http)
    const metadata = [...call.http.headers].filter(([name]) => name.startsWith('x-amz-meta-')).map(([name, value]) => [name.slice(11), value])
    const contentType = call.http.headers.get('content-type') ?? 'binary/octet-stream'
    const [bucket, key] = [bucketOf(call), requiredText(call.input, 'Key')]
    const lock = lockOf(call.http, bucket, call.now)
    refuseOverwrite(call.http, bucket, key)
    const etag = storeObject(call.world, bucket, key, { bytes, contentType, metadata: Object.fromEntries(metadata) }, occasionOf(call))
    const version = keepVersion(bucket, key, lock)
    return { raw: { headers: { etag: `"${etag}"`, ...(version && { 'x-amz-version-id': version }) } } }
  },
}

const occasionOf = ({ caller, http, requestId }: Call) => ({ principalId: `AWS:${userIdOf(caller)}`, sourceIp: shownAddress(http), requestId })

const getObject: Operation = {
  ...common,
  readOnly: true,
  access: onObject('s3:GetObject'),
  run: (call) => {
    const object = objectOf(call)
    return part(object, call.world.blobs.get(object.blob), call.http.headers.get('range'))
  },
}

/** One range of bytes, as the CLI asks for when it resumes. */
function part(object: ObjectState, body: Buffer, range: string | undefined): Outcome {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '')
  if (!match) return { raw: { headers: headersOf(object), body } }
  const from = Number(match[1])
  const to = Math.min(match[2] === '' ? body.length - 1 : Number(match[2]), body.length - 1)
  const headers = { ...headersOf(object), 'content-range': `bytes ${from}-${to}/${body.length}` }
  return { raw: { status: 206, headers, body: body.subarray(from, to + 1) } }
}

const headObject: Operation = {
  ...common,
  readOnly: true,
  access: onObject('s3:GetObject'),
  run: (call) => {
    const object = objectOf(call)
    return { raw: { headers: { ...headersOf(object), 'content-length': String(object.size) } } }
  },
}

const deleteObject: Operation = {
  ...common,
  readOnly: false,
  access: onObject('s3:DeleteObject'),
  run: (call) => {
    const bucket = bucketOf(call)
    const key = requiredText(call.input, 'Key')
    const existed = key in bucket.objects
    if (bucket.objectLock) deleteVersion(bucket, key, optionalText(call.input, 'versionId'), call.now)
    else delete bucket.objects[key]
    if (existed) notify(call.world, bucket, key, { ...occasionOf(call), event: 'ObjectRemoved:Delete' })
    return { raw: { status: 204 } }
  },
}

/** Both versions of the list. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const listObjects: Operation = {
  ...common,
  trailName: 'ListObjects',
  readOnly: true,
  access: onBucket('s3:ListBucket', ({ input }) => ({
    's3:prefix': optionalText(input, 'prefix') ?? '',
    ...(input.delimiter !== undefined && { 's3:delimiter': optionalText(input, 'delimiter') ?? '' }),
    's3:max-keys': optionalText(input, 'max-keys') ?? '1000',
  })),
  run: (call) => {
    const { input } = call
    const bucket = bucketOf(call)
    const prefix = optionalText(input, 'prefix') ?? ''
    const delimiter = optionalText(input, 'delimiter') ?? ''
    const size = Math.min(Number(optionalText(input, 'max-keys') ?? 1000), 1000)
    const after = position(optionalText(input, 'continuation-token')) ?? optionalText(input, 'start-after') ?? optionalText(input, 'marker') ?? ''
    const rows = grouped(Object.keys(bucket.objects), prefix, delimiter).filter(({ name }) => name > after)
    const shown = rows.slice(0, size)
    const IsTruncated = rows.length > size
    const next = IsTruncated ? Buffer.from(shown.at(-1)!.name).toString('base64') : undefined
    return {
      output: {
        ListBucketResult: {
          Name: bucket.name,
          Prefix: prefix,
          Delimiter: delimiter === '' ? undefined : delimiter,
          MaxKeys: size,
          KeyCount: shown.length,
          IsTruncated,
          NextContinuationToken: next,
          NextMarker: input['list-type'] === undefined && next !== undefined ? shown.at(-1)!.name : undefined,
          Contents: shown.filter((row) => !row.group).map(({ name }) => content(name, bucket.objects[name]!)),
          CommonPrefixes: shown.filter((row) => row.group).map(({ name }) => ({ Prefix: name })),
        },
      },
    }
  },
}

const position = (token: string | undefined): string | undefined => (token === undefined ? undefined : Buffer.from(token, 'base64').toString('utf8'))

const content = (Key: string, object: ObjectState) => ({
  Key,
  LastModified: new Date(object.modifiedAt),
  ETag: `"${object.etag}"`,
  Size: object.size,
  StorageClass: 'STANDARD',
})

/** Keys below a prefix in order, those that share the next part up to the delimiter as one group. */
function grouped(keys: readonly string[], prefix: string, delimiter: string): { name: string; group: boolean }[] {
  const names = new Map<string, boolean>()
  for (const key of keys.filter((candidate) => candidate.startsWith(prefix)).toSorted()) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (cut < 0) names.set(key, false)
    else names.set(key.slice(0, cut + delimiter.length), true)
  }
  return [...names].map(([name, group]) => ({ name, group }))
}

export const objectOperations: Record<string, Operation> = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  ListObjectsV2: listObjects,
}
