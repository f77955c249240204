import type { Config } from '#lib/config/config.ts'
import { minutes } from '#lib/config/clock.ts'

export type SignInFacts = {
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
  revokedAt: Date | null
  groupsVerifiedAt: Date
  personDisabledAt: Date | null
}

export type SignInEnd = 'revoked' | 'disabled' | 'expired' | 'idle'
export type SignInVerdict = { state: 'valid' } | { state: 'stale_groups' } | { state: 'over'; why: SignInEnd }

/**
 * Whether a sign-in still counts at `now`. `fresh` asks for groups verified within the shorter limit (deciding,
 * revealing, changing policy). A sign-in from the future or with groups from the future is treated as stale, so that a
 * clock moved back never prolongs anything.
 */
export function decideSignIn(facts: SignInFacts, limits: Config['signIn'], now: Date, fresh: boolean): SignInVerdict {
  if (facts.revokedAt) return { state: 'over', why: 'revoked' }
  if (facts.personDisabledAt) return { state: 'over', why: 'disabled' }
  if (now >= facts.expiresAt) return { state: 'over', why: 'expired' }
  if (now.getTime() - facts.lastSeenAt.getTime() >= minutes(limits.idleMinutes)) return { state: 'over', why: 'idle' }
  const age = now.getTime() - facts.groupsVerifiedAt.getTime()
  const most = minutes(fresh ? limits.groupsFreshMinutes : limits.groupsMaxAgeMinutes)
  return age >= most || age < -minutes(1) ? { state: 'stale_groups' } : { state: 'valid' }
}
