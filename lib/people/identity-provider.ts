import { decodeJwt } from 'jose'
import { type ProviderSettings, sameIssuer } from '#lib/config/identity-providers.ts'
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

export type IdentityProvider = {
  /** The person's groups as the provider has them now; throws when the provider does not answer or refuses. */
  fetchGroups(question: GroupsQuestion): Promise<string[]>
  /** Where to send the browser so that the provider's session ends too; undefined when the provider has no such page. */
  signOutUrl(issuer: string, idTokenHint: string | undefined, returnTo: URL): Promise<string | undefined>
  /** A validated logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6); throws when it is not one. */
  readLogoutToken(token: string, now: Date): Promise<LogoutToken>
  /** Asks a provider anew what it is and where its endpoints are; throws when it does not answer. */
  check(id: ProviderSettings['id']): Promise<void>
}

/**
 * The configured providers behind one door. Each question goes to the provider of its issuer and to no other, so that
 * nothing one of them says is ever believed about a person of another.
 */
export function openIdentityProviders(settings: readonly ProviderSettings[]): IdentityProvider {
  const all = settings.map((one) => ({ ...one, provider: openOneProvider(one) }))
  const of = (issuer: string) => {
    const found = all.find((one) => sameIssuer(one.issuer, issuer))
    if (!found) throw new Error('The identity provider of this sign-in is not configured any more.')
    return found.provider
  }
  return {
    fetchGroups: async (question) => of(question.issuer).fetchGroups(question),
    signOutUrl: async (issuer, idTokenHint, returnTo) => of(issuer).signOutUrl(idTokenHint, returnTo),
    // Whose token it claims to be says only who is asked to check it.
    readLogoutToken: async (token, now) => of(decodeJwt(token).iss ?? '').readLogoutToken(token, now),
    check: async (id) => {
      await all.find((one) => one.id === id)?.provider.check()
    },
  }
}
