import { refuse, type Result } from '#lib/config/result.ts'
import { isStorable } from '#lib/config/typed-text.ts'
import type { Claims } from './read-groups.ts'

/** Entra ID names people by tenant and object; its `sub` differs from application to application. */
export type Directory = 'entra' | 'standard'

export type Identity = {
  issuer: string
  /** With the issuer, who it is: `sub`, or the object id of Entra ID (PRODUCT rule 8). */
  subject: string
  /** `sub` as the provider says it in every answer about this person. */
  providerSubject: string
  displayName: string
  email: string | undefined
  username: string
  providerSessionId: string | undefined
  /** When and how the person proved who they are; null when the provider does not say. */
  authenticatedAt: Date | null
  acr: string | null
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const unreadable = (what: string) => refuse('identity_unreadable', 'The identity provider does not say who you are in a way that Latchkey accepts.', what)

/**
 * Who validated claims are about. Never the e-mail: addresses are renamed and given to others, and `email_verified` may
 * be missing, so name and address are only shown. `auth_time` is in seconds (OpenID Connect Core 1.0, section 2).
 */
export function readIdentity(claims: Claims, directory: Directory): Result<{ identity: Identity }, 'identity_unreadable'> {
  const [issuer, sub] = [text(claims.iss), text(claims.sub)]
  if (!issuer || !sub || ![issuer, sub].every(isStorable)) return unreadable('Its tokens need "iss" and "sub".')
  const named = directory === 'entra' ? entraObject(claims, issuer) : sub
  if (!named) return unreadable('Entra ID has to send "oid" and "tid" of the tenant in OIDC_ISSUER; add the profile scope.')
  const sid = text(claims.sid)
  if (sid && !isStorable(sid)) return unreadable('Its "sid" cannot be stored.')
  const email = text(claims.email)
  const username = text(claims.preferred_username) ?? text(claims['cognito:username']) ?? email?.split('@')[0] ?? sub
  const seconds = claims.auth_time
  const authenticatedAt = typeof seconds === 'number' && seconds > 0 && seconds < 1e11 ? new Date(seconds * 1_000) : null
  const acr = text(claims.acr)
  return {
    ok: true,
    identity: { issuer, subject: named, providerSubject: sub, displayName: text(claims.name) ?? username, email, username, providerSessionId: sid, authenticatedAt, acr: acr && isStorable(acr) ? acr : null },
  }
}

/**
 * `oid` is the person in the tenant `tid`, the same for every application; `sub` is pairwise. The tenant must be the
 * issuer's, or an object id of another tenant could pass for this one's.
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
function entraObject(claims: Claims, issuer: string): string | undefined {
  const [oid, tid] = [text(claims.oid), text(claims.tid)]
  const ofTenant = tid !== undefined && new URL(issuer).pathname.split('/').includes(tid)
  return oid && guid.test(oid) && tid && guid.test(tid) && ofTenant ? oid.toLowerCase() : undefined
}
