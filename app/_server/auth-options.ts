import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import type { IdentityProvider } from '#lib/people/identity-provider.ts'
import type { Claims } from '#lib/people/read-groups.ts'
import { logError, logRefusal } from './log.ts'
import { receiveSignIn } from './receive-sign-in.ts'
import { getServices } from './services.ts'

declare module 'next-auth/jwt' {
  interface JWT {
    /** Opaque id of the server-side sign-in row: all that the browser's cookie holds. */
    signInId?: string
  }
}

/** `__Host-` where the browser accepts it: on https only. */
export function sessionCookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-latchkey' : 'latchkey'
}

/** The sign-in that a way back led to, between the two callbacks of next-auth that are about it. */
const received = new WeakMap<object, string>()

/**
 * next-auth for one provider. It makes no call of its own: where the provider is, and what a code is worth, comes from
 * the one place that calls providers. `state` is the way back's own, which ties it to what asked for it. Throws when the
 * provider does not answer.
 */
export async function authOptions(id: ProviderSettings['id'], state?: string): Promise<NextAuthOptions> {
  const { config, provider } = await getServices()
  const settings = config.oidc.find((one) => one.id === id)
  if (!settings) throw new Error('This identity provider is not configured.')
  const page = await provider.signInPage(id)
  const secure = config.publicUrl.protocol === 'https:'
  return {
    secret: config.secret,
    session: { strategy: 'jwt', maxAge: config.signIn.maxMinutes * 60 },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(config.publicUrl),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
      },
    },
    pages: { signIn: '/sign-in', error: '/sign-in', signOut: '/sign-in' },
    providers: [oidcProvider(settings, page, provider)],
    callbacks: {
      // Answers whether somebody may come in, or the address of the page that says why not.
      signIn: async ({ account, profile }) => {
        if (!account) return false
        // next-auth would put the message of an error into an address, and nothing into the log.
        const answer = await receiveSignIn(profile as unknown as Claims, account, state).catch((error: unknown) => {
          logError('sign-in', error)
          return { ok: false as const, page: '/sign-in?error=Callback' }
        })
        if (answer.ok) received.set(account, answer.signInId)
        return answer.ok || new URL(answer.page, config.publicUrl).href
      },
      jwt: ({ token, account }) => {
        const signInId = account ? received.get(account) : token.signInId
        return signInId ? { signInId } : {}
      },
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => (new URL(url, baseUrl).origin === baseUrl ? new URL(url, baseUrl).href : baseUrl),
    },
    // Codes only: next-auth's details may hold tokens.
    logger: { error: (code) => logRefusal('sign-in', code), warn: () => undefined, debug: () => undefined },
  }
}

function oidcProvider(settings: ProviderSettings, page: { issuer: string; address: string }, calls: IdentityProvider): NextAuthOptions['providers'][number] {
  return {
    id: settings.id,
    name: settings.name,
    type: 'oauth',
    issuer: page.issuer,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    authorization: { url: page.address, params: { scope: settings.scopes } },
    token: {
      request: async ({ provider, params, checks }) => {
        const address = new URL(provider.callbackUrl)
        address.search = String(new URLSearchParams(params as Record<string, string>))
        // The declaration leaves the nonce out. An empty check refuses.
        const { state = '', nonce = '', code_verifier: codeVerifier = '' } = checks as typeof checks & { nonce?: string }
        const { idToken, accessToken, refreshToken } = await calls.redeemCode(settings.id, { address, state, nonce, codeVerifier })
        return { tokens: { id_token: idToken, access_token: accessToken, ...(refreshToken ? { refresh_token: refreshToken } : {}) } }
      },
    },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    profile: (claims: { sub: string }) => ({ id: claims.sub }),
  }
}
