import { z } from 'zod'

/** An origin that may be called, and the networks that its name may lead to; `https://*.x` is every name right below x. */
export type AllowedHost = { origin: string; network: 'public' | 'loopback' | 'private' }

/** Where calls about one provider may go, and the variable that says so. */
export type OutgoingRules = { hosts: readonly AllowedHost[]; variable: string }

const hostName = /^(?=.{1,253}(:|$))([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/

/** A list of host names, each with a port where it is not 443, separated by commas or spaces. */
export const hostList = z
  .string()
  .default('')
  .transform((list) => list.toLowerCase().split(/[\s,]+/).filter(Boolean))
  .refine((hosts) => hosts.every((host) => hostName.test(host) && URL.canParse(`https://${host}`)), 'must be names of hosts, separated by commas: no scheme, no path, no "*"')

/**
 * Hosts that well-known providers keep their endpoints at beside the issuer's.
 * https://accounts.google.com/.well-known/openid-configuration
 * https://learn.microsoft.com/entra/identity-platform/userinfo https://learn.microsoft.com/graph/deployments
 */
const sisters: Readonly<Record<string, readonly string[]>> = {
  'accounts.google.com': ['oauth2.googleapis.com', 'openidconnect.googleapis.com', 'www.googleapis.com'],
  'login.microsoftonline.com': ['graph.microsoft.com'],
  'login.microsoftonline.us': ['graph.microsoft.us', 'dod-graph.microsoft.us'],
  'login.partner.microsoftonline.cn': ['microsoftgraph.chinacloudapi.cn'],
  'sts.windows.net': ['login.microsoftonline.com', 'login.windows.net', 'graph.microsoft.com'],
}

/** Amazon Cognito's own domains are of the pool's Region; domains of one's own are configured. https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html */
function sistersOf(host: string): readonly string[] {
  const region = /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1]
  return region ? [`*.auth.${region}.amazoncognito.com`] : (sisters[host] ?? [])
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether an address names this machine itself, so that nothing but this machine can be meant. */
export const isThisMachine = (url: URL): boolean => loopbackNames.has(url.hostname)

/**
 * Where calls about an issuer may go: to itself, to where its kind is known to keep endpoints, and to what is listed.
 * Its discovery document can add nothing. Names lead into private networks only where `privateHosts` says so; an issuer
 * that is literally this machine leads to this machine.
 */
export function allowedHosts(issuer: string, listed: readonly string[], privateHosts: readonly string[]): AllowedHost[] {
  const url = new URL(issuer)
  const origins = [url.origin, ...[...sistersOf(url.hostname), ...listed].map((host) => new URL(`https://${host.replace('*', 'any')}`).origin.replace('//any.', '//*.'))]
  return [...new Set(origins)].map((origin) => {
    const { host, hostname } = new URL(origin.replace('*', 'any'))
    if (privateHosts.includes(host) || privateHosts.includes(hostname)) return { origin, network: 'private' }
    return { origin, network: origin === url.origin && isThisMachine(url) ? 'loopback' : 'public' }
  })
}

/** The rule that lets an address be called; undefined: it may not be. */
export function findAllowed(url: URL, hosts: readonly AllowedHost[]): AllowedHost | undefined {
  const wild = `${url.protocol}//*.${url.host.slice(url.host.indexOf('.') + 1)}`
  return hosts.find(({ origin }) => origin === url.origin || origin === wild)
}
