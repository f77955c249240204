import { randomBytes } from 'node:crypto'
import { AwsError } from '../core/errors.ts'
import type { HttpRequest } from '../core/http-request.ts'
import type { BucketState, ObjectState, VersionState } from '../core/state.ts'

/**
 * S3 Object Lock: versions that cannot be overwritten or deleted before a date, by nobody in compliance mode.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export type Lock = { mode: 'GOVERNANCE' | 'COMPLIANCE'; retainUntil: number }

/**
 * The lock that a PutObject asks for. Both headers or neither, a date to come, a bucket that was made for it, and a
 * checksum. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function lockOf(http: HttpRequest, bucket: BucketState, now: Date): Lock | undefined {
  const [mode, until] = [http.headers.get('x-amz-object-lock-mode'), http.headers.get('x-amz-object-lock-retain-until-date')]
  if (mode === undefined && until === undefined) return undefined
  if (!bucket.objectLock) throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration')
  if (mode === undefined || until === undefined) throw new AwsError('InvalidArgument', 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied')
  if (mode !== 'COMPLIANCE' && mode !== 'GOVERNANCE') throw new AwsError('InvalidArgument', 'Unknown wormMode directive.')
  const retainUntil = Date.parse(until)
  if (!(retainUntil > now.getTime())) throw new AwsError('InvalidArgument', 'The retain until date must be in the future!')
  const summed = [...http.headers].some(([name]) => name === 'content-md5' || name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer')
  if (!summed) throw new AwsError('InvalidRequest', 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters')
  return { mode, retainUntil }
}

/** A conditional write: nothing is written over. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function refuseOverwrite(http: HttpRequest, bucket: BucketState, key: string): void {
  if (http.headers.get('if-none-match') === '*' && bucket.objects[key]) throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
}

const versionsOf = (bucket: BucketState, key: string): VersionState[] => ((bucket.versions ??= {})[key] ??= [])

/** Keeps what was just written as the newest version. A bucket with Object Lock is versioned; others keep one object a key. */
export function keepVersion(bucket: BucketState, key: string, lock: Lock | undefined): string | undefined {
  const object = bucket.objects[key]
  if (!bucket.objectLock || !object) return undefined
  const id = randomBytes(16).toString('hex')
  versionsOf(bucket, key).push({ id, object, ...(lock && { lock }) })
  return id
}

export function findVersion(bucket: BucketState, key: string, id: string): ObjectState {
  const version = versionsOf(bucket, key).find((each) => each.id === id)
  if (!version?.object) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404)
  return version.object
}

/** Without a version a delete hides the object behind a marker and removes nothing; with one, only what no lock holds. */
export function deleteVersion(bucket: BucketState, key: string, id: string | undefined, now: Date): void {
  const versions = versionsOf(bucket, key)
  if (id === undefined) versions.push({ id: randomBytes(16).toString('hex'), object: null })
  else {
    const found = versions.findIndex((each) => each.id === id)
    const lock = versions[found]?.lock
    if (lock && lock.retainUntil > now.getTime()) throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403)
    if (found >= 0) versions.splice(found, 1)
  }
  const newest = versions.at(-1)?.object
  if (newest) bucket.objects[key] = newest
  else delete bucket.objects[key]
}
