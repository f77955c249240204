import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { TrailState } from '../core/state.ts'
import type { World } from '../core/world.ts'
import type { TrailEntry } from './store.ts'

/**
 * Writes what became visible since the last time into the buckets of the trails that are logging, one gzip file a Region.
 * CloudTrail does so about every five minutes; here somebody says when.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */
export function deliverTrailFiles(world: World): string[] {
  const written = Object.values(world.state.accounts).flatMap((account) =>
    Object.values(account.trails)
      .filter((trail) => trail.logging)
      .flatMap((trail) => deliver(world, account.id, trail)),
  )
  world.save()
  return written
}

function deliver(world: World, accountId: string, trail: TrailState): string[] {
  const now = world.clock.now().getTime()
  const pending = world.trail
    .all()
    .filter((entry) => entry.accountId === accountId && entry.sequence > (trail.deliveredUpTo ?? -1) && entry.at >= (trail.startedAt ?? 0))
    .filter((entry) => trail.multiRegion || entry.region === trail.region)
  // Up to the first event that is still on its way, so that none is passed over.
  const late = pending.findIndex((entry) => entry.visibleAt > now)
  const ready = late < 0 ? pending : pending.slice(0, late)
  if (ready.length === 0) return []
  trail.deliveryError = world.state.buckets[trail.bucket] ? undefined : 'NoSuchBucket'
  if (trail.deliveryError !== undefined) return []
  trail.deliveredUpTo = ready.at(-1)!.sequence
  trail.deliveredAt = now
  return [...Map.groupBy(ready, (entry) => entry.region)].flatMap(([region, entries]) => writeFile(world, accountId, trail, region, entries))
}

/** `AWSLogs/<account>/CloudTrail/<region>/yyyy/mm/dd/<account>_CloudTrail_<region>_<minute>_<16 characters>.json.gz` */
function writeFile(world: World, accountId: string, trail: TrailState, region: string, entries: readonly TrailEntry[]): string[] {
  const bucket = world.state.buckets[trail.bucket]
  if (!bucket) return []
  const now = world.clock.now()
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/')
  const minute = `${now.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`
  const folder = `${trail.prefix === undefined ? '' : `${trail.prefix}/`}AWSLogs/${accountId}/CloudTrail/${region}/${day}`
  const key = `${folder}/${accountId}_CloudTrail_${region}_${minute}_${randomBytes(8).toString('hex')}.json.gz`
  const bytes = gzipSync(JSON.stringify({ Records: entries.map((entry) => entry.record) }))
  const etag = createHash('md5').update(bytes).digest('hex')
  bucket.objects[key] = { blob: world.blobs.put(bytes), size: bytes.length, etag, contentType: 'application/json', modifiedAt: now.getTime(), metadata: {} }
  return [`${trail.bucket}/${key}`]
}
