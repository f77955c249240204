import NextAuth from 'next-auth'
import { notFound } from 'next/navigation'
import { authOptions } from '#app/_server/auth-options.ts'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import { logError } from '#app/_server/log.ts'
import { overAddressLimit } from '#app/_server/rate-limit.ts'
import { getServices } from '#app/_server/services.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

/**
 * The identity providers' way back, and nothing else of next-auth: signing in begins and ends in server actions of our
 * own, and what is not served cannot be attacked. A way back that fails is sent on by next-auth to its own `error` or
 * `signin` address; both lead to our page, with the code.
 */
export async function GET(request: Request, context: Context): Promise<Response> {
  const { nextauth } = await context.params
  switch (nextauth.join('/')) {
    case 'callback/oidc':
    case 'callback/oidc2':
      if (await overAddressLimit('signIns')) return await toSignIn('TooMany')
      return await wayBack(request, context, nextauth[1] === 'oidc2' ? 'oidc2' : 'oidc')
    case 'error':
    case 'signin':
      return toSignIn(new URL(request.url).searchParams.get('error') ?? '')
    default:
      notFound()
  }
}

async function wayBack(request: Request, context: Context, id: ProviderSettings['id']): Promise<Response> {
  const options = await authOptions(id, new URL(request.url).searchParams.get('state') ?? undefined).catch((error: unknown) => logError('sign-in', error))
  return options ? ((await NextAuth(request as never, context as never, options)) as Response) : await toSignIn('OAuthCallback')
}

async function toSignIn(code: string): Promise<Response> {
  const { config } = await getServices()
  const target = new URL('/sign-in', config.publicUrl)
  if (/^\w{1,40}$/.test(code)) target.searchParams.set('error', code)
  return Response.redirect(target, 302)
}
