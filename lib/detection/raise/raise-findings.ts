import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import { hit } from '../watch/judge-events.ts'
import type { WatchingRules } from '../watch/open-event-watch.ts'
import { raiseCorrelation } from './raise-correlation.ts'
import { raiseHits } from './raise-hits.ts'

/** So many subjects in one step; the next step goes on. */
const perStep = 100

export type RaiseDeps = { db: Database; clock: Clock; eventWatch: WatchingRules }
/** What waits: hits of one rule about one subject in an account, or parts of one correlation's group. */
export type Waiting = { ruleId: string; subject: string; accountId: string | null }

/**
 * The worker's step that makes findings of what rules said: one a rule and subject, which grows while it is not closed.
 * Everything it works on lies in the database, so it goes on wherever a process died, and two replicas take turns by
 * subject. Answers how many subjects it settled.
 */
export async function raiseFindings(deps: RaiseDeps): Promise<number> {
  const now = deps.clock()
  await deps.eventWatch.ready()
  const waiting = await deps.db.$queryRaw<(Waiting & { isHit: boolean })[]>`
    SELECT "ruleId", subject, position = ${hit} AS "isHit", CASE WHEN position = ${hit} THEN "accountId" END AS "accountId"
    FROM rule_match WHERE "settledAt" IS NULL AND "dueAt" <= ${now}::timestamptz
    GROUP BY 1, 2, 3, 4 ORDER BY min("dueAt") LIMIT ${perStep}`
  let raised = 0
  for (const { isHit, ...one } of waiting) raised += await deps.db.$transaction((tx) => (isHit ? raiseHits(tx, deps, one, now) : raiseCorrelation(tx, deps, one, now)))
  if (raised > 0) await deps.db.$executeRaw`SELECT pg_notify(${liveChannel}, 'finding')`
  return waiting.length
}

/** Matches that nothing can follow any more. */
export async function forgetMatches(db: Database, now: Date): Promise<void> {
  await db.$executeRaw`DELETE FROM rule_match WHERE id IN (SELECT id FROM rule_match WHERE "keepUntil" < ${now}::timestamptz ORDER BY "keepUntil" LIMIT 10000)`
}
