type Asked = { method: string; path: string; host: string | null; forwardedHost: string | null; origin: string | null }
export type Foreign = { status: 403 | 421; message: string }

/** Probes and scrapers come by address and bring no name; these answer nothing that a name would protect. */
const anyHost = /^\/api\/(health\/(live|ready)|metrics)$/
/** Called by the identity provider's server, which is no browser: its token is what it is believed for. */
const fromServers = new Set(['/api/oidc/backchannel-logout'])

/**
 * Whether a request was meant for another host or sent by another site, and how it is refused; undefined for our own.
 * A foreign Host would end up in links and caches, and is how a rebound DNS name reaches a portal on an inner network. A
 * request that changes something must bring the Origin of our own pages: browsers send it with every such request.
 * https://www.rfc-editor.org/rfc/rfc9110#section-7.4 https://fetch.spec.whatwg.org/#origin-header
 */
export function foreignRequest({ method, path, host, forwardedHost, origin }: Asked, publicUrl: URL): Foreign | undefined {
  if (anyHost.test(path)) return undefined
  const wrong = [host ?? '', ...(forwardedHost === null ? [] : forwardedHost.split(',').map((part) => part.trim()))].some((name) => !sameHost(name, publicUrl))
  if (wrong) return { status: 421, message: `Latchkey is at ${publicUrl.origin}` }
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || fromServers.has(path)) return undefined
  return origin === publicUrl.origin ? undefined : { status: 403, message: `This was not sent from a page of ${publicUrl.origin}` }
}

/** Equal, where the scheme's own port may be written out or left away. */
function sameHost(name: string, publicUrl: URL): boolean {
  const standard = publicUrl.protocol === 'https:' ? '443' : '80'
  const lower = name.toLowerCase()
  return lower === publicUrl.host || (publicUrl.port === '' && lower === `${publicUrl.hostname}:${standard}`)
}
