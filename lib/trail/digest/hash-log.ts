import { createHash } from 'node:crypto'
import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { BucketPlace, LogBucket } from '#lib/aws/log-bucket.ts'
import { openInflate } from '../files/inflate.ts'
import type { FoundLog } from './check-digest.ts'

/** CloudTrail's own files are some megabytes at most; what is larger is not looked at. */
const largestObject = 512 * 1024 * 1024
const largestContent = 4 * 1024 * 1024 * 1024

/** The SHA-256 of a log file's uncompressed content, piece by piece; a failure only where AWS may say another thing later. */
export async function hashLog(bucket: LogBucket, place: BucketPlace, key: string): Promise<FoundLog | AwsFailure> {
  const hash = createHash('sha256')
  const inflate = openInflate((content) => void hash.update(content), largestContent)
  const read = await bucket.readObject({ ...place, key, maxBytes: largestObject, take: inflate.take })
  const inflated = await inflate.end()
  if (!read.ok) return read.awsCode === 'NoSuchKey' ? 'missing' : read.awsCode === 'ObjectTooLarge' ? 'too_large' : read
  if (!inflated.ok) return inflated.reason
  return { hash: hash.digest('hex') }
}
