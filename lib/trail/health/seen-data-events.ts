import type { BucketSource, TrailSources } from '#lib/config/trail-sources.ts'
import type { Database } from '#lib/db/client.ts'
import { foldersOf } from '../sources/read-bucket.ts'
import { type KeptTrail, readKept } from './kept-trails.ts'

/** Whose data events are asked about; `regions` are all that are enabled there. */
export type Owner = { accountId: string; regions: readonly string[] }

/**
 * The kinds of resources (`AWS::S3::Object`) of an account whose data events have all been read since then: a trail took
 * every one of them without a break, and a bucket it delivers to is read for this account, in all its Regions, without
 * failing now. Empty where only CloudTrail's history is asked, which holds none.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export async function findSeenDataEvents(db: Database, sources: TrailSources, accountId: string, since: Date): Promise<string[]> {
  const buckets = sources.filter((source) => source.kind === 's3')
  if (buckets.length === 0) return []
  const account = await db.account.findUnique({ where: { id: accountId }, include: { trailHealth: { select: { trails: true } } } })
  if (!account?.trailHealth) return []
  const ids = buckets.flatMap((source) => folderBeats(source, accountId))
  const working = new Set((await db.heartbeat.findMany({ where: { component: { in: ids }, message: null, lastSuccessAt: { not: null } }, select: { component: true } })).map(({ component }) => component))
  const read = buckets.filter((source) => folderBeats(source, accountId).every((id) => working.has(id)))
  return seenDataEvents(readKept(account.trailHealth.trails) ?? [], read, { accountId, regions: [...new Set([account.region, ...account.regions])] }, since)
}

const folderBeats = (source: BucketSource, accountId: string): string[] => foldersOf(source).flatMap((folder) => (folder.accountId === accountId ? [`source/${folder.id}`] : []))

/** The same of what is known of an account's trails, and of the buckets that are read. */
export function seenDataEvents(trails: readonly KeptTrail[], read: readonly BucketSource[], { accountId, regions }: Owner, since: Date): string[] {
  const isRead = ({ bucket, prefix }: KeptTrail): boolean =>
    read.some((source) => source.bucket === bucket && source.prefix === prefix && source.from <= since && source.accounts.includes(accountId) && regions.every((region) => source.regions.includes(region)))
  const kinds = trails.filter(isRead).flatMap(({ dataSince }) => Object.entries(dataSince).flatMap(([kind, from]) => (from <= since ? [kind] : [])))
  return [...new Set(kinds)].toSorted()
}
