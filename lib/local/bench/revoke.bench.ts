import type { Database } from '#lib/db/client.ts'
import type { Services } from '../../../app/_server/services.ts'
import type { LocalAws } from '../aws/server/start.ts'
import { openActors } from '../demo/actors.ts'
import { ask, decide, reveal } from '../demo/verbs.ts'
import { atMost, type BenchCase, percentile } from './bench-case.ts'
import { actionId, callAction } from './server-action.ts'

type Input = { services: Services; owner: Database; aws: LocalAws; baseUrl: string; responderCookie: string; latencyMs: number }

const rounds = 40
const warmUp = 5
const patienceMs = 30_000

/**
 * From a responder's press on "Revoke now" to the denial that AWS has taken: through the server action and the job of
 * the running application, less what AWS itself took for the calls on the way.
 */
export async function benchRevoke({ services, owner, aws, baseUrl, responderCookie, latencyMs }: Input): Promise<BenchCase> {
  const stage = { services, actors: openActors(services) }
  const id = actionId('revokeGrantAction')
  const ownMs: number[] = []
  const wholeMs: number[] = []
  for (let round = 0; round < rounds + warmUp; round += 1) {
    aws.setLatency(0)
    const grant = await activeGrant(stage, owner)
    await reveal(stage, 'maya', grant.id)
    aws.setLatency(latencyMs)
    const before = aws.recorded(grant.accountId).length
    const begun = Date.now()
    const answer = await callAction(baseUrl, '/dashboard', responderCookie, id, { grantId: grant.id, reason: 'Measuring how long it takes' })
    const { writtenAt } = await until(() => owner.revocation.findFirst({ where: { grantId: grant.id, writtenAt: { not: null } } }), `${answer.status} ${answer.text.slice(0, 300)}`)
    const calls = callsUntilWritten(aws.recorded(grant.accountId).slice(before).map(({ eventName }) => eventName))
    if (round < warmUp || !writtenAt) continue
    wholeMs.push(writtenAt.getTime() - begun)
    ownMs.push(writtenAt.getTime() - begun - calls * latencyMs)
  }
  aws.setLatency(0)
  return atMost('revoke: own time to the written denial, p95', 'ms', percentile(ownMs, 0.95), 150, rounds, percentile(wholeMs, 0.95))
}

/** Calls of AWS in the account up to the one that writes the denial. */
function callsUntilWritten(names: readonly string[]): number {
  const at = names.indexOf('PutRolePolicy')
  if (at < 0) throw new Error(`AWS was not asked to write a denial: ${names.join(', ')}`)
  return at + 1
}

async function activeGrant(stage: Parameters<typeof ask>[0], owner: Database): Promise<{ id: string; accountId: string }> {
  const requestId = await ask(stage, 'maya', { profileId: 'sandbox-builder', durationMinutes: 60, justification: 'Measuring how fast it is taken away' })
  if (!requestId) throw new Error('The request was refused.')
  await decide(stage, 'ana', requestId, 'approve')
  return until(() => owner.grant.findFirst({ where: { requestId, state: 'active' } }), 'The grant did not become active.')
}

async function until<Found>(look: () => Promise<Found | null>, otherwise: string): Promise<Found> {
  const giveUpAt = Date.now() + patienceMs
  while (Date.now() < giveUpAt) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(otherwise)
}
