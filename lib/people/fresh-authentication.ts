import { minutes, seconds } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'

/** What a profile asks of somebody before an action: how long ago they may have authenticated, and how. */
export type AuthenticationNeed = { maxAgeMinutes?: number | undefined; acrValues: readonly string[] }
/** What the provider said of the sign-in: `auth_time` and `acr`; null when it did not. */
export type AuthenticationFacts = { authenticatedAt: Date | null; acr: string | null }
export type FreshAuthenticationCode = 'fresh_authentication'

/** Clocks of two companies differ; more than this ahead is a mistake, not a difference. */
const clocksDiffer = seconds(60)

/**
 * Whether the authentication behind a sign-in is as fresh and as strong as `need` asks. What the provider did not say
 * counts as not done (OpenID Connect Core 1.0, sections 2 and 3.1.2.1: `auth_time`, `acr`, `max_age`).
 */
export function decideFreshAuthentication(facts: AuthenticationFacts | undefined, need: AuthenticationNeed | undefined, now: Date): Result<object, FreshAuthenticationCode> {
  if (!need) return { ok: true }
  const said = facts ?? { authenticatedAt: null, acr: null }
  if (need.acrValues.length > 0 && !(said.acr && need.acrValues.includes(said.acr))) {
    return refuse('fresh_authentication', 'This needs a stronger sign-in.', 'Confirm that it is you; you come back to where you are.')
  }
  if (need.maxAgeMinutes !== undefined && !isRecent(said.authenticatedAt, need.maxAgeMinutes, now)) {
    return refuse('fresh_authentication', `This needs a sign-in of the last ${need.maxAgeMinutes} minutes.`, 'Confirm that it is you; you come back to where you are.')
  }
  return { ok: true }
}

function isRecent(at: Date | null, maxAgeMinutes: number, now: Date): boolean {
  const age = at ? now.getTime() - at.getTime() : Number.POSITIVE_INFINITY
  return age < minutes(maxAgeMinutes) && age > -clocksDiffer
}

/** What can be wrong with an answer of the provider to that demand, as people are told it. */
export const confirmationProblems = {
  no_auth_time: refuse('no_auth_time', 'The identity provider does not say when you signed in (auth_time).', 'An admin has to make it send that claim, or take the time limit out of the profile.'),
  too_old: refuse('too_old', 'The identity provider let you through on an older sign-in.', 'Try again. If it does not ask you to sign in, sign out there first.'),
  no_acr: refuse('no_acr', 'The identity provider does not say how you signed in (acr).', 'An admin has to make it send that claim, or take the demand out of the profile.'),
  other_acr: refuse('other_acr', 'You signed in at the identity provider in another way than this needs.', 'Try again with the stronger way to sign in.'),
  other_person: refuse('other_person', 'You signed in at the identity provider as somebody else.', 'Confirm as yourself, or sign out of Latchkey first.'),
} as const
export type ConfirmationCode = keyof typeof confirmationProblems

/** The same question when somebody comes back from the provider, answered with what the provider did wrong. */
export function decideConfirmation(facts: AuthenticationFacts, need: AuthenticationNeed, now: Date): Result<object, ConfirmationCode> {
  const { authenticatedAt, acr } = facts
  const { maxAgeMinutes, acrValues } = need
  if (maxAgeMinutes !== undefined && !authenticatedAt) return confirmationProblems.no_auth_time
  if (maxAgeMinutes !== undefined && !isRecent(authenticatedAt, maxAgeMinutes, now)) return confirmationProblems.too_old
  if (acrValues.length > 0 && !acr) return confirmationProblems.no_acr
  return acrValues.length > 0 && !acrValues.includes(acr ?? '') ? confirmationProblems.other_acr : { ok: true }
}
