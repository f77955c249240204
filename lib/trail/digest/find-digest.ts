import { createHash } from 'node:crypto'
import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { BucketPlace, LogBucket } from '#lib/aws/log-bucket.ts'
import { openInflate } from '../files/inflate.ts'
import { folderOf, type TrailFolder } from '../files/object-keys.ts'
import type { FoundDigest } from './check-digest.ts'

/** One trail's digests of one account and Region. `name` and `homeRegion` are the trail's. */
export type DigestFolder = TrailFolder & { name: string; homeRegion: string }
/** A backfill digest names files that were missing in one before; it stands beside the chain. */
export type DigestName = { key: string; endTime: string; backfill: boolean }

const largestDigest = 64 * 1024 * 1024

/**
 * What a digest of this trail is by its key; undefined for anything else, such as another trail's.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function readDigestKey(folder: DigestFolder, key: string): DigestName | undefined {
  const before = `${folder.accountId}_CloudTrail-Digest_${folder.region}_${folder.name}_${folder.homeRegion}_`
  const below = /^\d{4}\/\d\d\/\d\d\/([^/]+)$/.exec(key.startsWith(folderOf(folder, 'CloudTrail-Digest')) ? key.slice(folderOf(folder, 'CloudTrail-Digest').length) : '')?.[1]
  const [, year, month, day, hour, minute, second, backfill] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(_backfill)?\.json\.gz$/.exec(below?.startsWith(before) ? below.slice(before.length) : '') ?? []
  const endTime = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  return Number.isFinite(Date.parse(endTime)) ? { key, endTime, backfill: backfill !== undefined } : undefined
}

/** Reads a digest out of its bucket; undefined when it is not there any more. */
export async function findDigest(bucket: LogBucket, place: BucketPlace, { key, endTime }: DigestName): Promise<FoundDigest | AwsFailure | undefined> {
  const parts: Buffer[] = []
  const inflate = openInflate((content) => void parts.push(content), largestDigest)
  const read = await bucket.readObject({ ...place, key, maxBytes: largestDigest, take: inflate.take })
  const inflated = await inflate.end()
  const found = { bucket: place.bucket, key, endTime }
  if (!read.ok && read.awsCode === 'ObjectTooLarge') return found
  if (!read.ok) return read.awsCode === 'NoSuchKey' ? undefined : read
  if (!inflated.ok) return found
  const content = Buffer.concat(parts)
  return { ...found, text: content.toString('utf8'), hash: createHash('sha256').update(content).digest('hex'), signature: read.metadata.signature, generatedAt: read.metadata['backfill-generation-timestamp'] }
}
