import type { RegionReader } from '#lib/aws/region-reader.ts'
import { after, type Clock, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { type ClaimedAccount, claimAccounts, ensureHealth, sayFailures, updateHealth } from './health/trail-health.store.ts'

export type RegionDeps = { db: Database; clock: Clock; regionReader: RegionReader }

const pauseMs = minutes(24 * 60)
const failurePauseMs = minutes(15)
const holdMs = minutes(3)
const perStep = 12

/**
 * The worker's step: asks once a day which Regions are enabled in each account on offer, so that CloudTrail is asked in
 * all of them. While AWS refuses, those read last stay. Answers what could not be asked, in a sentence.
 */
export async function keepAccountRegions(deps: RegionDeps): Promise<{ asked: number; problem: string | null }> {
  const now = deps.clock()
  await ensureHealth(deps.db, now)
  const claimed = await claimAccounts(deps.db, 'regionsDueAt', perStep, after(now, holdMs), now)
  await Promise.all(claimed.map((account) => ask(deps, account)))
  return { asked: claimed.length, problem: await sayFailures(deps.db, 'regionsFailure') }
}

async function ask({ db, clock, regionReader }: RegionDeps, account: ClaimedAccount): Promise<void> {
  const answer = await regionReader.listRegions(account.accountId, account.region)
  const now = clock()
  if (!answer.ok) {
    await updateHealth(db, 'regionsDueAt', account, { regionsFailure: `${answer.awsCode}: ${answer.message}`.slice(0, 300), regionsDueAt: after(now, failurePauseMs) })
    return
  }
  await db.account.update({ where: { id: account.accountId }, data: { regions: answer.regions, regionsReadAt: now } })
  await updateHealth(db, 'regionsDueAt', account, { regionsFailure: null, regionsDueAt: after(now, pauseMs) })
}
