import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { AccessProfile, Grant } from '#lib/db/generated/client.ts'
import { shortestLeaseSeconds } from './decide-mint.ts'
import type { GrantDeps } from './grant-deps.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { beginLease, completeLease, refuseLease } from './lease.store.ts'
import { moveGrant } from './move-grant.ts'
import { probeNameOf } from './session-name.ts'
import { approvedAccess } from './approved-access.ts'
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
  const { grant, profile } = begun
  const outcome = await tryRole(deps, grant, profile)
  if (outcome.ok) return confirm(deps, grant, outcome.confirmation, outcome.roleId)
  const patient = grant.endsAt && deps.clock().getTime() - (grant.endsAt.getTime() - minutes(grant.durationMinutes)) < patienceMs
  if (outcome.retryable && patient) throw new Error(`Activation of ${grant.code} waits for AWS (${outcome.awsCode}).`)
  await fail(deps, grant, outcome)
}

type Begun = { grant: Grant; profile: AccessProfile }

async function begin({ db, queue, clock }: GrantDeps, grantId: string): Promise<Begun | undefined> {
  const now = clock()
  return db.$transaction(async (tx) => {
    const grant = await tx.grant.findUnique({ where: { id: grantId }, include: { profile: true } })
    if (!grant) return undefined
    if (grant.state === 'activating') return { grant, profile: grant.profile }
    if (grant.state !== 'scheduled') return undefined
    // Another replica's clock may run ahead of this one's: the job comes back instead of being lost.
    if (grant.opensAt > now) throw new Error(`Activation of ${grant.code} is early.`)
    const endsAt = after(now, minutes(grant.durationMinutes))
    const moved = await moveGrant(tx, grant, { event: 'begin', kind: 'grant.activating', data: { endsAt }, facts: { endsAt: endsAt.toISOString() } }, now)
    if (!moved) return undefined
    await queue.enqueue(tx, 'grant.end', { grantId }, endsAt)
    return { grant: { ...grant, state: 'activating', version: grant.version + 1, endsAt }, profile: grant.profile }
  })
}

type Outcome = { ok: true; confirmation: string; roleId: string } | AwsFailure

async function tryRole(deps: GrantDeps, grant: Grant, profile: AccessProfile): Promise<Outcome> {
  const definition = definitionOf(profile)
  if (!profile.offered) return { ok: false, code: 'invalid', awsCode: 'NotOffered', message: 'The profile is no longer offered.', retryable: false }
  const read = await readRole(deps, definition, grant.roleArn, deps.clock(), 0)
  if (!read.ok) return read
  const leaseId = await beginLease(deps.db, grant, 'probe', shortestLeaseSeconds, deps.clock())
  if (!leaseId) return { ok: false, code: 'invalid', awsCode: 'Ended', message: 'The grant ended before AWS was asked.', retryable: false }
  const minted = await deps.issuer.mint({
    roleArn: grant.roleArn,
    sessionName: probeNameOf(grant.code),
    durationSeconds: shortestLeaseSeconds,
    sessionPolicy: JSON.stringify(composeSessionPolicy(approvedAccess(grant), grant.endsAt ?? deps.clock(), deps.managedRolePath)),
    externalId: definition.access.externalId,
    tags: { 'latchkey:grant': grant.code, 'latchkey:profile': grant.profileId },
  })
  if (!minted.ok) {
    await refuseLease(deps.db, grant, leaseId, minted, deps.clock())
    return minted
  }
  await completeLease(deps.db, grant, leaseId, minted.credentials, deps.clock())
  const proven = await deps.prover.prove(definition.proof.call, minted.credentials, grant.region)
  if (!proven.ok) return proven
  return { ok: true, roleId: minted.roleId, confirmation: `AWS let the role be assumed and allowed ${definition.proof.call}.` }
}

async function confirm({ db, clock }: GrantDeps, grant: Grant, confirmation: string, roleId: string): Promise<void> {
  const now = clock()
  const data = { activatedAt: now, confirmation, roleId, failureCode: null, failureMessage: null }
  await db.$transaction(async (tx) => {
    if (await moveGrant(tx, grant, { event: 'confirm', kind: 'grant.active', data, facts: { confirmation, roleId } }, now)) await tellLater(tx, { kind: 'grant.active', grantId: grant.id, to: { personIds: [grant.personId] } }, now)
  })
}

async function fail({ db, clock }: GrantDeps, grant: Grant, failure: AwsFailure): Promise<void> {
  const now = clock()
  const data = { failureCode: failure.awsCode, failureMessage: failure.message.slice(0, 500) }
  await db.$transaction(async (tx) => {
    if (await moveGrant(tx, grant, { event: 'fail', kind: 'grant.failed', data, facts: { awsCode: failure.awsCode } }, now)) await tellLater(tx, { kind: 'grant.failed', grantId: grant.id, to: { personIds: [grant.personId] } }, now)
  })
}
