import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { z } from 'zod'
import type { Config } from '#lib/config/config.ts'
import { isStorable } from '#lib/config/typed-text.ts'

/**
 * Groups as providers send them: an array, one name, or nothing. A name that cannot be stored as it is (NUL, half a
 * surrogate pair) is left out, never mended: mended it might be the name of another group.
 */
export function groupsFromClaims(claims: Record<string, unknown>, claim: string): string[] | undefined {
  const value = claims[claim]
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined
  return [...new Set([value].flat().filter((group): group is string => typeof group === 'string' && isStorable(group)))]
}

export type RenewedTokens = { accessToken: string; refreshToken: string | undefined }
export type GroupsQuestion = {
  refreshToken: string | undefined
  accessToken: string | undefined
  subject: string
  /** Called as soon as the provider gave new tokens, before anything else can fail. */
  keep?: (tokens: RenewedTokens) => Promise<void>
}
export type LogoutToken = { id: string; expiresAt: Date; issuer: string; subject: string | undefined; providerSessionId: string | undefined }

export type IdentityProvider = {
  /** The person's groups as the provider has them now; throws when the provider does not answer or refuses. */
  fetchGroups(question: GroupsQuestion): Promise<string[]>
  /** Where to send the browser so that the provider's session ends too; undefined when the provider has no such page. */
  signOutUrl(idTokenHint: string | undefined, returnTo: URL): Promise<string | undefined>
  /** A validated logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6); throws when it is not one. */
  readLogoutToken(token: string, now: Date): Promise<LogoutToken>
}

/** Seconds. */
const clockTolerance = 60
const storable = z.string().min(1).refine(isStorable)

const logoutClaims = z.object({
  jti: storable,
  iss: storable,
  exp: z.number(),
  sub: storable.optional(),
  sid: storable.optional(),
  events: z.object({ 'http://schemas.openid.net/event/backchannel-logout': z.object({}) }),
})

/** Discovers the provider at first use, and again after a failure; keys are fetched anew when an unknown one appears. */
export function openIdentityProvider(settings: Config['oidc']): IdentityProvider {
  let discovered: Promise<oidc.Configuration> | undefined
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  const provider = (): Promise<oidc.Configuration> => {
    discovered ??= oidc
      .discovery(new URL(settings.issuer), settings.clientId, settings.clientSecret, oidc.ClientSecretBasic(settings.clientSecret), {
        timeout: 8,
        ...(settings.allowInsecureIssuer ? { execute: [oidc.allowInsecureRequests] } : {}),
      })
      .catch((error: unknown) => {
        discovered = undefined
        throw error
      })
    return discovered
  }
  return {
    fetchGroups: async (question) => fetchGroups(await provider(), settings.groupsClaim, question),
    signOutUrl: async (idTokenHint, returnTo) => {
      const configuration = await provider()
      if (!configuration.serverMetadata().end_session_endpoint) return undefined
      const hint: Record<string, string> = idTokenHint ? { id_token_hint: idTokenHint } : {}
      return oidc.buildEndSessionUrl(configuration, { ...hint, client_id: settings.clientId, post_logout_redirect_uri: returnTo.href }).href
    },
    readLogoutToken: async (token, now) => {
      const { issuer, jwks_uri } = (await provider()).serverMetadata()
      keys ??= createRemoteJWKSet(new URL(jwks_uri ?? ''), { timeoutDuration: 5_000 })
      const { payload } = await jwtVerify(token, keys, { issuer, audience: settings.clientId, clockTolerance, maxTokenAge: 600, currentDate: now })
      if ('nonce' in payload) throw new Error('A logout token must not carry a nonce.')
      const claims = logoutClaims.parse(payload)
      if (!claims.sub && !claims.sid) throw new Error('A logout token must carry sub or sid.')
      // Remembered for as long as it would be accepted: to its end and the tolerated difference of clocks.
      return { id: `${claims.iss} ${claims.jti}`, expiresAt: new Date((claims.exp + clockTolerance) * 1_000), issuer: claims.iss, subject: claims.sub, providerSessionId: claims.sid }
    },
  }
}

async function fetchGroups(configuration: oidc.Configuration, claim: string, { refreshToken, accessToken, subject, keep }: GroupsQuestion): Promise<string[]> {
  const renewed = refreshToken ? await oidc.refreshTokenGrant(configuration, refreshToken) : undefined
  if (renewed) await keep?.({ accessToken: renewed.access_token, refreshToken: renewed.refresh_token })
  const claims = renewed?.claims()
  // OpenID Connect Core 1.0, section 12.2: a refreshed ID token is of the same person.
  if (claims && claims.sub !== subject) throw new Error('The provider answered about somebody else.')
  const fromToken = claims && groupsFromClaims(claims, claim)
  if (fromToken) return fromToken
  const token = renewed?.access_token ?? accessToken
  if (!token) throw new Error('The provider gave no token to ask for groups with.')
  const info = await oidc.fetchUserInfo(configuration, token, subject)
  return groupsFromClaims(info, claim) ?? []
}
