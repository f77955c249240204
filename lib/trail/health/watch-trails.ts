import type { TrailInspector } from '#lib/aws/trail-inspector.ts'
import { after, type Clock, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { keepTrails, readKept } from './kept-trails.ts'
import { type ClaimedAccount, claimAccounts, ensureHealth, sayFailures, updateHealth } from './trail-health.store.ts'

export type TrailWatchDeps = { db: Database; clock: Clock; trailInspector: TrailInspector }

/** A trail that somebody stopped is shown within this. */
const pauseMs = minutes(5)
const failurePauseMs = minutes(1)
const holdMs = minutes(3)
const perStep = 12

/**
 * The worker's step: asks AWS how the trails of the accounts on offer do, some accounts a step, and keeps what it says.
 * While AWS refuses, what was read last stays and the refusal is kept beside it. Answers what could not be asked, in a sentence.
 */
export async function watchTrails(deps: TrailWatchDeps): Promise<{ asked: number; problem: string | null }> {
  const now = deps.clock()
  await ensureHealth(deps.db, now)
  const claimed = await claimAccounts(deps.db, 'dueAt', perStep, after(now, holdMs), now)
  await Promise.all(claimed.map((account) => ask(deps, account)))
  return { asked: claimed.length, problem: await sayFailures(deps.db, 'failure') }
}

async function ask({ db, clock, trailInspector }: TrailWatchDeps, account: ClaimedAccount): Promise<void> {
  const answer = await trailInspector.listTrails(account.accountId, account.region)
  const now = clock()
  if (!answer.ok) {
    await updateHealth(db, 'dueAt', account, { failure: `${answer.awsCode}: ${answer.message}`.slice(0, 300), dueAt: after(now, failurePauseMs) })
    return
  }
  const row = await db.trailHealth.findUnique({ where: { accountId: account.accountId }, select: { trails: true } })
  const trails = keepTrails(answer.trails, readKept(row?.trails) ?? [], now)
  // Dates become text in JSON, and are read as dates again.
  await updateHealth(db, 'dueAt', account, { trails, failure: null, readAt: now, dueAt: after(now, pauseMs) })
}
