import { isIP } from 'node:net'
import type { LeaseCredentials } from '#lib/aws/issuer.ts'
import type { Access, ProfileDefinition, RiskTier } from '#lib/catalog/catalog-schema.ts'
import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { AccessProfile, Grant, Person, Request } from '#lib/db/generated/client.ts'
import { decideFreshAuthentication, type FreshAuthenticationCode } from '#lib/people/fresh-authentication.ts'
import { groupsFor, type Viewer } from '#lib/people/viewer.ts'
import { decideMint, type MintCode } from './decide-mint.ts'
import { endGrantAsPortal } from './end-grant.ts'
import type { GrantDeps } from './grant-deps.ts'
import { beginLease, completeLease, refuseLease } from './lease.store.ts'
import { approvedAccess } from './approved-access.ts'
import { composeSessionPolicy, sessionPolicyLimit } from './session-policy.ts'

export type MintedLease = { leaseId: string; credentials: LeaseCredentials; accountId: string; region: string; sessionName: string; grantCode: string }
export type MintLeaseResult = Result<{ lease: MintedLease }, MintCode | FreshAuthenticationCode | 'provider_unreachable' | 'not_found' | 'no_credentials' | 'aws' | 'policy_too_large'>

type LoadedGrant = Grant & { profile: AccessProfile; person: Person; request: Request }

/**
 * Mints one set of credentials for the grant's holder and hands it over once. The lease row is committed, under a lock
 * on the grant, before AWS is asked; when the grant ended while AWS was answering, the credentials are thrown away.
 * The viewer must be fresh (groups verified within five minutes). `fromAddress` is the address they ask from: use from
 * another network is told later.
 */
export async function mintLease(deps: GrantDeps, viewer: Viewer, grantId: string, purpose: 'reveal' | 'console', fromAddress: string | null = null): Promise<MintLeaseResult> {
  const now = deps.clock()
  const grant = await deps.db.grant.findFirst({ where: { id: grantId, personId: viewer.personId }, include: { profile: true, person: true, request: true } })
  if (!grant) return refuse('not_found', 'There is no such grant of yours.', 'Only the holder of a grant gets its credentials.')
  const definition = definitionOf(grant.profile)
  const approved = approvedAccess(grant)
  const mintable = mintableOf(definition)
  if (approved.kind !== 'sts_role' || !mintable) return refuse('no_credentials', noCredentials(approved))
  const decision = await decide(deps, viewer, grant, definition, now)
  if (!decision.ok) {
    if (decision.code === 'no_longer_eligible') await endGrantAsPortal(deps, grant, decision.message)
    return decision
  }
  const sessionPolicy = JSON.stringify(composeSessionPolicy(approved, grant.endsAt ?? now, deps.managedRolePath))
  if (sessionPolicy.length > sessionPolicyLimit) {
    return refuse('policy_too_large', `This profile's scope makes a session policy of ${sessionPolicy.length} characters; AWS takes ${sessionPolicyLimit}.`, 'An admin has to shorten the scope.')
  }
  const leaseId = await beginLease(deps.db, grant, purpose, decision.durationSeconds, deps.clock(), fromAddress && isIP(fromAddress) > 0 ? fromAddress : null)
  if (!leaseId) return ended(deps, grant)
  const minted = await deps.issuer.mint({
    roleArn: grant.roleArn,
    sessionName: grant.sessionName,
    durationSeconds: decision.durationSeconds,
    sessionPolicy,
    externalId: mintable.access.externalId,
    tags: { 'latchkey:grant': grant.code, 'latchkey:profile': grant.profileId },
  })
  if (!minted.ok) {
    await refuseLease(deps.db, grant, leaseId, minted, deps.clock())
    return refuse('aws', minted.message, minted.retryable ? 'Try again in a moment.' : 'An admin can see what AWS refuses on the Health page.')
  }
  const { grantOpen } = await completeLease(deps.db, grant, leaseId, minted.credentials, deps.clock())
  if (!grantOpen) return ended(deps, grant)
  const { accountId, region, sessionName, code } = grant
  return { ok: true, lease: { leaseId, credentials: minted.credentials, accountId, region, sessionName, grantCode: code } }
}

function noCredentials(access: Access): string {
  switch (access.kind) {
    case 'sts_role':
      return 'This profile grants something else by now than what was approved, so no credentials are issued.'
    case 'identity_center':
      return 'This access is used through the access portal of IAM Identity Center; Latchkey issues no credentials for it.'
    case 'third_party_trust':
      return 'The vendor takes on this role from its own account; Latchkey issues no credentials for it.'
  }
}

async function decide(deps: GrantDeps, viewer: Viewer, grant: LoadedGrant, definition: ProfileDefinition, now: Date): Promise<Result<{ durationSeconds: number }, MintCode | FreshAuthenticationCode | 'provider_unreachable' | 'aws'>> {
  const riskTier = grant.request.riskTier as RiskTier
  const emergency = grant.request.incidentReference !== null
  // Nobody can confirm the holder's groups now: that ends nothing, and gives nothing but in an emergency.
  if (viewer.storedGroups && !emergency) return refuse('provider_unreachable', 'Your groups could not be confirmed with the identity provider.', 'Try again in a minute. Emergency access works meanwhile.')
  const facts = {
    grant: { ...grant, riskTier },
    emergency,
    holder: { personId: viewer.personId, groups: groupsFor(viewer, { emergency }), enabled: grant.person.disabledAt === null, excluded: grant.profile.excludedPersonIds.includes(viewer.personId) },
    profile: { offered: grant.profile.offered, definition },
  }
  // Refusals that need nothing from AWS come before AWS is asked.
  const nothingRead = { digest: grant.roleDigest ?? '', maxSessionSeconds: 3_600, drift: [] }
  const early = decideMint({ ...facts, role: nothingRead, issuerLimitSeconds: 3_600 }, now)
  if (!early.ok && early.code !== 'role_changed') return early
  const proven = decideFreshAuthentication(viewer.authentication, definition.freshAuthentication?.reveal, now)
  if (!proven.ok) return proven
  const [read, limit] = await Promise.all([
    readRole(deps, definition, grant.roleArn, now, riskTier === 'high' || definition.riskTier === 'high' ? 0 : minutes(5)),
    deps.issuer.longestLeaseSeconds(),
  ])
  if (!read.ok) return refuse('aws', read.message, 'Try again in a moment.')
  if (!limit.ok) return refuse('aws', limit.message, 'Try again in a moment.')
  return decideMint({ ...facts, role: { digest: read.reading.digest, maxSessionSeconds: read.reading.role.maxSessionSeconds, drift: read.reading.drift }, issuerLimitSeconds: limit.seconds }, now)
}

async function ended({ db, clock }: GrantDeps, grant: LoadedGrant): Promise<MintLeaseResult> {
  const current = await db.grant.findUniqueOrThrow({ where: { id: grant.id } })
  const at = current.mintingStoppedAt ?? current.endsAt ?? clock()
  return refuse('ended', `This grant ended at ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC. No new credentials are issued.`, 'Ask for access again.')
}
