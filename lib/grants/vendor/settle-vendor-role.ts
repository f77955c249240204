import type { AwsFailure, AwsResult } from '#lib/aws/aws-failure.ts'
import type { VendorGate, VendorRoleReading } from '#lib/aws/vendor-gate.ts'
import type { Grant, VendorRole } from '#lib/db/generated/client.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { withRoleLock } from '../role-lock.ts'
import { decideVendorStep, type VendorStep, type VendorWanted } from './decide-vendor-step.ts'
import { noteSettled, noteUnsettled } from './note-vendor.ts'
import { liveVendorGrants, principalOf } from './vendor.store.ts'

/** More steps than any way from one state to another takes; AWS answers with older readings for a moment. */
const stepsAtMost = 10

const unconfigured: AwsFailure = { ok: false, code: 'invalid', awsCode: 'not_configured', message: 'No identity is configured that may write to roles (LATCHKEY_REVOKER_ROLE_ARN).', retryable: false }
const busy: AwsFailure = { ok: false, code: 'throttled', awsCode: 'Busy', message: 'Something else is being written to this role.', retryable: true }
const unsettled: AwsFailure = { ok: false, code: 'unavailable', awsCode: 'NotReadBack', message: 'AWS did not yet show what was written to the role.', retryable: true }

/**
 * Brings a vendor's role in AWS to what its grants want, step by step, each read back by the next, and notes what came of
 * it. May be done twice, and goes on wherever a process died: what is done next is decided by what AWS has.
 */
export async function settleVendorRole(deps: GrantDeps, roleArn: string): Promise<AwsResult<object>> {
  for (let index = 0; index < stepsAtMost; index += 1) {
    const taken = await stepVendorRole(deps, roleArn)
    if (!taken.ok) return taken.awsCode === busy.awsCode ? taken : noteUnsettled(deps, roleArn, taken)
    if (taken.step === 'waiting') return { ok: true }
    if (taken.step === 'done') return (await noteSettled(deps, roleArn, taken)) ? { ok: true } : busy
  }
  return noteUnsettled(deps, roleArn, unsettled)
}

/** `reading`: what AWS had before the step. */
export type TakenStep = { step: VendorStep; version: number; wanted: VendorWanted; live: Grant[]; reading: VendorRoleReading }

/** One step, while no other process writes to the role. `waiting`: nothing is wanted of the role at this moment. */
export async function stepVendorRole(deps: GrantDeps, roleArn: string): Promise<AwsResult<TakenStep | { step: 'waiting' }>> {
  const gate = deps.vendorGate
  if (!gate) return unconfigured
  return (await withRoleLock(deps, roleArn, () => take(deps, gate, roleArn))) ?? busy
}

async function take({ db, clock }: GrantDeps, gate: VendorGate, roleArn: string): Promise<AwsResult<TakenStep | { step: 'waiting' }>> {
  const role = await db.vendorRole.findUniqueOrThrow({ where: { roleArn } })
  const live = await liveVendorGrants(db, roleArn, clock())
  const wanted = wantedOf(role, live)
  if (!wanted) return { ok: true, step: 'waiting' }
  const read = await gate.read(roleArn)
  // A role that is gone lets nobody in.
  if (!read.ok) return read.code === 'not_found' && !wanted.open ? { ok: true, step: 'done', version: role.version, wanted, live, reading: { window: null, opening: null, maxSessionSeconds: 3_600 } } : read
  const { window } = read.role
  const step = decideVendorStep(read.role, wanted, clock())
  if (step === 'deny' || step === 'open') await db.vendorRole.updateMany({ where: { roleArn, touchedAt: null }, data: { touchedAt: clock() } })
  const done = await carryOut(gate, roleArn, step, wanted, window && window !== 'changed' ? window.since : null)
  return done.ok ? { ok: true, step, version: role.version, wanted, live, reading: read.role } : done
}

function carryOut(gate: VendorGate, roleArn: string, step: VendorStep, wanted: VendorWanted, since: Date | null): Promise<AwsResult<object>> {
  switch (step) {
    case 'deny':
      return gate.deny(roleArn, wanted.open ? { since: wanted.since, until: wanted.opening.until } : { since: since ?? wanted.closedFrom, until: wanted.closedFrom })
    case 'open':
      return wanted.open ? gate.open(roleArn, wanted.opening) : Promise.resolve({ ok: true })
    case 'close':
      return gate.close(roleArn)
    case 'lift':
      return gate.lift(roleArn)
    case 'done':
      return Promise.resolve({ ok: true })
  }
}

/** The later end of all grants counts, and whom they name: who is let in already, before who would be by a grant that is activating. Null when the record asks nothing of AWS, or only that time passes. */
export function wantedOf(role: VendorRole, live: readonly Grant[]): VendorWanted | null {
  const [longest] = live
  if (role.openSince && longest?.endsAt) {
    const principal = principalOf(live.find(({ state }) => state === 'active') ?? longest)
    const until = live.find((grant) => principalOf(grant) === principal)?.endsAt
    if (!principal || !until) return null
    return { open: true, since: role.openSince, opening: { principal, externalId: role.externalId, until } }
  }
  return role.closedFrom ? { open: false, closedFrom: role.closedFrom, quietFrom: role.quietFrom } : null
}
