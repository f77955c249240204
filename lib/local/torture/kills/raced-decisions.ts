import type { Database } from '#lib/db/client.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { createRequest } from '#lib/requests/create-request.ts'
import type { CarryOut } from '#lib/requests/bring-about.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { carryOut } from '#lib/grants/carry-out.ts'
import type { Services } from '../../../../app/_server/services.ts'
import { openActors } from '../../demo/actors.ts'
import { createRandom, type Random } from '../../demo/random.ts'

export type RaceReport = { decisions: number; won: number; faults: string[] }

const requesters = ['maya', 'priya', 'tom', 'rosa', 'lena'] as const
const approvers = ['ana', 'jon', 'sam'] as const
const profileId = 'sandbox-builder'
/** Each approver decides so often at once: two tabs and an impatient finger. */
const pressesEach = 3

/**
 * `count` decisions in races: a few requests at a time, each approved, denied and cancelled by several people at once and
 * more than once each. Exactly one of them settles it, and a grant is there if and only if that was an approval.
 */
export async function raceDecisions(services: Services, { count, seed, signal }: { count: number; seed: number; signal: AbortSignal }): Promise<RaceReport> {
  const random = createRandom(seed)
  const actors = openActors(services)
  const [asking, deciding] = [await Promise.all(requesters.map((id) => actors.viewer(id))), await Promise.all(approvers.map((id) => actors.viewer(id, true)))]
  const report: RaceReport = { decisions: 0, won: 0, faults: [] }
  while (report.decisions < count && !signal.aborted) {
    const raced = await Promise.all(asking.map((viewer) => raceOne(services, viewer, deciding, random)))
    for (const { decisions, won, fault } of raced) {
      report.decisions += decisions
      report.won += won
      if (fault) report.faults.push(fault)
    }
  }
  return report
}

async function raceOne(services: Services, requester: Viewer, deciders: readonly Viewer[], random: Random): Promise<{ decisions: number; won: number; fault: string | undefined }> {
  const { db, queue, clock, config } = services
  const deps = { db, firstIssuer: config.oidc[0]?.issuer ?? '', carryOut: (...[request, now]: Parameters<CarryOut>) => carryOut(queue, request, now) }
  const asked = await createRequest({ ...deps, requestLapseHours: 72 }, requester, { profileId, durationMinutes: 30, justification: 'Decided by everybody at the same time' }, null, clock())
  if (!asked.ok) throw new Error(asked.message)
  const settle = (viewer: Viewer): Promise<{ ok: boolean }> => settleRequest(deps, viewer, asked.requestId, null, { verdict: random.chance(0.6) ? 'approve' : 'deny', reason: 'One of many at once', roleDigest: null }, clock())
  const presses = deciders.filter(({ personId }) => personId !== requester.personId).flatMap((viewer) => Array.from({ length: pressesEach }, () => () => settle(viewer)))
  const all = [...presses, () => cancelRequest(db, requester, asked.requestId, clock())]
  const results = await Promise.all(all.toSorted(() => random.next() - 0.5).map((press) => press()))
  const won = results.filter(({ ok }) => ok).length
  return { decisions: all.length, won, fault: await whatIsWrong(db, asked.requestId, won) }
}

async function whatIsWrong(db: Database, requestId: string, won: number): Promise<string | undefined> {
  const request = await db.request.findUniqueOrThrow({ where: { id: requestId }, include: { decisions: true, grant: true } })
  const { code, state, decisions, grant } = request
  if (won !== 1) return `${code} was settled ${won} times.`
  if (state === 'pending') return `${code} is still pending.`
  if (decisions.length !== (state === 'cancelled' ? 0 : 1)) return `${code} is ${state} by ${decisions.length} decisions.`
  return (state === 'approved') === (grant !== null) ? undefined : `${code} is ${state} and has ${grant ? 'a' : 'no'} grant.`
}
