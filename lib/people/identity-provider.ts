import { decodeJwt } from 'jose'
import { type ProviderSettings, sameIssuer } from '#lib/config/identity-providers.ts'
import { openOutgoing, type OutgoingRefused } from '#lib/config/outgoing.ts'
import type { LogoutToken } from './logout-token.ts'
import { openOneProvider } from './one-provider.ts'

export type RenewedTokens = { accessToken: string; refreshToken: string | undefined }
export type GroupsQuestion = {
  /** The issuer whose person this is: no other provider is asked. */
  issuer: string
  refreshToken: string | undefined
  accessToken: string | undefined
  /** `sub` as the provider says it. */
  subject: string
  /** Called as soon as the provider gave new tokens, before anything else can fail. */
  keep?: (tokens: RenewedTokens) => Promise<void>
}

/** What a provider sent the browser back with, as a whole address, and what was kept to check it with. */
export type CodeAnswer = { address: URL; state: string; nonce: string; codeVerifier: string }
export type SignInTokens = { idToken: string; accessToken: string; refreshToken: string | undefined }

export type IdentityProvider = {
  /** The issuer by its own name, and where people sign in; throws when the provider does not answer. */
  signInPage(id: ProviderSettings['id']): Promise<{ issuer: string; address: string }>
  /**
   * Tokens for a code (OpenID Connect Core 1.0, section 3.1.3). State, nonce, PKCE, issuer, audience, times and signature
   * of the ID token were checked; throws when any of it is wrong.
   */
  redeemCode(id: ProviderSettings['id'], answer: CodeAnswer): Promise<SignInTokens>
  /** The person's groups as the provider has them now; throws when the provider does not answer or refuses. */
  fetchGroups(question: GroupsQuestion): Promise<string[]>
  /** The same for a person whose groups a token left out for their number; throws `TooManyGroups` where no directory is configured for that. */
  fetchDirectoryGroups(issuer: string, accessToken: string | undefined): Promise<string[]>
  /** Where to send the browser so that the provider's session ends too; undefined when the provider has no such page. */
  signOutUrl(issuer: string, idTokenHint: string | undefined, returnTo: URL): Promise<string | undefined>
  /** A validated logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6); throws when it is not one. */
  readLogoutToken(token: string, now: Date): Promise<LogoutToken>
  /** Asks a provider anew what it is and where its endpoints are; throws when it does not answer. */
  check(id: ProviderSettings['id']): Promise<void>
}

/**
 * The configured providers behind one door. Each question goes to the provider of its issuer and to no other, so that
 * nothing one of them says is ever believed about a person of another. `report` hears of every call that was refused.
 */
export function openIdentityProviders(settings: readonly ProviderSettings[], report: (refused: OutgoingRefused) => void): IdentityProvider {
  const all = settings.map((one) => ({ ...one, provider: openOneProvider(one, openOutgoing(one.outgoing, report)) }))
  const called = (id: ProviderSettings['id']) => {
    const found = all.find((one) => one.id === id)
    if (!found) throw new Error('This identity provider is not configured.')
    return found.provider
  }
  const of = (issuer: string) => {
    const found = all.find((one) => sameIssuer(one.issuer, issuer))
    if (!found) throw new Error('The identity provider of this sign-in is not configured any more.')
    return found.provider
  }
  return {
    signInPage: async (id) => called(id).signInPage(),
    redeemCode: async (id, answer) => called(id).redeemCode(answer),
    fetchGroups: async (question) => of(question.issuer).fetchGroups(question),
    fetchDirectoryGroups: async (issuer, accessToken) => of(issuer).fetchDirectoryGroups(accessToken),
    signOutUrl: async (issuer, idTokenHint, returnTo) => of(issuer).signOutUrl(idTokenHint, returnTo),
    // Whose token it claims to be says only who is asked to check it.
    readLogoutToken: async (token, now) => of(decodeJwt(token).iss ?? '').readLogoutToken(token, now),
    check: async (id) => called(id).check(),
  }
}
