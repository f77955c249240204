/** Set by this process on every request from the connection itself, over whatever was sent under that name. */
export const peerHeader = 'x-latchkey-peer'

/**
 * The address a request came from. Each of `trustedProxies` in front appends the address it was called from to
 * X-Forwarded-For, and the connection tells who called last: counted from there, entries that a client invented are
 * never reached. Without trusted proxies the header is not looked at.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#selecting_an_ip_address
 */
export function clientAddress(forwardedFor: string | null, peer: string | null, trustedProxies: number): string {
  const path = [...(forwardedFor ?? '').split(',').map((part) => part.trim()).filter(Boolean), peer ?? 'unknown']
  // Next.js writes the connection's own address into an empty header: it is the peer once more, not a proxy's word.
  const told = path.length === 2 && path[0] === peer ? path.slice(1) : path
  return told[Math.max(0, told.length - 1 - trustedProxies)] ?? 'unknown'
}
