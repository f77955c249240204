import { type NextRequest, NextResponse } from 'next/server'
import { publicUrl } from '#lib/config/config.ts'
import { contentSecurityPolicy } from '#app/_server/content-security-policy.ts'
import { foreignRequest } from '#app/_server/foreign-request.ts'

/** Headers only: authorization lives where data is read. */
export function proxy(request: NextRequest): NextResponse {
  const portal = publicUrl()
  const { pathname } = request.nextUrl
  const header = (name: string): string | null => request.headers.get(name)
  const foreign = portal && foreignRequest({ method: request.method, path: pathname, host: header('host'), forwardedHost: header('x-forwarded-host'), origin: header('origin') }, portal)
  if (foreign) return new NextResponse(`${foreign.message}\n`, { status: foreign.status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } })
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64')
  const policy = contentSecurityPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('Content-Security-Policy', policy)
  // A layout is not told its address, and asks people to sign in before the page could: without this they came back to the start.
  headers.set('x-requested-path', `${request.nextUrl.pathname}${request.nextUrl.search}`)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  if (portal?.protocol === 'https:') response.headers.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains')
  response.headers.set('X-Content-Type-Options', 'nosniff')
  response.headers.set('X-Frame-Options', 'DENY')
  // Other sites learn nothing either way. With `no-referrer`, browsers send `Origin: null` with a page's own forms, which
  // the console route and server actions refuse. https://fetch.spec.whatwg.org/#append-a-request-origin-header
  response.headers.set('Referrer-Policy', request.nextUrl.pathname.startsWith('/api/') ? 'no-referrer' : 'same-origin')
  response.headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
  response.headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  response.headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  response.headers.set('Cache-Control', 'no-store')
  return response
}

export const config = {
  // Files with a content hash carry no data and want no policy of a page.
  matcher: ['/((?!_next/static/).*)'],
}
