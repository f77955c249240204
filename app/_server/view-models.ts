import type { AccountRef, Environment, PersonRef, ProfileRef, RiskTier } from '#components/models.ts'

type AccountRow = { id: string; name: string; environment: string }
type ProfileRow = { id: string; title: string; riskTier: string; account: AccountRow }

export const accountRef = ({ id, name, environment }: AccountRow): AccountRef => ({ id, name, environment: environment as Environment })

export const profileRef = (profile: ProfileRow): ProfileRef => ({
  slug: profile.id,
  name: profile.title,
  account: accountRef(profile.account),
  riskTier: profile.riskTier as RiskTier,
})

export const personRef = ({ displayName, email }: { displayName: string; email: string | null }): PersonRef => ({ name: displayName, ...(email ? { email } : {}) })

export const iso = (date: Date | null): string | null => date?.toISOString() ?? null

/** "a", "a or b", "a, b or c". */
export function orList(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`
}

/** Minutes as people say them: "45 min", "2 h", "1 h 30 min". */
export function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  if (hours === 0) return `${Math.max(1, rest)} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
