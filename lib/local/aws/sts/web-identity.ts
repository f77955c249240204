import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { AwsError } from '../core/errors.ts'
import type { World } from '../core/world.ts'

export type WebIdentity = {
  readonly providerArn: string
  /** The issuer without its scheme, as trust policies name it. */
  readonly host: string
  readonly subject: string
  readonly audience: string
  readonly amr: string[]
  readonly sourceIdentity: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
}

/**
 * Believes a token only if its issuer is registered as a provider in the role's account, under one of that provider's
 * audiences. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
export async function verifyWebIdentity(world: World, accountId: string, token: string): Promise<WebIdentity> {
  const claimed = unverified(token)
  const seeded = world.seed.accounts.find((account) => account.id === accountId)
  const provider = seeded?.oidcProviders?.find((candidate) => candidate.issuer === claimed.iss)
  if (!provider) throw invalidToken(`No OpenIDConnect provider found in your account for ${claimed.iss}`)
  const keys = provider.jwks ? createLocalJWKSet(provider.jwks as unknown as JSONWebKeySet) : createRemoteJWKSet(new URL(provider.jwksUri ?? `${provider.issuer}/jwks`))
  const payload = await verified(token, keys, provider.issuer, world.clock.now())
  const audiences = [payload.aud ?? []].flat()
  const audience = audiences.find((entry) => provider.audiences.includes(entry))
  if (audience === undefined) throw invalidToken('Incorrect token audience')
  const host = provider.issuer.replace(/^https?:\/\//, '')
  return {
    providerArn: `arn:aws:iam::${accountId}:oidc-provider/${host}`,
    host,
    subject: payload.sub ?? '',
    audience,
    amr: [payload.amr ?? []].flat().filter((entry): entry is string => typeof entry === 'string'),
    ...sessionClaims(payload),
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
function sessionClaims(payload: JWTPayload): Pick<WebIdentity, 'sourceIdentity' | 'tags' | 'transitiveTagKeys'> {
  const claim = (payload['https://aws.amazon.com/tags'] ?? {}) as { principal_tags?: Record<string, string[] | string>; transitive_tag_keys?: string[] }
  const tags = Object.entries(claim.principal_tags ?? {}).map(([key, value]): [string, string] => [key, [value].flat()[0] ?? ''])
  const sourceIdentity = payload['https://aws.amazon.com/source_identity']
  return {
    sourceIdentity: typeof sourceIdentity === 'string' ? sourceIdentity : undefined,
    tags: Object.fromEntries(tags),
    transitiveTagKeys: claim.transitive_tag_keys ?? [],
  }
}

type Keys = ReturnType<typeof createLocalJWKSet> | ReturnType<typeof createRemoteJWKSet>

/** Identity providers keep real time; so, as for signatures, a token is good if it is by either clock. */
async function verified(token: string, keys: Keys, issuer: string, now: Date): Promise<JWTPayload> {
  const verify = async (currentDate: Date) => (await jwtVerify(token, keys as Parameters<typeof jwtVerify>[1] & Keys, { issuer, currentDate })).payload
  try {
    return await verify(now).catch(() => verify(new Date()))
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new AwsError('ExpiredTokenException', 'Token expired: current date/time must be before the expiration date/time')
    }
    throw invalidToken("Couldn't retrieve verification key from your identity provider, or the token's signature is invalid")
  }
}

function unverified(token: string): JWTPayload {
  try {
    return decodeJwt(token)
  } catch {
    throw invalidToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
  }
}

const invalidToken = (message: string): AwsError => new AwsError('InvalidIdentityToken', message)
