import type { TrailReader } from '#lib/aws/trail-reader.ts'
import { after, type Clock, minutes, seconds } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { takeToken } from '#lib/db/take-token.ts'
import { isUniqueViolation } from '#lib/db/unique-violation.ts'
import { lookupLimits, trailPace } from '#lib/trail/trail-pace.ts'
import { openFinding } from '../finding.store.ts'
import { emergencyDetector, emergencyUseOf } from './emergency-use.ts'
import { type ClaimedEmergencyWatch, claimEmergencyWatches, ensureEmergencyWatches, updateEmergencyWatch } from './emergency-watch.store.ts'

type Deps = { db: Database; trailReader: TrailReader; clock: Clock; emergencyRole: string }
export type EmergencyOutcome = { asked: number; opened: number; failures: string[] }

const holdMs = seconds(120)
/** Between two questions that were answered; events come minutes late anyway. */
const pauseMs = minutes(1)
/** A long history leaves the budget to the grants that are watched live. */
const pagesPerClaim = 3
const unfinishedPauseMs = seconds(5)

/**
 * The worker's step: asks CloudTrail who took on an emergency role, which nobody does while the portal works, and opens
 * one critical finding a session. What was used while the portal was down is found afterwards: the cursor stays where the
 * last whole answer ended, and questions overlap by what events may come late. Safe beside itself on any number of
 * replicas, within the two requests a second that grants' own questions share.
 */
export async function watchEmergencyRoles(deps: Deps): Promise<EmergencyOutcome> {
  const outcome: EmergencyOutcome = { asked: 0, opened: 0, failures: [] }
  const now = deps.clock()
  await ensureEmergencyWatches(deps.db, deps.emergencyRole, now)
  for (const watch of await claimEmergencyWatches(deps.db, after(now, holdMs), now)) await ask(deps, watch, outcome)
  return outcome
}

async function ask({ db, trailReader, clock }: Deps, watch: ClaimedEmergencyWatch, outcome: EmergencyOutcome): Promise<void> {
  const { accountId, region, cursorAt } = watch
  const open = watch.questionFrom && watch.questionTo && watch.nextToken ? { from: watch.questionFrom, to: watch.questionTo, nextToken: watch.nextToken } : null
  let question: { from: Date; to: Date; nextToken: string | undefined } = open ?? { from: after(cursorAt, -trailPace.overlapMs), to: clock(), nextToken: undefined }
  const stop = (pause: number) => updateEmergencyWatch(db, watch, { nextPollAt: after(clock(), pause), questionFrom: question.from, questionTo: question.to, nextToken: question.nextToken ?? null })
  for (let page = 0; page < pagesPerClaim; page += 1) {
    if (!(await takeToken(db, `lookup-events/${accountId}/${region}`, lookupLimits, clock()))) return stop(unfinishedPauseMs)
    outcome.asked += 1
    const answer = await trailReader.lookupByEventName({ accountId, region, eventName: 'AssumeRole', ...question })
    if (!answer.ok) {
      if (answer.code !== 'throttled') outcome.failures.push(`${accountId} in ${region}: ${answer.message}`)
      // A token that AWS no longer takes begins the question again.
      if (answer.awsCode.startsWith('InvalidNextToken')) question = { ...question, nextToken: undefined }
      return stop(answer.code === 'throttled' ? unfinishedPauseMs : pauseMs)
    }
    for (const { body } of answer.page.events) outcome.opened += await keep(db, watch, body, clock())
    question = { ...question, nextToken: answer.page.nextToken }
    if (!question.nextToken) return updateEmergencyWatch(db, watch, { cursorAt: question.to, nextPollAt: after(clock(), pauseMs), questionFrom: null, questionTo: null, nextToken: null })
  }
  return stop(unfinishedPauseMs)
}

/** How many findings it opened: none for what is nobody's emergency, or known. */
async function keep(db: Database, { accountId, roleArn }: ClaimedEmergencyWatch, body: string, now: Date): Promise<number> {
  const account = await db.account.findUnique({ where: { id: accountId } })
  const use = emergencyUseOf(body, roleArn, account?.name ?? accountId)
  if (!use) return 0
  const dedupeKey = `${emergencyDetector.id}/${accountId}/${use.event.eventId}`
  if ((await db.finding.count({ where: { dedupeKey } })) > 0) return 0
  try {
    await db.$transaction((tx) => openFinding(tx, { accountId }, emergencyDetector.id, dedupeKey, use.draft, now))
    return 1
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return 0
  }
}
