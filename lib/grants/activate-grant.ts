import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { type Eligibility, whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { AccessProfile, Grant, Person, Request } from '#lib/db/generated/client.ts'
import { shortestLeaseSeconds } from './decide-mint.ts'
import type { GrantDeps } from './grant-deps.ts'
import { beginLease, completeLease, refuseLease } from './lease.store.ts'
import { moveGrant } from './move-grant.ts'
import { probeNameOf } from './session-name.ts'
import { approvedAccess } from './approved-access.ts'
import { confirmActivation, failActivation } from './activation-outcome.ts'
import { activateAssignment } from './assignments/activate-assignment.ts'
import { assignmentAccessOf } from './assignments/assignment.store.ts'
import { activateVendor } from './vendor/activate-vendor.ts'
import { closeWindow, isOfVendor, openWindow } from './vendor/vendor.store.ts'
import { composeSessionPolicy } from './session-policy.ts'

/** Retries of an activation stop after this long; then it has failed and a person decides. */
export const patienceMs = minutes(5)

/**
 * The job that makes a grant active. First the obligation to end is stored, with the job that will carry it out; then
 * AWS is tried with the very parameters of a lease and the profile's harmless call; only AWS's success makes it
 * active. Idempotent: a grant that is past activating is left alone. Throws to be retried while AWS may recover.
 */
export async function activateGrant(deps: GrantDeps, grantId: string): Promise<void> {
  const begun = await begin(deps, grantId)
  if (!begun) return
  const { grant } = begun
  const outcome = await attempt(deps, begun)
  if (outcome.ok) return outcome.confirmation === null ? undefined : confirm(deps, grant, { ...outcome, confirmation: outcome.confirmation })
  const patient = grant.endsAt && deps.clock().getTime() - (grant.endsAt.getTime() - minutes(grant.durationMinutes)) < patienceMs
  if (outcome.retryable && patient) throw new Error(`Activation of ${grant.code} waits for AWS (${outcome.awsCode}).`)
  await fail(deps, grant, outcome)
}

type Begun = Eligibility & { grant: Grant; profile: AccessProfile }

async function begin({ db, queue, clock }: GrantDeps, grantId: string): Promise<Begun | undefined> {
  const now = clock()
  return db.$transaction(async (tx) => {
    const grant = await tx.grant.findUnique({ where: { id: grantId }, include: { profile: true, person: true, request: true } })
    if (!grant) return undefined
    const begun = eligibilityOf(grant)
    if (grant.state === 'activating') return { ...begun, grant }
    if (grant.state !== 'scheduled') return undefined
    // Another replica's clock may run ahead of this one's: the job comes back instead of being lost.
    if (grant.opensAt > now) throw new Error(`Activation of ${grant.code} is early.`)
    const endsAt = after(now, minutes(grant.durationMinutes))
    const moved = await moveGrant(tx, grant, { event: 'begin', kind: 'grant.activating', data: { endsAt }, facts: { endsAt: endsAt.toISOString() } }, now)
    if (!moved) return undefined
    await openWindow(tx, grant, now)
    await queue.enqueue(tx, 'grant.end', { grantId }, endsAt)
    return { ...begun, grant: { ...grant, state: 'activating', version: grant.version + 1, endsAt } }
  })
}

/** What entitles the holder as this moment knows it: nobody is signed in here, so the groups last seen count. */
function eligibilityOf({ profile, person, request }: Grant & { profile: AccessProfile; person: Person; request: Request }): Eligibility & { profile: AccessProfile } {
  return {
    emergency: request.incidentReference !== null,
    holder: { groups: person.lastKnownGroups, enabled: person.disabledAt === null, excluded: profile.excludedPersonIds.includes(person.id) },
    profile: { ...profile, definition: definitionOf(profile) },
  }
}

/** No role id where the portal itself never held a session; no confirmation while AWS is at work on what it was asked. */
type Outcome = { ok: true; confirmation: string | null; roleId?: string } | AwsFailure

async function attempt(deps: GrantDeps, begun: Begun): Promise<Outcome> {
  const { grant, profile } = begun
  const barred = whyNoLongerEligible(begun)
  if (barred) return { ok: false, code: 'invalid', awsCode: 'NoLongerEligible', message: `Nothing was activated, because ${barred}.`, retryable: false }
  if (assignmentAccessOf(grant)) return activateAssignment(deps, grant, profile)
  return isOfVendor(grant) ? activateVendor(deps, grant, profile) : tryRole(deps, grant, profile)
}

async function tryRole(deps: GrantDeps, grant: Grant, profile: AccessProfile): Promise<Outcome> {
  const definition = definitionOf(profile)
  const read = await readRole(deps, definition, grant.roleArn, deps.clock(), 0)
  if (!read.ok) return read
  const approved = approvedAccess(grant)
  const mintable = mintableOf(definition)
  if (approved.kind !== 'sts_role' || !mintable) return { ok: false, code: 'invalid', awsCode: 'AnotherKind', message: 'The profile grants something else by now than what was approved.', retryable: false }
  const leaseId = await beginLease(deps.db, grant, 'probe', shortestLeaseSeconds, deps.clock())
  if (!leaseId) return { ok: false, code: 'invalid', awsCode: 'Ended', message: 'The grant ended before AWS was asked.', retryable: false }
  const minted = await deps.issuer.mint({
    roleArn: grant.roleArn,
    sessionName: probeNameOf(grant.code),
    durationSeconds: shortestLeaseSeconds,
    sessionPolicy: JSON.stringify(composeSessionPolicy(approved, grant.endsAt ?? deps.clock(), deps.managedRolePath)),
    externalId: mintable.access.externalId,
    tags: { 'latchkey:grant': grant.code, 'latchkey:profile': grant.profileId },
  })
  if (!minted.ok) {
    await refuseLease(deps.db, grant, leaseId, minted, deps.clock())
    return minted
  }
  await completeLease(deps.db, grant, leaseId, minted.credentials, deps.clock())
  const proven = await deps.prover.prove(mintable.call, minted.credentials, grant.region)
  if (!proven.ok) return proven
  return { ok: true, roleId: minted.roleId, confirmation: `AWS let the role be assumed and allowed ${mintable.call}.` }
}

async function confirm({ db, clock }: GrantDeps, grant: Grant, confirmed: { confirmation: string; roleId?: string }): Promise<void> {
  await db.$transaction((tx) => confirmActivation(tx, grant, confirmed, clock()))
}

async function fail({ db, clock }: GrantDeps, grant: Grant, failure: AwsFailure): Promise<void> {
  const now = clock()
  await db.$transaction(async (tx) => {
    if (await failActivation(tx, grant, failure, now)) await closeWindow(tx, grant, now, now)
  })
}
