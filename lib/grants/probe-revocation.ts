import type { AwsResult } from '#lib/aws/aws-failure.ts'
import { type Mintable, mintableOf } from '#lib/catalog/access-kinds.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import { shortestLeaseSeconds } from './decide-mint.ts'
import type { GrantDeps } from './grant-deps.ts'
import { beginTrial, completeLease, refuseLease } from './lease.store.ts'
import type { ClaimedRevocation } from './revocation.store.ts'
import { controlNameOf } from './session-name.ts'
import { composeSessionPolicy } from './session-policy.ts'

/** What the pair of probes showed. Only `denied` proves anything. */
export type Probe = { denied: true; call: string } | { denied: false; code: string; message: string }

/** A trial needs seconds; from then on its session denies itself everything. */
const trialMs = minutes(2)

type Trial = { sessionName: string; begin: (now: Date) => Promise<string | undefined>; stillAllowed: (call: string) => string }

/**
 * Looks whether AWS denies the sessions of a revoked grant: the profile's harmless call with a new session under the very
 * name that is denied, and then with a control session of the same role under another.
 */
export const probeRevocation = (deps: GrantDeps, { grant }: Pick<ClaimedRevocation, 'grant'>): Promise<Probe> =>
  probePair(deps, grant, { sessionName: grant.sessionName, begin: (now) => beginTrial(deps.db, grant, shortestLeaseSeconds, now), stillAllowed: (call) => `AWS still allows ${call} to a session under this grant's name.` })

/**
 * Denied to the session that is to be denied and allowed to a control session of the same role, the denial is at work and
 * does not hit everybody. Both may make the profile's harmless call and nothing else. `GetCallerIdentity` proves nothing.
 */
export async function probePair(deps: GrantDeps, grant: ClaimedRevocation['grant'], { sessionName, begin, stillAllowed }: Trial): Promise<Probe> {
  const mintable = mintableOf(definitionOf(grant.profile))
  if (!mintable) return { denied: false, code: 'AnotherKind', message: 'The profile grants something else by now, so there is nothing to try the denial with.' }
  const { call } = mintable
  const denied = await tryAs(deps, grant, mintable, sessionName, begin)
  if (denied.ok) return { denied: false, code: 'StillAllowed', message: stillAllowed(call) }
  if (denied.code !== 'access_denied' || denied.beforeTheCall) return { denied: false, code: denied.awsCode, message: `The denial could not be tried: ${denied.message}` }
  const control = await tryAs(deps, grant, mintable, controlNameOf(grant.code), begin)
  if (!control.ok) return { denied: false, code: control.awsCode, message: `A control session of the same role could not make ${call} either, so nothing is proven: ${control.message}` }
  return { denied: true, call }
}

/**
 * The profile's harmless call with a new session of a grant's role, which may do nothing else. `begin` writes its lease row
 * first, or says that there may be none. `beforeTheCall`: AWS gave no credentials to try with.
 */
async function tryAs(deps: GrantDeps, grant: Grant, { access, call }: Mintable, sessionName: string, begin: (now: Date) => Promise<string | undefined>): Promise<AwsResult<object> & { beforeTheCall?: true }> {
  const now = deps.clock()
  const leaseId = await begin(now)
  if (!leaseId) return { ok: false, code: 'invalid', awsCode: 'Ended', message: 'The grant is over.', retryable: false, beforeTheCall: true }
  const minted = await deps.issuer.mint({
    roleArn: grant.roleArn,
    sessionName,
    durationSeconds: shortestLeaseSeconds,
    sessionPolicy: JSON.stringify(composeSessionPolicy({ scope: [{ actions: [call], resources: ['*'] }], onwardRoles: [] }, after(now, trialMs), deps.managedRolePath)),
    externalId: access.externalId,
    tags: { 'latchkey:grant': grant.code, 'latchkey:profile': grant.profileId },
  })
  if (!minted.ok) {
    await refuseLease(deps.db, grant, leaseId, minted, deps.clock())
    return { ...minted, beforeTheCall: true }
  }
  await completeLease(deps.db, grant, leaseId, minted.credentials, deps.clock())
  return deps.prover.prove(call, minted.credentials, grant.region)
}
