import type { HttpRequest } from './http-request.ts'

/** Where a loopback client seems to come from: an address reserved for documentation (RFC 5737). */
const documentationAddress = '203.0.113.10'

/** Local only: a test says which network it plays with this header. AWS knows no such thing, and shipped code sends none. */
const sourceAddressHeader = 'x-local-source-ip'

export const shownAddress = (request: HttpRequest): string => request.headers.get(sourceAddressHeader) ?? documentationAddress
