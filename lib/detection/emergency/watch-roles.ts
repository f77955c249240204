import type { TrailReader } from '#lib/aws/trail-reader.ts'
import { after, type Clock, minutes, seconds } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { beat } from '#lib/db/heartbeat.ts'
import { takeToken } from '#lib/db/take-token.ts'
import { isUniqueViolation } from '#lib/db/unique-violation.ts'
import { type IngestDeps, ingestRecords } from '#lib/trail/ingest/ingest-records.ts'
import { parseEvent } from '#lib/trail/parse-event.ts'
import { lookupLimits, trailPace } from '#lib/trail/trail-pace.ts'
import { openFinding } from '../finding.store.ts'
import { outsideRecordRule } from '../watch/outside-record.ts'
import { emergencyDetector, emergencyUseOf } from './emergency-use.ts'
import { type ClaimedEmergencyWatch, claimEmergencyWatches, ensureEmergencyWatches, updateEmergencyWatch } from './emergency-watch.store.ts'

type Deps = IngestDeps & { trailReader: TrailReader; clock: Clock; emergencyRole: string | undefined }
export type EmergencyOutcome = { asked: number; opened: number }

const holdMs = seconds(120)
/** Between two questions that were answered; events come minutes late anyway. */
const pauseMs = minutes(1)
/** A long history leaves the budget to the grants that are watched live. */
const pagesPerClaim = 3
const unfinishedPauseMs = seconds(5)

/** What happened before the portal looked is standing access of old, and no news. */
const newsMs = minutes(24 * 60)
/** A session past the portal is followed this long after it was begun: no session lives longer. */
const followedMs = minutes(12 * 60)
const followedAtOnce = 5

/**
 * The worker's step: asks CloudTrail who took on roles in every account. Of an emergency role, which nobody takes on while
 * the portal works, each is a critical finding; a managed role taken on past the portal is a session outside the record,
 * and what it does is asked for by its name, as is what is done in roles that were taken on from a grant. What happened while the portal was down is found afterwards: the cursor stays
 * where the last whole answer ended, and questions overlap by what events may come late. Safe beside itself on any number
 * of replicas, within the two requests a second that grants' own questions share. Each account's Region has a heartbeat
 * for what AWS answers.
 */
export async function watchRoles(deps: Deps): Promise<EmergencyOutcome> {
  const outcome: EmergencyOutcome = { asked: 0, opened: 0 }
  const now = deps.clock()
  await ensureEmergencyWatches(deps.db, deps.emergencyRole, now)
  for (const watch of await claimEmergencyWatches(deps.db, after(now, holdMs), now)) await ask(deps, watch, outcome)
  return outcome
}

async function ask(deps: Deps, watch: ClaimedEmergencyWatch, outcome: EmergencyOutcome): Promise<void> {
  const { db, trailReader, clock } = deps
  const { accountId, region, cursorAt } = watch
  const open = watch.questionFrom && watch.questionTo && watch.nextToken ? { from: watch.questionFrom, to: watch.questionTo, nextToken: watch.nextToken } : null
  let question: { from: Date; to: Date; nextToken: string | undefined } = open ?? { from: after(cursorAt, -trailPace.overlapMs), to: clock(), nextToken: undefined }
  const stop = (pause: number) => updateEmergencyWatch(db, watch, { nextPollAt: after(clock(), pause), questionFrom: question.from, questionTo: question.to, nextToken: question.nextToken ?? null })
  for (let page = 0; page < pagesPerClaim; page += 1) {
    if (!(await takeToken(db, `lookup-events/${accountId}/${region}`, lookupLimits, clock()))) return stop(unfinishedPauseMs)
    outcome.asked += 1
    const answer = await trailReader.lookupByEventName({ accountId, region, eventName: 'AssumeRole', ...question })
    if (!answer.ok) {
      if (answer.code !== 'throttled') await beat(db, `roles/${accountId}/${region}`, { ok: false, message: answer.message }, clock())
      // A token that AWS no longer takes begins the question again.
      if (answer.awsCode.startsWith('InvalidNextToken')) question = { ...question, nextToken: undefined }
      return stop(answer.code === 'throttled' ? unfinishedPauseMs : pauseMs)
    }
    await beat(db, `roles/${accountId}/${region}`, { ok: true }, clock())
    await ingestNews(deps, accountId, answer.page.events)
    if (watch.roleArn !== '') for (const { body } of answer.page.events) outcome.opened += await keep(db, watch, body, clock())
    question = { ...question, nextToken: answer.page.nextToken }
    if (!question.nextToken) {
      await followOnward(deps, watch, outcome)
      return updateEmergencyWatch(db, watch, { cursorAt: question.to, nextPollAt: after(clock(), pauseMs), questionFrom: null, questionTo: null, nextToken: null })
    }
  }
  return stop(unfinishedPauseMs)
}

async function ingestNews(deps: Deps, accountId: string, events: readonly { body: string }[]): Promise<void> {
  const since = after(deps.clock(), -newsMs)
  const news = events.filter(({ body }) => {
    const reading = parseEvent(body)
    return reading.ok && reading.event.eventTime >= since
  })
  if (news.length > 0) await ingestRecords(deps, { records: news.map(({ body }) => body), accountId }, deps.clock())
}

/** What sessions past the portal, and those taken on from a grant, did, by their names; a page each, the newest first, which is what a finding needs. */
async function followOnward(deps: Deps, { accountId, region }: ClaimedEmergencyWatch, outcome: EmergencyOutcome): Promise<void> {
  const { db, trailReader, clock } = deps
  const now = clock()
  const from = after(now, -followedMs)
  const sessions = await db.$queryRaw<{ username: string; since: Date }[]>`
    SELECT username, min("eventTime") AS since FROM (
      SELECT split_part(subject, ':', 2) AS username, "eventTime" FROM rule_match
      WHERE "ruleId" = ${outsideRecordRule} AND "accountId" = ${accountId} AND "eventTime" >= ${from}::timestamptz AND subject LIKE 'AROA%:%'
      UNION ALL
      SELECT body #>> '{requestParameters,roleSessionName}', "eventTime" FROM trail_event
      WHERE "eventName" = 'AssumeRole' AND "grantId" IS NOT NULL AND "eventTime" >= ${from}::timestamptz AND "errorCode" IS NULL
        AND split_part(body #>> '{requestParameters,roleArn}', ':', 5) = ${accountId}
    ) followed WHERE username <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT ${followedAtOnce}`
  for (const { username, since } of sessions) {
    if (!(await takeToken(db, `lookup-events/${accountId}/${region}`, lookupLimits, clock()))) return
    outcome.asked += 1
    const answer = await trailReader.lookupByUsername({ accountId, region, username, from: since, to: now })
    if (!answer.ok) return
    await ingestNews(deps, accountId, answer.page.events)
  }
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
