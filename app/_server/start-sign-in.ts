import 'server-only'
import NextAuth, { type NextAuthOptions } from 'next-auth'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import { authOptions } from './auth-options.ts'
import { getServices } from './services.ts'

type Collected = { redirect: string | undefined; cookies: string[]; body: unknown }

type Start = {
  provider: ProviderSettings['id']
  returnTo: string
  /** Further parameters of the authorization request, such as `max_age`. */
  query?: Record<string, string>
}

/**
 * Begins the authorization-code flow inside a server action, whose origin Next.js has checked: what the provider's page
 * is reached with (state, nonce, PKCE) as the headers to set, and its address.
 */
export async function startSignIn({ provider, returnTo, query = {} }: Start): Promise<{ location: string; cookies: string[] }> {
  const { config } = await getServices()
  const options = await authOptions(provider)
  const csrf = await callNextAuth(options, 'GET', { nextauth: ['csrf'] }, {}, {})
  const { csrfToken } = csrf.body as { csrfToken: string }
  const jar = Object.fromEntries(csrf.cookies.map((cookie) => splitCookie(cookie)))
  const callbackUrl = new URL(returnTo, config.publicUrl).href
  const started = await callNextAuth(options, 'POST', { ...query, nextauth: ['signin', provider] }, jar, { csrfToken, callbackUrl })
  if (!started.redirect) throw new Error('The sign-in did not start.')
  return { location: started.redirect, cookies: [...csrf.cookies, ...started.cookies] }
}

function splitCookie(header: string): [string, string] {
  const [pair = ''] = header.split(';')
  const at = pair.indexOf('=')
  return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]
}

/** next-auth 4 has no function for this; its handler for API routes is called with the few members it uses. */
async function callNextAuth(options: NextAuthOptions, method: string, query: Record<string, string | string[]>, cookies: Record<string, string>, body: Record<string, string>): Promise<Collected> {
  const collected: Collected = { redirect: undefined, cookies: [], body: undefined }
  const { config } = await getServices()
  const request = { method, query, cookies, body, headers: { host: config.publicUrl.host } }
  const response = {
    getHeader: () => collected.cookies,
    setHeader: (name: string, value: string | string[]) => {
      if (name.toLowerCase() === 'set-cookie') collected.cookies = [value].flat()
      if (name.toLowerCase() === 'location') collected.redirect = String(value)
      return response
    },
    status: () => response,
    end: () => undefined,
    json: (value: unknown) => {
      collected.body = value
    },
    send: (value: unknown) => {
      collected.body = value
    },
  }
  await NextAuth(request as never, response as never, options)
  return collected
}
