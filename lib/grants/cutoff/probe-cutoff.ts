import { cutoffTrialName } from '#lib/aws/cutoff-policy.ts'
import { shortestLeaseSeconds } from '../decide-mint.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { beginCutoffTrial } from '../lease.store.ts'
import { type Probe, probePair } from '../probe-revocation.ts'
import type { ClaimedCutoff } from './cutoff.store.ts'

/**
 * Looks whether AWS denies what a role issued before the cutoff and allows what it issues now: the profile's harmless call
 * with the session for which the policy's time of issue always lies before, and with a control session that was issued
 * after the cutoff.
 */
export const probeCutoff = (deps: GrantDeps, { grant }: Pick<ClaimedCutoff, 'grant'>): Promise<Probe> =>
  probePair(deps, grant, { sessionName: cutoffTrialName, begin: (now) => beginCutoffTrial(deps.db, grant, shortestLeaseSeconds, now), stillAllowed: (call) => `AWS still allows ${call} to the session that the cutoff denies.` })
