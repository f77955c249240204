import NextAuth from 'next-auth'
import { notFound } from 'next/navigation'
import { authOptions } from '#app/_server/auth-options.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

/**
 * The identity provider's way back, and nothing else of next-auth: signing in begins and ends in server actions of our
 * own, and what is not served cannot be attacked.
 */
export async function GET(request: Request, context: Context): Promise<Response> {
  const { nextauth } = await context.params
  if (nextauth.join('/') !== 'callback/oidc') notFound()
  return (await NextAuth(request as never, context as never, await authOptions())) as Response
}
