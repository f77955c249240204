import type { ProfileDefinition } from './catalog-schema.ts'

type Problem = { path: readonly (string | number)[]; message: string }

/** What the kind of a profile's access asks of the rest of it, and of the other profiles of the catalogue. */
export function kindProblems(profiles: readonly ProfileDefinition[], profile: ProfileDefinition): Problem[] {
  const { access } = profile
  switch (access.kind) {
    case 'sts_role':
      return profile.proof ? [] : [{ path: ['proof'], message: 'must name a harmless call, which shows that credentials work' }]
    case 'identity_center':
      return withoutProof(profile)
    case 'third_party_trust': {
      const shared = profiles.find((other) => other.id !== profile.id && other.account === profile.account && other.access.kind !== 'identity_center' && other.access.role === access.role)
      return [
        ...(shared ? [{ path: ['access', 'role'], message: `is granted by ${shared.id} too: every vendor has a role of its own` }] : []),
        ...(access.vendorPrincipal && access.vendorPrincipal.split(':')[4] !== access.vendorAccount ? [{ path: ['access', 'vendorPrincipal'], message: `must lie in the vendor's account ${access.vendorAccount}` }] : []),
        ...withoutProof(profile),
      ]
    }
  }
}

const withoutProof = ({ proof }: ProfileDefinition): Problem[] => (proof ? [{ path: ['proof'], message: 'must be left out: the portal mints no credentials of this kind that could be tried' }] : [])
