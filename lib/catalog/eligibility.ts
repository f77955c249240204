import type { ProfileDefinition } from './catalog-schema.ts'

/** Who may ask for a profile and use it: its groups; while it is tried out only the pilot's; in an emergency those of its emergency access. */
export function eligibleGroups({ request, pilot, breakGlass }: Pick<ProfileDefinition, 'request' | 'pilot' | 'breakGlass'>, emergency: boolean): readonly string[] {
  return emergency ? (breakGlass?.groups ?? []) : (pilot?.groups ?? request.groups)
}

/** What decides whether somebody still qualifies for access that was approved. */
export type Eligibility = {
  /** Approved as emergency access. */
  emergency: boolean
  holder: { groups: readonly string[]; enabled: boolean; /** An access review took the profile from them. */ excluded: boolean }
  profile: { offered: boolean; definition: Pick<ProfileDefinition, 'request' | 'pilot' | 'breakGlass'> }
}

/** Why somebody does not qualify any more, as the end of a sentence ("because …"); undefined while they do (PRODUCT rule 10). */
export function whyNoLongerEligible({ emergency, holder, profile }: Eligibility): string | undefined {
  if (!profile.offered) return 'the profile is no longer offered'
  if (!holder.enabled) return 'access to Latchkey was switched off'
  if (holder.excluded) return 'an access review took this profile away'
  const groups = eligibleGroups(profile.definition, emergency)
  if (groups.some((group) => holder.groups.includes(group))) return undefined
  return groups.length === 0 ? 'the profile has no emergency access any more' : `membership of ${new Intl.ListFormat('en', { type: 'disjunction' }).format(groups)} is missing`
}
