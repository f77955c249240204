import { isStorable } from '#lib/config/typed-text.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Where a provider keeps groups, and how they are called in Latchkey. */
export type GroupClaim = {
  /** The claim's name, or a path into it: `groups`, `cognito:groups`, `https://x.example/groups`, `realm_access.roles`. */
  claim: string
  /** Put before every group, so that equal names of two providers stay two groups. */
  prefix: string
  /** Prefixes of the other providers: a group called like one of theirs is left out, because it would pass for it. */
  foreignPrefixes: readonly string[]
}
export type GroupsReading = { state: 'read'; groups: string[] } | { state: 'absent' } | { state: 'too_many' }

/** The provider left the groups out of its answer for their number (Entra ID, above 200). */
export class TooManyGroups extends Error {}

const isRecord = (value: unknown): value is Claims => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The value at a claim's name or path. A claim called exactly so comes first, because names may hold dots
 * (`https://x.example/groups`); then the longest key that leads on, because names of Keycloak's clients may too
 * (`resource_access.my.client.roles`). https://www.keycloak.org/docs/latest/server_admin/#_role_scope_mappings
 */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1)) {
    const key = path.slice(0, at)
    const inner = Object.hasOwn(claims, key) ? claims[key] : undefined
    const value = isRecord(inner) ? valueAt(inner, path.slice(at + 1)) : undefined
    if (value !== undefined) return value
  }
  return undefined
}

/**
 * Whether the provider says that the groups are kept elsewhere. Entra ID leaves them out above 200 and names a source
 * in `_claim_names` (distributed claims, OpenID Connect Core 1.0, section 5.6.2), or says `hasgroups`.
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
function isKeptElsewhere(claims: Claims, path: string): boolean {
  const sources = claims._claim_names
  if (isRecord(sources) && (Object.hasOwn(sources, path) || Object.hasOwn(sources, path.split('.')[0] ?? ''))) return true
  return path === 'groups' && (claims.hasgroups === true || claims.hasgroups === 'true')
}

/**
 * The groups that claims say: an array, one name, or nothing (`absent`; userinfo may know more). `too_many`: the provider
 * left them out for their number. Nothing is guessed: text is one name and never split, an address is a name and never
 * fetched, and a name that cannot be stored as it is (NUL, half a surrogate pair) is left out, because mended it might
 * be the name of another group.
 */
export function readGroups(claims: Claims, { claim, prefix, foreignPrefixes }: GroupClaim): GroupsReading {
  const value = valueAt(claims, claim)
  if (typeof value !== 'string' && !Array.isArray(value)) return { state: isKeptElsewhere(claims, claim) ? 'too_many' : 'absent' }
  const names = [value].flat().filter((name): name is string => typeof name === 'string' && name !== '' && isStorable(name))
  const own = names.map((name) => prefix + name).filter((name) => !foreignPrefixes.some((foreign) => name.startsWith(foreign)))
  return { state: 'read', groups: [...new Set(own)] }
}
