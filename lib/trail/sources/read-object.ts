import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { BucketPlace, LogBucket } from '#lib/aws/log-bucket.ts'
import type { Clock } from '#lib/config/clock.ts'
import { openLogFeed } from '../files/read-log-file.ts'
import { type IngestDeps, ingestRecords } from '../ingest/ingest-records.ts'
import type { Unreadable } from '../ingest/note-unreadable.ts'

export type ReadDeps = IngestDeps & { logBucket: LogBucket; clock: Clock }
/** What came of a file, a message or a whole step. */
export type ReadTotals = { read: number; stored: number; latestEventAt: Date | null; unreadable: Unreadable[] }
export const nothingRead = (): ReadTotals => ({ read: 0, stored: 0, latestEventAt: null, unreadable: [] })

/** A log file of CloudTrail has some megabytes; this is what somebody else put there. */
const maxBytes = 256 * 1024 * 1024
const batchSize = 1_000

/**
 * Reads one log file and takes in what it holds, some records at a time. Cut off anywhere, it is read again: events are
 * stored once. A failure of AWS is the answer; what the file says wrong is told and stops nothing.
 */
export async function readObject(deps: ReadDeps, place: BucketPlace, key: string, totals: ReadTotals): Promise<AwsFailure | undefined> {
  const records: object[] = []
  let before = 0
  const feed = openLogFeed({ record: (event) => void records.push(event), unreadable: (position, reason) => void totals.unreadable.push({ file: key, position, reason }) })
  const flush = async (least: number): Promise<void> => {
    while (records.length >= least && records.length > 0) {
      const batch = records.splice(0, batchSize)
      await takeIn(deps, batch, (index) => ({ file: key, position: `record ${before + index + 1}` }), totals)
      before += batch.length
    }
  }
  const answer = await deps.logBucket.readObject({
    ...place,
    key,
    maxBytes,
    take: async (chunk) => {
      await feed.take(chunk)
      await flush(batchSize)
    },
  })
  if (!answer.ok) return answer
  await feed.end()
  await flush(1)
  return undefined
}

/** Takes records in, and adds up what came of it. */
export async function takeIn(deps: IngestDeps & { clock: Clock }, records: readonly unknown[], placeOf: (index: number) => { file: string; position: string }, totals: ReadTotals): Promise<void> {
  const now = deps.clock()
  const outcome = await ingestRecords(deps, { records }, now)
  totals.read += records.length
  totals.stored += outcome.stored
  for (const { event } of outcome.explained) {
    // How far the source is, whether or not an event was news; a record that says it is of tomorrow does not count.
    if (event.eventTime <= now && (totals.latestEventAt === null || event.eventTime > totals.latestEventAt)) totals.latestEventAt = event.eventTime
  }
  totals.unreadable.push(...outcome.unreadable.map(({ index, reason }) => ({ ...placeOf(index), reason })))
}
