import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { LookupPage, TrailReader } from '#lib/aws/trail-reader.ts'
import { after, type Clock, seconds } from '#lib/config/clock.ts'
import { beat } from '#lib/db/heartbeat.ts'
import { takeToken } from '#lib/db/take-token.ts'
import { type IngestDeps, ingestRecords } from './ingest/ingest-records.ts'
import { noteUnreadable } from './ingest/note-unreadable.ts'
import { decideNextPoll, lookupLimits, type TrailPace, trailPace } from './trail-pace.ts'
import { type ClaimedWatch, claimWatches, closeWatch, ensureWatches, updateClaimed } from './watch.store.ts'

export type TrailDeps = IngestDeps & { trailReader: TrailReader; clock: Clock; pace?: Partial<TrailPace> }
/** `foreign`: events under a grant's name that were not its own. */
export type PollOutcome = { asked: number; stored: number; throttled: number; failed: number; foreign: number }

/** A claim lapses after this long, far beyond the pages one claim may read at AWS's slowest. */
const holdMs = seconds(180)
const pagesPerClaim = 10
const throttledPauseMs = seconds(2)
const placesAtOnce = 6

/**
 * The worker's step: asks CloudTrail what was done under every open grant that is due. Safe beside itself on any number
 * of replicas. The accounts' Regions are asked side by side, each within its own two requests a second.
 */
export async function pollTrail(deps: TrailDeps): Promise<PollOutcome> {
  const outcome: PollOutcome = { asked: 0, stored: 0, throttled: 0, failed: 0, foreign: 0 }
  const pace = { ...trailPace, ...deps.pace }
  const now = deps.clock()
  await ensureWatches(deps.db, pace, now)
  const places = Object.values(Object.groupBy(await claimWatches(deps.db, holdMs, now), (watch) => placeOf(watch)))
  const work = async (): Promise<void> => {
    for (let watches = places.pop(); watches; watches = places.pop()) await askPlace({ ...deps, pace }, watches, outcome)
  }
  await Promise.all(Array.from({ length: placesAtOnce }, work))
  return outcome
}

const placeOf = ({ accountId, region }: { accountId: string; region: string }): string => `${accountId}/${region}`
type StepDeps = TrailDeps & { pace: TrailPace }

/** One after the other; when AWS or the budget stops one, the rest go back to where they waited. */
async function askPlace(deps: StepDeps, watches: readonly ClaimedWatch[], outcome: PollOutcome): Promise<void> {
  let open = true
  for (const watch of watches) {
    if (open) open = await ask(deps, watch, outcome)
    else await updateClaimed(deps.db, watch, { nextPollAt: watch.dueAt })
  }
}

type Question = { from: Date; to: Date; nextToken: string | undefined; pages: number }

/** Goes on with the open question, or begins one that overlaps what was read. */
function questionOf(watch: ClaimedWatch, pace: TrailPace, now: Date): Question {
  if (watch.questionFrom && watch.questionTo && watch.nextToken) return { from: watch.questionFrom, to: watch.questionTo, nextToken: watch.nextToken, pages: watch.pagesRead }
  return { from: after(watch.cursorAt, -pace.overlapMs), to: now, nextToken: undefined, pages: 0 }
}

/** Reads pages until the question is answered or something stops it; `false` when the account's Region has to wait. */
async function ask(deps: StepDeps, watch: ClaimedWatch, outcome: PollOutcome): Promise<boolean> {
  const { db, clock } = deps
  const begun = questionOf(watch, deps.pace, clock())
  let question = begun
  let { lastFoundAt, lastEventAt } = watch
  for (;;) {
    // Whoever has read something goes behind those who waited meanwhile; whoever could not keeps their place.
    const again = question === begun ? watch.dueAt : clock()
    if (question.pages - begun.pages >= pagesPerClaim) return updateClaimed(db, watch, { nextPollAt: again })
    if (!(await takeToken(db, `lookup-events/${placeOf(watch)}`, lookupLimits, clock()))) {
      await updateClaimed(db, watch, { nextPollAt: again })
      return false
    }
    outcome.asked += 1
    const answer = await deps.trailReader.lookupByUsername({ ...watch, ...question })
    if (!answer.ok) return giveUp(deps, watch, answer, outcome)
    const kept = await keepPage(deps, watch, answer.page, outcome)
    if (kept.stored > 0) lastFoundAt = clock()
    lastEventAt = later(lastEventAt, kept.latestEventAt)
    question = { ...question, nextToken: answer.page.nextToken, pages: question.pages + 1 }
    const found = { lastFoundAt, lastEventAt, lastPolledAt: clock() }
    await beat(db, `cloudtrail/${placeOf(watch)}`, { ok: true }, clock())
    if (!question.nextToken) return finish(deps, { ...watch, lastFoundAt }, question, found)
    // Until the last page is read the cursor stays: what is remembered is the place in the question.
    const held = await updateClaimed(db, watch, { ...found, questionFrom: question.from, questionTo: question.to, nextToken: question.nextToken, pagesRead: question.pages })
    if (!held) return true
  }
}

const later = (a: Date | null, b: Date | null): Date | null => (a && b ? (a > b ? a : b) : (a ?? b))

async function finish({ db, clock, pace }: StepDeps, watch: ClaimedWatch, question: Question, found: { lastPolledAt: Date }): Promise<true> {
  if (question.to >= watch.watchUntil) {
    await closeWatch(db, watch)
    return true
  }
  const nextPollAt = decideNextPoll({ ...watch, pages: question.pages }, pace, clock())
  await updateClaimed(db, watch, { ...found, cursorAt: question.to, nextPollAt, questionFrom: null, questionTo: null, nextToken: null, pagesRead: 0 })
  return true
}

async function keepPage(deps: StepDeps, watch: ClaimedWatch, page: LookupPage, outcome: PollOutcome): Promise<{ stored: number; latestEventAt: Date | null }> {
  const { grantId, accountId } = watch
  const kept = await ingestRecords(deps, { records: page.events.map(({ body }) => body), accountId }, deps.clock())
  const unreadable = kept.unreadable.map(({ index, reason }) => ({ file: `${watch.region}, ${watch.username}`, position: `event ${page.events[index]?.eventId ?? 'without an id'}`, reason }))
  await noteUnreadable(deps.db, `LookupEvents of ${accountId}`, unreadable, deps.clock())
  outcome.stored += kept.stored
  outcome.foreign += kept.explained.filter(({ explanation }) => explanation.kind !== 'trial' && !(explanation.kind === 'grant' && explanation.grantId === grantId)).length
  return kept
}

/** Throttling is no failure: the same question goes on in a moment. A token AWS no longer takes begins it again. */
async function giveUp({ db, clock, pace }: StepDeps, watch: ClaimedWatch, failure: AwsFailure, outcome: PollOutcome): Promise<boolean> {
  const now = clock()
  if (failure.code === 'throttled') {
    outcome.throttled += 1
    await updateClaimed(db, watch, { nextPollAt: after(now, throttledPauseMs) })
    return false
  }
  if (failure.awsCode.startsWith('InvalidNextToken')) {
    return updateClaimed(db, watch, { nextPollAt: now, questionFrom: null, questionTo: null, nextToken: null, pagesRead: 0 })
  }
  outcome.failed += 1
  await beat(db, `cloudtrail/${placeOf(watch)}`, { ok: false, message: failure.message }, now)
  await updateClaimed(db, watch, { nextPollAt: after(now, pace.quietMs / 2) })
  return false
}
