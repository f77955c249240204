import type { DigestKeys } from '#lib/aws/digest-keys.ts'
import type { LogBucket } from '#lib/aws/log-bucket.ts'
import { after, type Clock, minutes } from '#lib/config/clock.ts'
import type { BucketSource, TrailSources } from '#lib/config/trail-sources.ts'
import type { Database } from '#lib/db/client.ts'
import { beat } from '#lib/db/heartbeat.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import type { DigestCursor, DigestProblem } from '#lib/trail/digest/check-digest.ts'
import { verifyDigests } from '#lib/trail/digest/verify-digests.ts'
import { foldersOf } from '#lib/trail/sources/read-bucket.ts'
import { claimSources, ensureSources, updateSource } from '#lib/trail/sources/source.store.ts'
import { openFinding } from '../finding.store.ts'
import { shortKey } from '../raise/keep-finding.ts'
import { digestDetector, draftOfProblem } from './draft-of-problem.ts'

export type DigestDeps = { db: Database; clock: Clock; logBucket: LogBucket; digestKeys: DigestKeys }
export type DigestsOutcome = { verified: number; opened: number }

const holdMs = minutes(15)
/** Digests come hourly. */
const pauseMs = minutes(10)
const perStep = 24

/**
 * The worker's step: verifies the digests that came since, and the log files they name, of every bucket whose trail is
 * configured. What does not hold is a finding, each problem once. The cursor moves after its findings are stored.
 */
export async function watchDigests({ db, clock, logBucket, digestKeys }: DigestDeps, sources: TrailSources): Promise<DigestsOutcome> {
  const outcome: DigestsOutcome = { verified: 0, opened: 0 }
  const now = clock()
  const folders = sources.flatMap((source) => (source.kind === 's3' && source.trail ? foldersOf(source) : [])).map((folder) => ({ ...folder, id: `digest/${folder.id}` }))
  await ensureSources(db, ['digest'], folders.map(({ id }) => ({ id, kind: 'digest', cursor: {} })), now)
  for (const claimed of await claimSources(db, ['digest'], after(now, holdMs), now)) {
    const folder = folders.find(({ id }) => id === claimed.id)
    if (!folder) continue
    const { settings, accountId, region } = folder
    const place = { accountId: settings.account, region: settings.region, bucket: settings.bucket }
    const trail = settings.trail as NonNullable<BucketSource['trail']>
    const stored = claimed.cursor as { digest?: DigestCursor }
    const result = await verifyDigests({ bucket: logBucket, keys: digestKeys }, { place, folder: { prefix: settings.prefix, organizationId: settings.organization, accountId, region, ...trail }, cursor: stored.digest ?? null, from: settings.from, now, limit: perStep })
    for (const problem of result.problems) outcome.opened += await openProblem(db, accountId, region, problem, clock())
    outcome.verified += result.digests
    await updateSource(db, claimed, { cursor: result.cursor ? { digest: result.cursor } : {}, nextReadAt: after(clock(), result.more && !result.failure ? 0 : pauseMs), lastReadAt: clock(), readCount: { increment: result.logFiles } })
    const late = result.overdueSince ? `The digest of ${result.overdueSince.toISOString()} has not come.` : null
    const problem = result.failure?.message ?? late
    await beat(db, `source/${claimed.id}`, problem === null ? { ok: true } : { ok: false, message: problem }, clock())
  }
  if (outcome.opened > 0) await db.$executeRaw`SELECT pg_notify(${liveChannel}, 'finding')`
  return outcome
}

/** How many findings it opened: the same problem is told each time that part of the chain is looked at. */
async function openProblem(db: Database, accountId: string, region: string, problem: DigestProblem, now: Date): Promise<number> {
  const dedupeKey = `${digestDetector.id}:${accountId}:${shortKey(`${problem.code} ${problem.bucket}/${problem.key}`)}`
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${dedupeKey}))`
    if ((await tx.finding.count({ where: { dedupeKey } })) > 0) return 0
    const account = await tx.account.findUnique({ where: { id: accountId }, select: { name: true } })
    await openFinding(tx, { accountId }, digestDetector.id, dedupeKey, draftOfProblem(problem, `${account?.name ?? accountId} in ${region}`, now), now)
    return 1
  })
}
