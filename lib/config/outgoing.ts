import { lookup } from 'node:dns'
import { lookup as resolve } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type AllowedHost, findAllowed, type OutgoingRules } from './allowed-hosts.ts'
import { addressKind } from './network-address.ts'

/** A call that is not made, or whose answer is not taken; the message is for whoever runs the portal. A `TypeError`, as every failure of `fetch` is. */
export class OutgoingRefused extends TypeError {
  readonly mend: string
  constructor(what: string, mend: string) {
    super(what)
    this.mend = mend
  }
}

type Call = { method?: string; headers?: HeadersInit; body?: unknown; signal?: AbortSignal | undefined }
export type Outgoing = {
  /** `fetch`, for the hosts of the rules alone. Throws `OutgoingRefused`, a `TypeError` when nobody answers, or the reason of a signal. */
  fetch: (address: string | URL, call?: Call) => Promise<Response>
  /** Throws `OutgoingRefused` when a call to this address would; nothing is called. */
  examine: (address: string | URL) => Promise<void>
}

/** Milliseconds for a whole call, and bytes of an answer: far above any discovery document, key set or list of groups. */
const patience = 8_000
const largestAnswer = 1_048_576

/**
 * Calls to hosts that somebody configured, and to no other: what a provider's documents name is checked like a
 * stranger's word. The address that a name leads to is checked as the connection is made, so a name that answers
 * differently a moment later gains nothing. Redirects are refused, and time and size are bounded. `report` hears of
 * every refusal. A connection serves one call, so none that was checked for another rule is used again.
 */
export function openOutgoing(rules: OutgoingRules, report: (refused: OutgoingRefused) => void): Outgoing {
  const reporting = async <T>(step: Promise<T>): Promise<T> => {
    try {
      return await step
    } catch (error) {
      if (error instanceof OutgoingRefused) report(error)
      throw error
    }
  }
  return {
    fetch: (address, call = {}) => reporting(callOnce(new URL(address), rules, call)),
    examine: (address) => reporting(examine(new URL(address), rules)),
  }
}

function ruleFor(url: URL, { hosts, variable }: OutgoingRules): AllowedHost {
  const found = findAllowed(url, hosts)
  if (found) return found
  if (url.protocol !== 'https:') throw new OutgoingRefused(`${url.origin} is not called, because it is not https.`, 'Let the provider name https addresses.')
  throw new OutgoingRefused(`${url.host} is not called, because it is not among the hosts of this provider.`, `If it belongs to your provider, add ${url.host} to ${variable}.`)
}

/** Why an address that a call would be made to is not of the networks that the rule allows. */
function refusalOf(rule: AllowedHost, url: URL, address: string): OutgoingRefused | undefined {
  const kind = addressKind(address)
  if (kind === 'public' || kind === rule.network || (kind === 'loopback' && rule.network === 'private')) return undefined
  const where = url.hostname.replaceAll(/[[\]]/g, '') === address ? address : `${url.hostname} leads to ${address}, which`
  if (kind === 'never') return new OutgoingRefused(`${where} is no address of a service (link-local, reserved), so it is not called.`, 'See what the name of the host resolves to.')
  return new OutgoingRefused(`${where} is in a private network, so it is not called.`, `If that is meant, add ${url.host} to OUTGOING_PRIVATE_HOSTS.`)
}

/** All of a name's addresses must be allowed, or none is used. */
function mustBeOf(rule: AllowedHost, url: URL, addresses: readonly string[]): void {
  for (const address of addresses) {
    const refused = refusalOf(rule, url, address)
    if (refused) throw refused
  }
}

/** An address in the URL itself is never looked up. */
const literal = (url: URL): string | undefined => [url.hostname.replaceAll(/[[\]]/g, '')].find((host) => isIP(host) !== 0)

async function examine(url: URL, rules: OutgoingRules): Promise<void> {
  const rule = ruleFor(url, rules)
  const given = literal(url)
  const addresses = given ? [given] : (await resolve(url.hostname, { all: true })).map(({ address }) => address)
  mustBeOf(rule, url, addresses)
}

/** What the connection takes its address from. */
function lookupFor(rule: AllowedHost, url: URL): LookupFunction {
  return (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (failed, found) => {
      const error = failed ?? found.map(({ address }) => refusalOf(rule, url, address)).find((refused) => refused !== undefined)
      if (error) done(error, '')
      else if (options.all) done(null, found)
      else done(null, found[0]?.address ?? '', found[0]?.family)
    })
}

async function callOnce(url: URL, rules: OutgoingRules, { method = 'GET', headers, body, signal: given }: Call): Promise<Response> {
  const rule = ruleFor(url, rules)
  const address = literal(url)
  if (address) mustBeOf(rule, url, [address])
  const signal = AbortSignal.any([AbortSignal.timeout(patience), ...(given ? [given] : [])])
  const sent = body === undefined || body === null ? undefined : Buffer.from(await new Response(body as BodyInit).arrayBuffer())
  try {
    const answer = await ask(url, { method, headers: { ...Object.fromEntries(new Headers(headers)), 'accept-encoding': 'identity', ...(sent ? { 'content-length': sent.length } : {}) }, lookup: lookupFor(rule, url), agent: false, signal }, sent)
    return await take(answer, url)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof OutgoingRefused ? error : new TypeError('fetch failed', { cause: error })
  }
}

function ask(url: URL, options: https.RequestOptions, sent: Buffer | undefined): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, options, resolve)
    request.on('error', reject)
    request.end(sent)
  })
}

async function take(answer: http.IncomingMessage, url: URL): Promise<Response> {
  const status = answer.statusCode ?? 0
  try {
    if (status >= 300 && status < 400) throw new OutgoingRefused(`${url.origin}${url.pathname} answers with a redirect (${status}), which is not followed.`, 'Configure the address that it leads to, if that is your provider\'s.')
    const parts: Buffer[] = []
    let size = 0
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length
      if (size > largestAnswer) throw new OutgoingRefused(`${url.origin}${url.pathname} answers more than ${largestAnswer} bytes.`, 'See what answers there.')
      parts.push(part)
    }
    const headers = new Headers(Object.entries(answer.headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one])))
    return new Response(status === 204 || status === 205 ? null : Buffer.concat(parts), { status, headers })
  } finally {
    answer.destroy()
  }
}
