import type { AwsResult } from '#lib/aws/aws-failure.ts'
import type { Revocation, RoleCutoff } from '#lib/db/generated/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { withRoleLock } from '../role-lock.ts'
import { settleVendorRole } from '../vendor/settle-vendor-role.ts'
import { lock } from '../vendor/vendor.store.ts'
import type { Difference } from './compare-role.ts'

type Repair = Extract<Difference, { repair: string }>

/**
 * Brings what is the portal's back to the record: what the record already says is to be done is wanted again, and the verbs
 * that do it the first time do it. Its entry is written with that, once. A failure of AWS is left to their own retries.
 */
export async function repairRole(deps: GrantDeps, roleArn: string, difference: Repair): Promise<AwsResult<object>> {
  switch (difference.repair) {
    case 'revocation.missing':
      return wantAgain(deps, difference.revocation)
    case 'revocation.left':
      return prune(deps, roleArn, difference.names)
    case 'cutoff.missing':
      return cutOffAgain(deps, difference.cutoff)
    case 'vendor.differs':
      return settleAgain(deps, roleArn)
    case 'vendor.left':
      return shutOut(deps, roleArn)
  }
}

async function wantAgain({ db, clock }: GrantDeps, { grantId, roleArn, writtenAt }: Revocation): Promise<AwsResult<object>> {
  const now = clock()
  await db.$transaction(async (tx) => {
    const { count } = await tx.revocation.updateMany({ where: { grantId, closedAt: null, writtenAt, state: { in: ['written', 'confirmed', 'unconfirmed'] } }, data: { state: 'wanted', writtenAt: null, confirmedAt: null, attempts: 0, nextAttemptAt: now } })
    if (count === 1) await appendEntry(tx, { kind: 'reconcile.repaired', occurredAt: now, subjectId: roleArn, grantId, facts: { what: 'revocation.missing' } })
  })
  return { ok: true }
}

async function cutOffAgain({ db, clock }: GrantDeps, { id, roleArn, writtenAt }: RoleCutoff): Promise<AwsResult<object>> {
  const now = clock()
  await db.$transaction(async (tx) => {
    const { count } = await tx.roleCutoff.updateMany({ where: { id, closedAt: null, writtenAt, state: { in: ['written', 'confirmed', 'unconfirmed'] } }, data: { state: 'wanted', writtenAt: null, confirmedAt: null, attempts: 0, nextAttemptAt: now } })
    if (count === 1) await appendEntry(tx, { kind: 'reconcile.repaired', occurredAt: now, subjectId: roleArn, facts: { what: 'cutoff.missing', cutoff: id } })
  })
  return { ok: true }
}

async function prune(deps: GrantDeps, roleArn: string, names: readonly string[]): Promise<AwsResult<object>> {
  const { revoker, db, clock } = deps
  if (!revoker) return { ok: true }
  const pruned = await withRoleLock(deps, roleArn, () => revoker.prune(roleArn, clock()))
  if (pruned && !pruned.ok) return pruned
  if (pruned && pruned.removed.length > 0) await appendEntryAlone(db, clock(), roleArn, { what: 'revocation.left', removed: names.filter((name) => pruned.removed.includes(name)) })
  return { ok: true }
}

async function settleAgain(deps: GrantDeps, roleArn: string): Promise<AwsResult<object>> {
  const settled = await settleVendorRole(deps, roleArn)
  if (settled.ok) await appendEntryAlone(deps.db, deps.clock(), roleArn, { what: 'vendor.differs' })
  return settled.ok || settled.awsCode === 'Busy' ? { ok: true } : settled
}

/** The portal opened it, or somebody put back what it wrote once: nobody is to be let in now. */
async function shutOut(deps: GrantDeps, roleArn: string): Promise<AwsResult<object>> {
  const now = deps.clock()
  const wanted = await deps.db.$transaction(async (tx) => {
    const role = await lock(tx, roleArn)
    if (role.openSince || role.closedFrom) return false
    await tx.vendorRole.update({ where: { roleArn }, data: { closedFrom: now, touchedAt: now, quietFrom: null, version: { increment: 1 }, attempts: 0, nextAttemptAt: now } })
    await appendEntry(tx, { kind: 'reconcile.repaired', occurredAt: now, subjectId: roleArn, facts: { what: 'vendor.left' } })
    return true
  })
  return wanted ? settleVendorRole(deps, roleArn) : { ok: true }
}

async function appendEntryAlone(db: GrantDeps['db'], now: Date, roleArn: string, facts: { what: string; removed?: string[] }): Promise<void> {
  await db.$transaction((tx) => appendEntry(tx, { kind: 'reconcile.repaired', occurredAt: now, subjectId: roleArn, facts }))
}
