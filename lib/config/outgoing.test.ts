import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AllowedHost } from './allowed-hosts.ts'
import { openOutgoing, OutgoingRefused } from './outgoing.ts'

let server: Server
let port: number
const asked: string[] = []

function answer(request: IncomingMessage, response: ServerResponse): void {
  asked.push(`${request.method} ${request.url}`)
  if (request.url === '/away') response.writeHead(302, { location: '/here' }).end()
  else if (request.url === '/large') response.end('x'.repeat(2_000_000))
  else if (request.url === '/silent') response.write('{')
  else request.pipe(response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'text/plain' }))
}
beforeAll(async () => {
  server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})

const refusals: OutgoingRefused[] = []
const to = (...hosts: AllowedHost[]) => openOutgoing({ hosts, variable: 'OIDC_ALLOWED_HOSTS' }, (refused) => refusals.push(refused))
const here = (host: string, network: AllowedHost['network']): AllowedHost => ({ origin: `http://${host}:${port}`, network })
const refused = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof OutgoingRefused)) throw new Error('It was not refused.', { cause: error })
  expect(refusals.at(-1)).toBe(error)
  return `${error.message} ${error.mend}`
}

test('an allowed host is called with method, headers and body, and its answer comes back', async () => {
  const answered = await to(here('localhost', 'loopback')).fetch(`http://localhost:${port}/here`, { method: 'POST', headers: { 'content-type': 'application/x-test' }, body: new URLSearchParams({ a: 'b' }) })
  expect([answered.status, answered.headers.get('content-type'), await answered.text()]).toEqual([200, 'application/x-test', 'a=b'])
})

test.each(['localhost', '127.0.0.1'])('a host %s that is allowed, but not to be private, is not called; the sentence names the variable', async (host) => {
  const before = asked.length
  const outgoing = to(here(host, 'public'))
  for (const call of [outgoing.fetch, outgoing.examine]) expect(await refused(call(`http://${host}:${port}/here`))).toContain(`is in a private network, so it is not called. If that is meant, add ${host}:${port} to OUTGOING_PRIVATE_HOSTS.`)
  expect(asked.length).toBe(before)
})

test.each(['[::ffff:169.254.169.254]', '169.254.169.254', '[fd00:ec2::254]', '0.0.0.0', '2852039166'])('%s is not called even where private networks are allowed', async (host) => {
  const origin = new URL(`http://${host}/`).origin
  expect(await refused(to({ origin, network: 'private' }).fetch(`http://${host}/latest/meta-data/`))).toContain('no address of a service')
})

test('another host is not called, and the sentence names the variable', async () => {
  expect(await refused(to(here('localhost', 'loopback')).fetch('https://elsewhere.example/token'))).toBe('elsewhere.example is not called, because it is not among the hosts of this provider. If it belongs to your provider, add elsewhere.example to OIDC_ALLOWED_HOSTS.')
  expect(await refused(to(here('localhost', 'loopback')).fetch('http://elsewhere.example/token'))).toContain('not https')
})

test('a redirect is not followed, and an endless answer not read', async () => {
  const outgoing = to(here('localhost', 'loopback'))
  const before = asked.length
  expect(await refused(outgoing.fetch(`http://localhost:${port}/away`))).toContain('answers with a redirect (302), which is not followed')
  expect(asked.slice(before)).toEqual(['GET /away'])
  expect(await refused(outgoing.fetch(`http://localhost:${port}/large`))).toContain('answers more than 1048576 bytes')
})

test('an answer that does not end is cut off with the reason of the signal; nobody answering is a failed fetch', async () => {
  const stop = new AbortController()
  const call = to(here('localhost', 'loopback')).fetch(`http://localhost:${port}/silent`, { signal: stop.signal })
  await expect.poll(() => asked.at(-1)).toBe('GET /silent')
  stop.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await expect(to({ origin: 'http://127.0.0.1:1', network: 'loopback' }).fetch('http://127.0.0.1:1/')).rejects.toThrow('fetch failed')
})
