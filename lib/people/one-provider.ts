import { type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import type { Outgoing } from '#lib/config/outgoing.ts'
import type { CodeAnswer, GroupsQuestion, SignInTokens } from './identity-provider.ts'
import { fetchDirectoryGroups } from './directory-groups.ts'
import { type LogoutToken, openKeys, verifyLogoutToken } from './logout-token.ts'
import { readGroups, TooManyGroups } from './read-groups.ts'

export type OneProvider = {
  signInPage(): Promise<{ issuer: string; address: string }>
  redeemCode(answer: CodeAnswer): Promise<SignInTokens>
  fetchGroups(question: Omit<GroupsQuestion, 'issuer'>): Promise<string[]>
  fetchDirectoryGroups(accessToken: string | undefined): Promise<string[]>
  signOutUrl(idTokenHint: string | undefined, returnTo: URL): Promise<string | undefined>
  readLogoutToken(token: string, now: Date): Promise<LogoutToken>
  check(): Promise<void>
}

/** Seconds by which the provider's clock may differ. */
const tolerance = 10
/** The one algorithm that every provider supports (OpenID Connect Core 1.0, section 15.1). */
const algorithm = 'RS256'

/** Discovers the provider at first use, and again after a failure; a check takes endpoints that moved along. Every call goes through `outgoing`. */
export function openOneProvider(settings: ProviderSettings, outgoing: Outgoing): OneProvider {
  let discovered: Promise<oidc.Configuration> | undefined
  let keys: { address: string; get: JWTVerifyGetKey } | undefined
  const metadata = { client_secret: settings.clientSecret, id_token_signed_response_alg: algorithm, [oidc.clockTolerance]: tolerance }
  const discover = (): Promise<oidc.Configuration> =>
    oidc.discovery(new URL(settings.issuer), settings.clientId, metadata, oidc.ClientSecretBasic(settings.clientSecret), {
      timeout: 8,
      [oidc.customFetch]: outgoing.fetch,
      ...(settings.allowInsecureIssuer ? { execute: [oidc.allowInsecureRequests] } : {}),
    })
  const provider = (): Promise<oidc.Configuration> => {
    discovered ??= discover().catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }
  const keysOf = (configuration: oidc.Configuration): JWTVerifyGetKey => {
    const { jwks_uri: address = '' } = configuration.serverMetadata()
    if (keys?.address !== address) keys = { address, get: openKeys(address, outgoing) }
    return keys.get
  }
  const ofDirectory = async (accessToken: string | undefined): Promise<string[]> => {
    if (!settings.directoryGroups || !accessToken) throw new TooManyGroups()
    const ids = await fetchDirectoryGroups(outgoing, settings.directoryGroups, accessToken)
    const reading = readGroups({ groups: ids }, { ...settings.groups, claim: 'groups' })
    return reading.state === 'read' ? reading.groups : []
  }
  return {
    signInPage: async () => {
      const { issuer, authorization_endpoint: address } = (await provider()).serverMetadata()
      if (!address) throw new Error('The discovery document names no page to sign in at.')
      return { issuer, address }
    },
    redeemCode: async ({ address, state, nonce, codeVerifier }) => {
      const configuration = await provider()
      const tokens = await oidc.authorizationCodeGrant(configuration, address, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true })
      const idToken = tokens.id_token ?? ''
      // The token endpoint is trusted for its TLS alone; the signature says that the issuer wrote it.
      await jwtVerify(idToken, keysOf(configuration), { issuer: configuration.serverMetadata().issuer, audience: settings.clientId, algorithms: [algorithm], clockTolerance: tolerance })
      return { idToken, accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
    },
    fetchGroups: async (question) => fetchGroups(await provider(), settings, question, ofDirectory),
    fetchDirectoryGroups: ofDirectory,
    signOutUrl: async (idTokenHint, returnTo) => {
      const configuration = await provider()
      if (!configuration.serverMetadata().end_session_endpoint) return undefined
      const hint: Record<string, string> = idTokenHint ? { id_token_hint: idTokenHint } : {}
      // Amazon Cognito calls it by a name of its own. https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
      const back: Record<string, string> = isCognito(settings.issuer) ? { logout_uri: returnTo.href } : { post_logout_redirect_uri: returnTo.href }
      return oidc.buildEndSessionUrl(configuration, { ...hint, client_id: settings.clientId, ...back }).href
    },
    readLogoutToken: async (token, now) => {
      const configuration = await provider()
      return verifyLogoutToken(token, keysOf(configuration), { issuer: configuration.serverMetadata().issuer, audience: settings.clientId }, now)
    },
    check: async () => {
      const found = await discover()
      discovered = Promise.resolve(found)
    },
  }
}

const isCognito = (issuer: string): boolean => /^cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?$/.test(new URL(issuer).hostname)

async function fetchGroups(configuration: oidc.Configuration, { groups: claim }: ProviderSettings, { refreshToken, accessToken, subject, keep }: Omit<GroupsQuestion, 'issuer'>, ofDirectory: OneProvider['fetchDirectoryGroups']): Promise<string[]> {
  const renewed = refreshToken ? await oidc.refreshTokenGrant(configuration, refreshToken) : undefined
  if (renewed) await keep?.({ accessToken: renewed.access_token, refreshToken: renewed.refresh_token })
  const claims = renewed?.claims()
  // OpenID Connect Core 1.0, section 12.2: a refreshed ID token is of the same person.
  if (claims && claims.sub !== subject) throw new Error('The provider answered about somebody else.')
  const inToken = claims ? readGroups(claims, claim) : { state: 'absent' as const }
  if (inToken.state === 'too_many') return ofDirectory(renewed?.access_token)
  if (inToken.state === 'read') return inToken.groups
  const token = renewed?.access_token ?? accessToken
  if (!token) throw new Error('The provider gave no token to ask for groups with.')
  const info = readGroups(await oidc.fetchUserInfo(configuration, token, subject), claim)
  if (info.state === 'too_many') throw new TooManyGroups()
  return info.state === 'read' ? info.groups : []
}
