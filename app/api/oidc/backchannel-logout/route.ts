import { endSignInsByProvider } from '#lib/people/end-sign-in.ts'
import { readSmallBody } from '#app/_server/read-small-body.ts'
import { getServices } from '#app/_server/services.ts'

const noStore = { 'Cache-Control': 'no-store' }

/** The identity provider ends sign-ins: OpenID Connect Back-Channel Logout 1.0, section 2.5. Authenticated by the token itself. */
export async function POST(request: Request): Promise<Response> {
  const services = await getServices()
  const now = services.clock()
  const token = new URLSearchParams(await readSmallBody(request)).get('logout_token')
  if (!token) return Response.json({ error: 'invalid_request', error_description: 'logout_token is missing' }, { status: 400, headers: noStore })
  let claims
  try {
    claims = await services.provider.readLogoutToken(token, now)
  } catch {
    return Response.json({ error: 'invalid_request', error_description: 'logout_token is not valid' }, { status: 400, headers: noStore })
  }
  await endSignInsByProvider(services.db, claims, now)
  return new Response(null, { status: 200, headers: noStore })
}
