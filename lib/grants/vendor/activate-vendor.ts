import type { AwsFailure, AwsResult } from '#lib/aws/aws-failure.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { AccessProfile, Grant } from '#lib/db/generated/client.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { settleVendorRole } from './settle-vendor-role.ts'
import { liveVendorGrants, principalOf } from './vendor.store.ts'

const refused = (awsCode: string, message: string): AwsFailure => ({ ok: false, code: 'invalid', awsCode, message, retryable: false })

/**
 * Lets the vendor in for a grant that is activating: the dated denial first, then the trust, both read back from AWS. Only
 * what was read back, up to the grant's own end, is a success.
 */
export async function activateVendor(deps: GrantDeps, grant: Grant, profile: AccessProfile): Promise<AwsResult<{ confirmation: string }>> {
  if (!profile.offered) return refused('NotOffered', 'The profile is no longer offered.')
  if (definitionOf(profile).access.kind !== 'third_party_trust') return refused('AnotherKind', 'The profile grants something else by now than what was approved.')
  const others = await liveVendorGrants(deps.db, grant.roleArn, deps.clock())
  const another = others.find((other) => principalOf(other) !== principalOf(grant))
  // One window and one denial a role: the later end would be everybody's, and the first vendor would be shut out.
  if (another) return refused('AnotherVendor', `Another vendor is let in to this role under the grant ${another.code}; two cannot share it.`)
  const settled = await settleVendorRole(deps, grant.roleArn)
  if (!settled.ok) return settled
  const access = await deps.db.vendorAccess.findUnique({ where: { grantId: grant.id } })
  if (!access?.openUntil || !grant.endsAt || access.openUntil < grant.endsAt) return { ok: false, code: 'throttled', awsCode: 'NotOpenYet', message: 'The role does not let the vendor in until the end of this grant yet.', retryable: true }
  return { ok: true, confirmation: 'Read back from the role: everything is denied from the end on, and the vendor is let in until then.' }
}
