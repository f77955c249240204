import { trailDate } from '../core/input.ts'
import type { SessionClaims } from '../core/session-token.ts'
import type { World } from '../core/world.ts'

/** Credentials for these claims, and how CloudTrail shows them: everything but the secret. */
export function issueCredentials(world: World, claims: SessionClaims) {
  const { secretAccessKey, sessionToken } = world.sealer.seal(claims)
  const { accessKeyId } = claims
  const expiration = new Date(claims.expiresAt)
  return {
    credentials: { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration },
    trailCredentials: { accessKeyId, sessionToken, expiration: trailDate(expiration) },
  }
}

/** AWS keeps the times of a session in whole seconds: what was issued within a second was issued at its start. */
export const wholeSecond = (date: Date): number => Math.floor(date.getTime() / 1000) * 1000
