import type { ProofCall } from '#lib/aws/proof-call.ts'
import type { Access, ProfileDefinition, RoleAccess, StsRoleAccess } from './catalog-schema.ts'

/** What credentials of a profile are minted from and tried with. */
export type Mintable = { access: StsRoleAccess; call: ProofCall }

/** What the portal mints credentials from; null for profiles of which it mints none. */
export function mintableOf({ access, proof }: Pick<ProfileDefinition, 'access' | 'proof'>): Mintable | null {
  return access.kind === 'sts_role' && proof ? { access, call: proof.call } : null
}

/** Access to a role that is the portal's to read; null for what Identity Center keeps. */
export const roleAccessOf = (access: Access): RoleAccess | null => (access.kind === 'identity_center' ? null : access)

/** What a profile grants, in words of the catalogue that somebody may search for. */
export function namesIn(access: Access): string[] {
  switch (access.kind) {
    case 'sts_role':
      return [access.role]
    case 'identity_center':
      return [access.permissionSet]
    case 'third_party_trust':
      return [access.role, access.vendorAccount]
  }
}
