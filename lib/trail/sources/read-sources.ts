import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import { after, minutes, seconds } from '#lib/config/clock.ts'
import type { TrailSources } from '#lib/config/trail-sources.ts'
import { beat } from '#lib/db/heartbeat.ts'
import type { TrailSource } from '#lib/db/generated/client.ts'
import { type BucketCursor, firstCursor, foldersOf, readFolder } from './read-bucket.ts'
import { nothingRead, type ReadTotals } from './read-object.ts'
import { type QueueDeps, readQueue } from './read-queue.ts'
import { noteUnreadable } from '../ingest/note-unreadable.ts'
import { claimSources, ensureSources, type SourceRow, updateSource } from './source.store.ts'

/** Log files come about every five minutes. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html */
const bucketPauseMs = seconds(30)
const queuePauseMs = seconds(1)
/** After AWS said no. */
const failurePauseMs = seconds(30)
const holdMs = minutes(10)

export type SourcesOutcome = { read: number; stored: number; failed: number }

/**
 * The worker's step: reads every configured bucket and queue that is due, side by side. A source's cursor moves when what
 * lies before it is stored; whoever dies on the way leaves it where it was, and what is read twice is stored once. Each
 * source has a heartbeat of its own.
 */
export async function readSources(deps: QueueDeps, sources: TrailSources, { waitSeconds = 0 }: { waitSeconds?: number } = {}): Promise<SourcesOutcome> {
  const outcome: SourcesOutcome = { read: 0, stored: 0, failed: 0 }
  const now = deps.clock()
  const buckets = sources.flatMap((source) => (source.kind === 's3' ? foldersOf(source) : []))
  const queues = sources.filter((source) => source.kind === 'sqs')
  const rows: SourceRow[] = [...buckets.map((source) => ({ id: source.id, kind: 's3' as const, cursor: firstCursor(source) })), ...queues.map(({ url }) => ({ id: `sqs/${url}`, kind: 'sqs' as const, cursor: {} }))]
  await ensureSources(deps.db, ['s3', 'sqs'], rows, now)
  const read = async (claimed: TrailSource): Promise<void> => {
    const totals = nothingRead()
    const bucket = buckets.find(({ id }) => id === claimed.id)
    const queue = queues.find(({ url }) => `sqs/${url}` === claimed.id)
    const result: { cursor?: BucketCursor; more: boolean; failure?: AwsFailure } | undefined = bucket ? await readFolder(deps, bucket, claimed.cursor, totals) : queue ? await readQueue(deps, queue, totals, waitSeconds) : undefined
    if (!result) return
    const pauseMs = result.failure ? failurePauseMs : result.more ? 0 : bucket ? bucketPauseMs : queuePauseMs
    await finish(deps, claimed, totals, { pauseMs, cursor: result.cursor })
    await beat(deps.db, `source/${claimed.id}`, result.failure ? { ok: false, message: result.failure.message } : { ok: true }, deps.clock())
    if (result.failure) outcome.failed += 1
    outcome.read += totals.read
    outcome.stored += totals.stored
  }
  await Promise.all((await claimSources(deps.db, ['s3', 'sqs'], after(now, holdMs), now)).map(read))
  return outcome
}

async function finish({ db, clock }: QueueDeps, claimed: TrailSource, { read, stored, latestEventAt, unreadable }: ReadTotals, { pauseMs, cursor }: { pauseMs: number; cursor: BucketCursor | undefined }): Promise<void> {
  const now = clock()
  await noteUnreadable(db, claimed.id, unreadable, now)
  await updateSource(db, claimed, {
    ...(cursor ? { cursor } : {}),
    nextReadAt: after(now, pauseMs),
    lastReadAt: now,
    ...(latestEventAt && (claimed.lastEventAt === null || latestEventAt > claimed.lastEventAt) ? { lastEventAt: latestEventAt } : {}),
    readCount: { increment: read },
    storedCount: { increment: stored },
    unreadableCount: { increment: unreadable.length },
  })
}
