import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
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

/** `state` is the way back's own, which ties it to what asked for it. */
export async function authOptions(state?: string): Promise<NextAuthOptions> {
  const { config } = await getServices()
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
    providers: config.oidc.map((settings) => oidcProvider(settings)),
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

function oidcProvider(settings: ProviderSettings): NextAuthOptions['providers'][number] {
  return {
    id: settings.id,
    name: settings.name,
    type: 'oauth',
    wellKnown: `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    authorization: { params: { scope: settings.scopes } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    httpOptions: { timeout: 8_000 },
    profile: (claims: { sub: string }) => ({ id: claims.sub }),
  }
}
