import type { AwsResult } from '#lib/aws/aws-failure.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { liveVendorGrants } from '../vendor/vendor.store.ts'
import { wantedOf } from '../vendor/settle-vendor-role.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { compareRole, type RoleRecord } from './compare-role.ts'
import { noteOutside } from './outside.store.ts'
import { repairRole } from './repair-role.ts'

/**
 * Compares one role in AWS with the record, repairs what is the portal's, and notes what is not. May be done twice and by
 * two processes at once: a second finds nothing to do.
 */
export async function reconcileRole(deps: GrantDeps, roleArn: string): Promise<AwsResult<{ repaired: number; outside: number }>> {
  const { db, clock, roleReader } = deps
  const read = await roleReader.readRole(roleArn.split(':')[4] ?? '', roleArn)
  // A role that is gone has nothing on it; that it is missing is for the checks of the catalogue to say.
  if (!read.ok && read.code !== 'not_found') return read
  const differences = read.ok && read.role.roleArn === roleArn ? compareRole(read.role, await recordOf(deps, roleArn), clock()) : []
  const outside = await db.$transaction((tx) => noteOutside(tx, roleArn, differences.flatMap((difference) => ('outside' in difference ? [difference] : [])), clock()))
  const repairs = differences.flatMap((difference) => ('repair' in difference ? [difference] : []))
  for (const difference of repairs) {
    const repaired = await repairRole(deps, roleArn, difference)
    if (!repaired.ok) return repaired
  }
  await db.roleCheck.update({ where: { roleArn }, data: { checkedAt: clock(), failure: null } })
  return { ok: true, repaired: repairs.length, outside }
}

async function recordOf({ db, clock }: GrantDeps, roleArn: string): Promise<RoleRecord> {
  const recent = { where: { roleArn, until: { gt: after(clock(), -minutes(24 * 60)) } } }
  const [revocations, cutoffs, vendor, live] = await Promise.all([db.revocation.findMany(recent), db.roleCutoff.findMany(recent), db.vendorRole.findUnique({ where: { roleArn } }), liveVendorGrants(db, roleArn, clock())])
  return { revocations, cutoffs, vendor, wanted: vendor && wantedOf(vendor, live) }
}
