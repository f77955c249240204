import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import type { Config } from '#lib/config/config.ts'
import { groupsFromClaims } from '#lib/people/identity-provider.ts'
import { openSignIn } from '#lib/people/open-sign-in.ts'
import { logRefusal } from './log.ts'
import { getServices } from './services.ts'

declare module 'next-auth/jwt' {
  interface JWT {
    /** Opaque id of the server-side sign-in row: all that the browser's cookie holds. */
    signInId?: string
  }
}

type Claims = Record<string, unknown> & { iss: string; sub: string }

/** `__Host-` where the browser accepts it: on https only. */
export function sessionCookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-latchkey' : 'latchkey'
}

export async function authOptions(): Promise<NextAuthOptions> {
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
    providers: [oidcProvider(config)],
    callbacks: {
      jwt: async ({ token, account, profile }) => {
        if (!account) return token.signInId ? { signInId: token.signInId } : {}
        return { signInId: await rememberSignIn(profile as Claims, account) }
      },
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => (new URL(url, baseUrl).origin === baseUrl ? new URL(url, baseUrl).href : baseUrl),
    },
    // Codes only: next-auth's details may hold tokens.
    logger: { error: (code) => logRefusal('sign-in', code), warn: () => undefined, debug: () => undefined },
  }
}

function oidcProvider({ oidc }: Config): NextAuthOptions['providers'][number] {
  return {
    id: 'oidc',
    name: 'Single sign-on',
    type: 'oauth',
    wellKnown: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    authorization: { params: { scope: oidc.scopes } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    httpOptions: { timeout: 8_000 },
    profile: (claims: Claims) => ({ id: claims.sub }),
  }
}

async function rememberSignIn(claims: Claims, account: Record<string, unknown>): Promise<string> {
  const services = await getServices()
  const { config, provider } = services
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
  const accessToken = text(account.access_token)
  const refreshToken = text(account.refresh_token)
  // Providers that keep groups out of the ID token answer them at userinfo.
  const groups = groupsFromClaims(claims, config.oidc.groupsClaim) ?? (await provider.fetchGroups({ refreshToken: undefined, accessToken, subject: claims.sub }))
  const email = text(claims.email)
  const username = text(claims.preferred_username) ?? email?.split('@')[0] ?? claims.sub
  return openSignIn(
    services.db,
    services.cipher,
    services.signIn,
    {
      issuer: claims.iss,
      subject: claims.sub,
      displayName: text(claims.name) ?? username,
      email,
      username,
      groups,
      providerSessionId: text(claims.sid),
      refreshToken,
      accessToken,
      idToken: text(account.id_token),
    },
    services.clock(),
  )
}
