import { trailDate } from '../core/input.ts'
import type { SessionClaims } from '../core/session-token.ts'
import type { World } from '../core/world.ts'

/** Credentials for these claims, and how CloudTrail shows them: everything but the secret. */
export function issueCredentials(world: World, claims: SessionClaims) {
  const { secretAccessKey, sessionToken } = world.sealer.seal(claims)
  const { accessKeyId } = claims
  const expiration = new Date(Math.floor(claims.expiresAt / 1000) * 1000)
  return {
    credentials: { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration },
    trailCredentials: { accessKeyId, sessionToken, expiration: trailDate(expiration) },
  }
}
