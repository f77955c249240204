import type { ProfileDefinition, RiskTier } from '#lib/catalog/catalog-schema.ts'
import { whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { GrantState } from './grant-lifecycle.ts'

export type MintFacts = {
  grant: { state: GrantState; endsAt: Date | null; endReason: string | null; mintingStoppedAt: Date | null; personId: string; roleDigest: string | null; riskTier: RiskTier; leaseMinutes: number }
  /** Approved as emergency access: its groups count instead of the everyday ones. */
  emergency: boolean
  holder: { personId: string; groups: readonly string[]; enabled: boolean; excluded: boolean }
  profile: { offered: boolean; definition: ProfileDefinition }
  role: { digest: string; maxSessionSeconds: number; drift: readonly string[] }
  /** What AWS mints at most for the portal's issuer: 3,600 s when it is a role session itself. */
  issuerLimitSeconds: number
}
export type MintCode = 'not_holder' | 'not_active' | 'ended' | 'no_longer_eligible' | 'role_changed'

/** AWS mints nothing shorter. The session policy's explicit deny cuts what outlives the grant. */
export const shortestLeaseSeconds = 900

const clock = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/**
 * Whether credentials may be minted now, and for how long: the least of what remains of the grant, the profile's lease
 * limit, the role's maximum and the issuer's limit, and never under AWS's 900 s. `no_longer_eligible` ends the grant.
 */
export function decideMint(facts: MintFacts, now: Date): Result<{ durationSeconds: number }, MintCode> {
  const { grant, holder, profile, role } = facts
  if (grant.personId !== holder.personId) return refuse('not_holder', 'Only the holder of a grant gets its credentials.')
  const over = grant.mintingStoppedAt ?? (grant.endsAt && now >= grant.endsAt ? grant.endsAt : null)
  if (over || grant.state === 'ended' || grant.state === 'ending') {
    return refuse('ended', `This grant ended${over ? ` at ${clock(over)}` : ''}${endedHow(grant.endReason)}. No new credentials are issued.`, 'Ask for access again.')
  }
  if (grant.state !== 'active' || !grant.endsAt) return refuse('not_active', 'AWS has not confirmed this grant yet.', 'It usually takes a few seconds; this page shows when it is active.')
  const why = whyNoLongerEligible(facts)
  if (why) return refuse('no_longer_eligible', `This grant ends now, because ${why}.`, 'Ask for access again once that has changed.')
  const highRisk = grant.riskTier === 'high' || profile.definition.riskTier === 'high'
  if (highRisk && (role.drift.length > 0 || role.digest !== grant.roleDigest)) {
    return refuse('role_changed', 'The role in AWS is not what was approved, so no high-risk credentials are issued.', role.drift[0] ?? 'Ask again, so that an approver sees what the role allows now.')
  }
  const remaining = Math.floor((grant.endsAt.getTime() - now.getTime()) / 1_000)
  const allowed = Math.min(remaining, Math.min(grant.leaseMinutes, profile.definition.limits.leaseMinutes) * 60, role.maxSessionSeconds, facts.issuerLimitSeconds)
  return { ok: true, durationSeconds: Math.max(shortestLeaseSeconds, allowed) }
}

function endedHow(reason: string | null): string {
  switch (reason) {
    case 'relinquished':
      return ', because you ended it'
    case 'revoked':
      return ', because it was revoked'
    default:
      return ''
  }
}
