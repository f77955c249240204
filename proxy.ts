import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy } from '#app/_server/content-security-policy.ts'

/** Headers only: authorization lives where data is read. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64')
  const policy = contentSecurityPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('Content-Security-Policy', policy)
  // A layout is not told its address, and asks people to sign in before the page could: without this they came back to the start.
  headers.set('x-requested-path', `${request.nextUrl.pathname}${request.nextUrl.search}`)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
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
