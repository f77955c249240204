import type { Database } from '#lib/db/client.ts'
import { throughGate } from '#lib/db/gate.ts'
import { newCode } from '#lib/db/new-code.ts'
import { carryOut } from '#lib/grants/carry-out.ts'
import { oneStepByGroup } from '#lib/requests/approval-policy.ts'
import type { CarryOut } from '#lib/requests/bring-about.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import type { Services } from '../../../app/_server/services.ts'
import { openActors } from '../demo/actors.ts'
import { type BenchCase, atLeast } from './bench-case.ts'

const count = 1_000
const profileId = 'sandbox-builder'

/**
 * A thousand approvals at the same moment, by the product's own verb, each with its decision, record entries, grant and
 * job; beside as many bare transactions of two rows, on the same database and pool.
 */
export async function benchApprovals(services: Services, owner: Database): Promise<BenchCase> {
  const { db, queue, clock, config } = services
  const actors = openActors(services)
  const [maya, ana] = [await actors.viewer('maya'), await actors.viewer('ana', true)]
  const deps = { db, firstIssuer: config.oidc[0]?.issuer ?? '', carryOut: (...[request, now]: Parameters<CarryOut>) => carryOut(queue, request, now) }
  // Without the index that lets a person wait once for a profile: a thousand people are not the matter here.
  await owner.$executeRaw`DROP INDEX request_one_pending`
  const warm = await makePending(owner, maya.personId, 50)
  await Promise.all(warm.map((id) => settleRequest(deps, ana, id, null, { verdict: 'approve', reason: '', roleDigest: null }, clock())))
  await bareTransactions(db, 50)
  const ids = await makePending(owner, maya.personId, count)
  const bareMs = await timed(() => bareTransactions(db, count))
  const approveMs = await timed(async () => {
    const results = await Promise.all(ids.map((id) => settleRequest(deps, ana, id, null, { verdict: 'approve', reason: '', roleDigest: null }, clock())))
    const refused = results.find(({ ok }) => !ok)
    if (refused) throw new Error(JSON.stringify(refused))
  })
  const grants = await owner.grant.findMany({ where: { requestId: { in: ids } }, select: { requestId: true } })
  if (grants.length !== count || new Set(grants.map(({ requestId }) => requestId)).size !== count) throw new Error(`${grants.length} grants of ${count} approvals.`)
  const perSecond = (ms: number): number => (count / ms) * 1_000
  return atLeast('1,000 approvals at once, of bare two-row transactions', 'per s', perSecond(approveMs), perSecond(bareMs) / 2, count, perSecond(bareMs))
}

/** What no approval can do without: one row changed on a condition, one row added. */
async function bareTransactions(db: Database, times: number): Promise<void> {
  const now = new Date()
  const named = (index: number): string => `bench/${times}/${index}`
  await db.heartbeat.createMany({ data: Array.from({ length: times }, (_, index) => ({ component: named(index) })) })
  await Promise.all(
    Array.from({ length: times }, (_, index) =>
      throughGate(db, () => db.$transaction(async (tx) => {
        await tx.heartbeat.updateMany({ where: { component: named(index), lastSuccessAt: null }, data: { lastSuccessAt: now } })
        await tx.heartbeat.create({ data: { component: `${named(index)}/more`, lastSuccessAt: now } })
      })),
    ),
  )
}

async function makePending(owner: Database, personId: string, times: number): Promise<string[]> {
  const profile = await owner.accessProfile.findUniqueOrThrow({ where: { id: profileId } })
  const now = new Date()
  const rows = Array.from({ length: times }, () => ({ code: newCode('R'), personId, profileId, justification: 'Measuring approvals', durationMinutes: 60, riskTier: profile.riskTier, riskOrder: 1, approvalPolicy: oneStepByGroup(profile.approverGroups), approverGroups: profile.approverGroups, stepSince: now, createdAt: now, lapsesAt: new Date(now.getTime() + 3_600_000) }))
  const made = await owner.request.createManyAndReturn({ data: rows, select: { id: true } })
  // As autovacuum does within a minute: statements planned for an empty table would read every waiting request.
  await owner.$executeRaw`ANALYZE "request"`
  return made.map(({ id }) => id)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
