import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { TrailState } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { storeObject } from '../s3/store-object.ts'
import type { TrailEntry } from './store.ts'

/**
 * Writes what became visible since the last time into the buckets of the trails, one gzip file a Region. CloudTrail does
 * so about every five minutes; here somebody says when. `again`: the events of the last delivery once more, in files of
 * other names, since CloudTrail delivers at least once.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */
export function deliverTrailFiles(world: World, again = false): string[] {
  const written = Object.values(world.state.accounts).flatMap((account) => Object.values(account.trails).flatMap((trail) => deliver(world, account.id, trail, again)))
  world.save()
  return written
}

function deliver(world: World, accountId: string, trail: TrailState, again: boolean): string[] {
  const ready = again ? world.trail.all().filter((entry) => trail.lastDelivery?.includes(entry.sequence)) : readyFor(world, accountId, trail)
  if (ready.length === 0) return []
  trail.deliveryError = world.state.buckets[trail.bucket] ? undefined : 'NoSuchBucket'
  if (trail.deliveryError !== undefined) return []
  trail.lastDelivery = ready.map((entry) => entry.sequence)
  trail.deliveredUpTo = Math.max(trail.deliveredUpTo ?? -1, ready.at(-1)!.sequence)
  trail.deliveredAt = world.clock.now().getTime()
  return [...Map.groupBy(ready, (entry) => entry.region)].flatMap(([region, entries]) => writeFile(world, accountId, trail, region, entries))
}

/** Up to the first event that is still on its way, so that none is passed over; of a stopped trail, up to its stop. */
function readyFor(world: World, accountId: string, trail: TrailState): TrailEntry[] {
  const now = world.clock.now().getTime()
  const until = trail.logging ? Infinity : (trail.stoppedAt ?? -Infinity)
  const pending = world.trail
    .all()
    .filter((entry) => entry.accountId === accountId && entry.sequence > (trail.deliveredUpTo ?? -1) && entry.at >= (trail.startedAt ?? 0) && entry.at <= until)
    .filter((entry) => trail.multiRegion || entry.region === trail.region)
  const late = pending.findIndex((entry) => entry.visibleAt > now)
  return late < 0 ? pending : pending.slice(0, late)
}

/** CloudTrail writes as itself. */
export const byCloudTrail = () => ({ principalId: 'AWS:cloudtrail.amazonaws.com', sourceIp: 'cloudtrail.amazonaws.com', requestId: randomBytes(8).toString('hex').toUpperCase() })

/** `<prefix>/AWSLogs/<account>/<kind>/<region>/yyyy/mm/dd` */
export const folderOf = (trail: TrailState, accountId: string, kind: string, region: string, at: Date): string =>
  `${trail.prefix === undefined ? '' : `${trail.prefix}/`}AWSLogs/${accountId}/${kind}/${region}/${at.toISOString().slice(0, 10).replaceAll('-', '/')}`

/** `…/<account>_CloudTrail_<region>_<minute>_<16 characters>.json.gz` */
function writeFile(world: World, accountId: string, trail: TrailState, region: string, entries: readonly TrailEntry[]): string[] {
  const bucket = world.state.buckets[trail.bucket]
  if (!bucket) return []
  const now = world.clock.now()
  const minute = `${now.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`
  const key = `${folderOf(trail, accountId, 'CloudTrail', region, now)}/${accountId}_CloudTrail_${region}_${minute}_${randomBytes(8).toString('hex')}.json.gz`
  const text = JSON.stringify({ Records: entries.map((entry) => entry.record) })
  storeObject(world, bucket, key, { bytes: gzipSync(text), contentType: 'application/json' }, byCloudTrail())
  const times = entries.map((entry) => entry.record.eventTime).toSorted()
  if (trail.validateFiles) {
    const hash = createHash('sha256').update(text).digest('hex')
    trail.undigested = [...(trail.undigested ?? []), { region, bucket: bucket.name, key, hash, at: now.getTime(), oldest: times[0]!, newest: times.at(-1)! }]
  }
  return [`${trail.bucket}/${key}`]
}
