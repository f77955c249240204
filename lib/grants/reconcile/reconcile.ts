import { after, minutes } from '#lib/config/clock.ts'
import { endBarredGrants } from '../end-barred-grants.ts'
import { reconcileInTurn } from '../assignments/reconcile-assignments.ts'
import { resumeAssignments } from '../assignments/resume-assignments.ts'
import { finishDueGrants } from '../finish-grants.ts'
import { resumeCutoffs } from '../cutoff/resume-cutoffs.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { markLostLeases } from '../lost-leases.ts'
import { resumeActivations } from '../resume-activations.ts'
import { resumeRevocations } from '../resume-revocations.ts'
import { resumeVendorRoles } from '../vendor/resume-vendor-roles.ts'
import { reconcileRoles } from './reconcile-roles.ts'

/** What a part of the reconciling brought about. `failed`: what could not be looked at, in a sentence each. */
export type Reconciled = { repaired: number; outside: number; failed: string[] }

type Part = (deps: GrantDeps, onError: (error: unknown) => void) => Promise<Reconciled>

/** The parts, in their order: what time alone made due comes before AWS is compared. One that fails leaves the others alone. */
const parts: readonly Part[] = [missedWork, reconcileRoles, reconcileInTurn]

/**
 * Compares the record with AWS and repairs what is the portal's: ends that nobody carried out, access whose holder or
 * profile is gone, leases without an outcome, activations and revocations that were left, denials and vendors' trust on
 * the roles, assignments in Identity Center. What is beyond the record is noted
 * and left as it is. Bounded; what was not reached is next. Safe to run by several processes at once.
 */
export async function reconcile(deps: GrantDeps, onError: (error: unknown) => void): Promise<Reconciled> {
  const all: Reconciled = { repaired: 0, outside: 0, failed: [] }
  for (const part of parts) {
    const { repaired, outside, failed } = await part(deps, onError).catch((error: unknown): Reconciled => {
      onError(error)
      return { repaired: 0, outside: 0, failed: [error instanceof Error ? error.message : 'failed'] }
    })
    all.repaired += repaired
    all.outside += outside
    all.failed.push(...failed)
  }
  return all
}

/** What the loops of their own would have done, had they run. */
async function missedWork(deps: GrantDeps, onError: (error: unknown) => void): Promise<Reconciled> {
  const now = deps.clock()
  const repaired = (await finishDueGrants(deps)) + (await endBarredGrants(deps)) + (await markLostLeases(deps.db, after(now, -minutes(2)), now)) + (await resumeActivations(deps, onError)) + (await resumeRevocations(deps, onError)) + (await resumeCutoffs(deps, onError)) + (await resumeVendorRoles(deps, onError)) + (await resumeAssignments(deps, onError))
  return { repaired, outside: 0, failed: [] }
}
