import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Outgoing } from '#lib/config/outgoing.ts'
import { isStorable } from '#lib/config/typed-text.ts'

export type LogoutToken = { id: string; expiresAt: Date; issuer: string; subject: string | undefined; providerSessionId: string | undefined }

/** Seconds by which the clocks of the portal and of a provider may differ. */
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

/**
 * The keys a provider signs with now. An unknown one is looked for at once, so that a rotation goes unnoticed, and at
 * most once a second, so that tokens with invented keys do not become load on the provider.
 */
export const openKeys = (address: string, outgoing: Outgoing): JWTVerifyGetKey => createRemoteJWKSet(new URL(address), { timeoutDuration: 5_000, cooldownDuration: 1_000, [customFetch]: outgoing.fetch })

/** A validated logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6); throws when it is not one. */
export async function verifyLogoutToken(token: string, keys: JWTVerifyGetKey, { issuer, audience }: { issuer: string; audience: string }, now: Date): Promise<LogoutToken> {
  const { payload } = await jwtVerify(token, keys, { issuer, audience, clockTolerance, maxTokenAge: 600, currentDate: now })
  if ('nonce' in payload) throw new Error('A logout token must not carry a nonce.')
  const claims = logoutClaims.parse(payload)
  if (!claims.sub && !claims.sid) throw new Error('A logout token must carry sub or sid.')
  // Remembered for as long as it would be accepted: to its end and the tolerated difference of clocks.
  return { id: `${claims.iss} ${claims.jti}`, expiresAt: new Date((claims.exp + clockTolerance) * 1_000), issuer: claims.iss, subject: claims.sub, providerSessionId: claims.sid }
}
