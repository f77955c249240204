import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { DigestState, TrailState, UndigestedFile } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { isoSeconds } from '../core/xml.ts'
import { storeObject } from '../s3/store-object.ts'
import { byCloudTrail, folderOf } from './delivery.ts'
import { digestKeyOf, signWith } from './digest-key.ts'

const hour = 3_600_000

/**
 * Writes the digests that are due, one for each hour since the last, chained by Region; the first one names what was
 * delivered before. Regions in which a trail has delivered nothing yet have no chain, except its own.
 * `most` of them of one Region: a computer that was off for a week has many to catch up with.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function writeDigests(world: World, most = Infinity): string[] {
  const written = Object.values(world.state.accounts).flatMap((account) => Object.values(account.trails).flatMap((trail) => regionsOf(trail).flatMap((region) => digestRegion(world, account.id, trail, region, most))))
  world.save()
  return written
}

const regionsOf = (trail: TrailState): string[] => [...new Set([trail.region, ...Object.keys(trail.digests ?? {}), ...(trail.undigested ?? []).map((file) => file.region)])]

function digestRegion(world: World, accountId: string, trail: TrailState, region: string, most: number): string[] {
  const now = world.clock.now().getTime()
  const written: string[] = []
  const write = (start: number, end: number) => written.push(...writeDigest(world, { accountId, trail, region, start, end }))
  closeChain(trail, region, now, write)
  if (!trail.logging || !trail.validateFiles) return written
  const start = Math.max(trail.digestsFrom ?? 0, now - hour)
  if (!trail.digests?.[region] && start + hour <= now) write(start, now)
  for (let chain = trail.digests?.[region]; chain && chain.end + hour <= now && written.length < most; chain = trail.digests?.[region]) write(chain.end, chain.end + hour)
  return written
}

/**
 * After logging or validation stopped there is one digest more, and what comes later begins a chain of its own.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html (EnableLogFileValidation)
 */
function closeChain(trail: TrailState, region: string, now: number, write: (start: number, end: number) => void): void {
  const chain = trail.digests?.[region]
  if (chain?.closing === undefined) return
  const restarted = trail.digestsFrom ?? 0
  const end = restarted > chain.end ? restarted : now
  if (end >= chain.end + 1000) write(chain.end, end)
  delete trail.digests?.[region]
}

type Wanted = { accountId: string; trail: TrailState; region: string; start: number; end: number }

function writeDigest(world: World, { accountId, trail, region, start, end }: Wanted): string[] {
  const bucket = world.state.buckets[trail.bucket]
  if (!bucket) return []
  const due = (trail.undigested ?? []).filter((file) => file.region === region && file.at <= end)
  const endTime = isoSeconds(new Date(end))
  const key = `${folderOf(trail, accountId, 'CloudTrail-Digest', region, new Date(end))}/${accountId}_CloudTrail-Digest_${region}_${trail.name}_${trail.region}_${endTime.replaceAll(/[-:]/g, '')}.json.gz`
  const signer = digestKeyOf(world, region)
  const previous = trail.digests?.[region]
  const text = JSON.stringify(content({ accountId, bucket: bucket.name, key, start: isoSeconds(new Date(start)), endTime, fingerprint: signer.fingerprint, previous, files: due }))
  const hash = createHash('sha256').update(text).digest('hex')
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
  const signature = signWith(signer, [endTime, `${bucket.name}/${key}`, hash, previous?.signature ?? 'null'].join('\n'))
  storeObject(world, bucket, key, { bytes: gzipSync(text), contentType: 'application/json', metadata: { signature, 'signature-algorithm': 'SHA256withRSA' } }, byCloudTrail())
  trail.digests = { ...trail.digests, [region]: { key, bucket: bucket.name, hash, signature, end: Date.parse(endTime) } }
  trail.undigested = (trail.undigested ?? []).filter((file) => !due.includes(file))
  return [`${bucket.name}/${key}`]
}

type Content = { accountId: string; bucket: string; key: string; start: string; endTime: string; fingerprint: string; previous: DigestState | undefined; files: readonly UndigestedFile[] }

/** Without log files the times of events are null; without a previous digest, everything about it. */
function content({ accountId, bucket, key, start, endTime, fingerprint, previous, files }: Content): object {
  return {
    awsAccountId: accountId,
    digestStartTime: start,
    digestEndTime: endTime,
    digestS3Bucket: bucket,
    digestS3Object: key,
    digestPublicKeyFingerprint: fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: files.map((file) => file.newest).toSorted().at(-1) ?? null,
    oldestEventTime: files.map((file) => file.oldest).toSorted()[0] ?? null,
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.hash ?? null,
    previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
    previousDigestSignature: previous?.signature ?? null,
    logFiles: files.map((file) => ({ s3Bucket: file.bucket, s3Object: file.key, hashValue: file.hash, hashAlgorithm: 'SHA-256', newestEventTime: file.newest, oldestEventTime: file.oldest })),
  }
}
