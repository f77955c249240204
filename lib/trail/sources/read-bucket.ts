import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import { z } from 'zod'
import { minutes } from '#lib/config/clock.ts'
import type { BucketSource } from '#lib/config/trail-sources.ts'
import { beforeDay, folderOf, readObjectKey } from '../files/object-keys.ts'
import { type ReadDeps, readObject, type ReadTotals } from './read-object.ts'

/** Of one account and Region: where listing goes on, and what of there was read. */
export type FolderSource = { id: string; settings: BucketSource; accountId: string; region: string }
const cursorSchema = z.object({ after: z.string(), seen: z.array(z.string()) })
export type BucketCursor = z.infer<typeof cursorSchema>

/** Keys hold the minute of delivery; a file may appear this much after its minute, behind others. */
const overlapMs = minutes(20)
const filesPerStep = 200

export const foldersOf = (settings: BucketSource): FolderSource[] =>
  settings.accounts.flatMap((accountId) => settings.regions.map((region) => ({ id: `s3/${settings.bucket}/${folder(settings, accountId, region)}`, settings, accountId, region })))

const folder = ({ prefix, organization }: BucketSource, accountId: string, region: string): string => folderOf({ prefix, accountId, region, organizationId: organization }, 'CloudTrail')

export const firstCursor = ({ settings, accountId, region }: FolderSource): BucketCursor => ({ after: beforeDay(folder(settings, accountId, region), settings.from), seen: [] })

/**
 * Reads the log files that came since, in the order of their keys, and answers where to go on: some minutes behind the
 * newest, because files of one minute come in no order. What was read of that overlap is remembered by its key. `more`
 * when files are left; a failure stops at the file before.
 */
export async function readFolder(deps: ReadDeps, { settings, accountId, region }: FolderSource, stored: unknown, totals: ReadTotals): Promise<{ cursor: BucketCursor; more: boolean; failure?: AwsFailure }> {
  const place = { accountId: settings.account, region: settings.region, bucket: settings.bucket }
  const prefix = folder(settings, accountId, region)
  const known = cursorSchema.safeParse(stored).data
  let cursor = known?.after.startsWith(prefix) ? known : firstCursor({ id: '', settings, accountId, region })
  let after = cursor.after
  let files = 0
  for (;;) {
    const page = await deps.logBucket.listObjects({ ...place, prefix, after })
    if (!page.ok) return { cursor, more: false, failure: page }
    for (const { key } of page.objects) {
      after = key
      if (cursor.seen.includes(key) || readObjectKey(key)?.kind !== 'log') continue
      if (files >= filesPerStep) return { cursor, more: true }
      files += 1
      const failure = await readObject(deps, place, key, totals)
      if (failure && failure.awsCode !== 'ObjectTooLarge' && failure.awsCode !== 'NoSuchKey') return { cursor, more: false, failure }
      if (failure) totals.unreadable.push({ file: key, position: 'file', reason: failure.message })
      cursor = goOn(cursor, key, prefix)
    }
    if (!page.more) return { cursor, more: false }
  }
}

/** The cursor after a file: everything before the overlap is behind it. */
function goOn({ after, seen }: BucketCursor, key: string, prefix: string): BucketCursor {
  const delivered = deliveredAt(key)
  const behind = delivered === undefined ? after : keyBefore(key, prefix, new Date(delivered.getTime() - overlapMs))
  const next = behind > after ? behind : after
  return { after: next, seen: [...seen, key].filter((one) => one > next) }
}

/** `…_CloudTrail_<region>_20261123T1005Z_<random>.json.gz` */
function deliveredAt(key: string): Date | undefined {
  const [, year, month, day, hour, minute] = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[^/]*$/.exec(key) ?? []
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`)
}

/** A key that sorts before every file delivered from that minute on. */
function keyBefore(key: string, prefix: string, at: Date): string {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const minute = `${at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`
  return `${beforeDay(prefix, at)}${name.replace(/_\d{8}T\d{4}Z_.*$/, `_${minute}`)}`
}
