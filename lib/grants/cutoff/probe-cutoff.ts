import { cutoffTrialName } from '#lib/aws/cutoff-policy.ts'
import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { shortestLeaseSeconds } from '../decide-mint.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { beginCutoffTrial } from '../lease.store.ts'
import { type Probe, tryAs } from '../probe-revocation.ts'
import { controlNameOf } from '../session-name.ts'
import type { ClaimedCutoff } from './cutoff.store.ts'

/**
 * Looks whether AWS denies what a role issued before the cutoff and allows what it issues now: the profile's harmless call
 * with the session for which the policy's time of issue always lies before, and with a control session that was issued
 * after the cutoff. Denied there and allowed here, the policy is at work, and new credentials work.
 */
export async function probeCutoff(deps: GrantDeps, { grant }: ClaimedCutoff): Promise<Probe> {
  const mintable = mintableOf(definitionOf(grant.profile))
  if (!mintable) return { denied: false, code: 'AnotherKind', message: 'The profile grants something else by now, so there is nothing to try the denial with.' }
  const { call } = mintable
  const begin = (now: Date) => beginCutoffTrial(deps.db, grant, shortestLeaseSeconds, now)
  const before = await tryAs(deps, grant, mintable, cutoffTrialName, begin)
  if (before.ok) return { denied: false, code: 'StillAllowed', message: `AWS still allows ${call} to the session that the cutoff denies.` }
  if (before.code !== 'access_denied' || before.beforeTheCall) return { denied: false, code: before.awsCode, message: `The denial could not be tried: ${before.message}` }
  const control = await tryAs(deps, grant, mintable, controlNameOf(grant.code), begin)
  if (!control.ok) return { denied: false, code: control.awsCode, message: `A control session, issued after the cutoff, could not make ${call} either, so nothing is proven: ${control.message}` }
  return { denied: true, call }
}
