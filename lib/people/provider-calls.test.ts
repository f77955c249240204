import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { allowedHosts } from '#lib/config/allowed-hosts.ts'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import type { OutgoingRefused } from '#lib/config/outgoing.ts'
import { openIdentityProviders } from './identity-provider.ts'
import { inspectProvider } from './inspect-provider.ts'
import { TooManyGroups } from './read-groups.ts'

const [good, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
const publicKey = { ...(await exportJWK(good.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }

/** A provider that says what a test has it say, and notes what it is asked. */
let server: Server
let issuer: string
let says: { metadata: Record<string, string>; idToken: string; redirect: string | undefined }
const asked: string[] = []
const refusals: OutgoingRefused[] = []

/** Answers as Microsoft Graph does, for a person's own token alone. */
let directory: { status: number; body: unknown }
async function asDirectory(request: IncomingMessage): Promise<[number, unknown]> {
  const { securityEnabledOnly } = (await json(request)) as Record<string, unknown>
  const proper = request.method === 'POST' && request.headers.authorization === 'Bearer access' && securityEnabledOnly === true
  return proper ? [directory.status, directory.body] : [401, { error: { code: 'InvalidAuthenticationToken' } }]
}

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const answers: Record<string, () => unknown> = {
      '/.well-known/openid-configuration': () => ({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/me`, jwks_uri: `${issuer}/keys`, ...says.metadata }),
      '/keys': () => ({ keys: [publicKey] }),
      '/token': () => ({ token_type: 'bearer', access_token: 'access', id_token: says.idToken }),
      '/me': () => ({ sub: 'maya', groups: ['engineering'] }),
    }
    if (request.url === '/v1.0/me/getMemberObjects') return void asDirectory(request).then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
    if (says.redirect === request.url) response.writeHead(307, { location: `${issuer}/elsewhere` }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[request.url ?? '']?.()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  says = { metadata: {}, idToken: '', redirect: undefined }
  asked.length = 0
  refusals.length = 0
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const settings = (): ProviderSettings => ({
  id: 'oidc', name: 'Local', issuer, clientId: 'latchkey', clientSecret: 'secret', scopes: 'openid', groups: { claim: 'groups', prefix: '', foreignPrefixes: [] }, directory: 'standard', promptAgain: 'login', allowInsecureIssuer: true,
  outgoing: { hosts: allowedHosts(issuer, [], []), variable: 'OIDC_ALLOWED_HOSTS' },
  directoryGroups: undefined, ties: { person: undefined, manager: undefined },
})
const provider = (more: Partial<ProviderSettings> = {}) => openIdentityProviders([{ ...settings(), ...more }], (refused) => refusals.push(refused))
const refresh = () => provider().fetchGroups({ issuer, refreshToken: 'refresh', accessToken: undefined, subject: 'maya' })
const askUserinfo = () => provider().fetchGroups({ issuer, refreshToken: undefined, accessToken: 'access', subject: 'maya' })
const redeem = () => provider().redeemCode('oidc', { address: new URL('http://localhost/api/auth/callback/oidc?code=c&state=s'), state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43) })
const readLogout = async () => provider().readLogoutToken(await new SignJWT({ iss: issuer, aud: 'latchkey' }).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(good.privateKey), new Date())

const places = { token_endpoint: [refresh, redeem], userinfo_endpoint: [askUserinfo], jwks_uri: [readLogout] }
const elsewhere = ['https://collector.example/', 'http://169.254.169.254/latest/api/token', 'http://127.0.0.1:1/', 'https://[fd00:ec2::254]/']
test.each(Object.entries(places).flatMap(([name, calls]) => elsewhere.flatMap((address) => calls.map((call) => ({ name, address, call })))))('a discovery document whose $name is $address gets no call, and the log says why', async ({ name, address, call }) => {
  says.metadata = { [name]: address }
  await expect(call()).rejects.toThrow(/is not called|HTTPS/)
  expect(refusals.map(({ message }) => message)).toEqual([expect.stringContaining(`${address.startsWith('https') ? new URL(address).host : new URL(address).origin} is not called`)])
  expect(await inspectProvider(settings())).toMatchObject(name === 'jwks_uri' ? { ok: false, what: expect.stringContaining('is not called') as string, mend: expect.stringMatching(/OIDC_ALLOWED_HOSTS|https/) as string } : { ok: true, refused: [{ what: expect.stringContaining('is not called') as string, mend: expect.stringMatching(/OIDC_ALLOWED_HOSTS|https/) as string }] })
})

test.each([
  ['/.well-known/openid-configuration', refresh],
  ['/token', refresh],
  ['/token', redeem],
  ['/me', askUserinfo],
  ['/keys', readLogout],
])('a redirect from %s is not followed', async (from, call) => {
  says.redirect = from
  await expect(call()).rejects.toThrow('which is not followed')
  expect(refusals.map(({ message }) => message)).toEqual([`${issuer}${from} answers with a redirect (307), which is not followed.`])
  expect(asked).not.toContain('/elsewhere')
})

const idToken = (more: JWTPayload = {}, key = good.privateKey): Promise<string> => new SignJWT({ iss: issuer, sub: 'maya', aud: 'latchkey', nonce: 'n', ...more }).setIssuedAt().setExpirationTime('5m').setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key)

test('a code becomes tokens', async () => {
  says.idToken = await idToken()
  expect(await redeem()).toEqual({ idToken: says.idToken, accessToken: 'access', refreshToken: undefined })
})

test.each<[string, () => Promise<string>, RegExp]>([
  ['signed by another key', () => idToken({}, other.privateKey), /signature verification failed/],
  ['for another nonce', () => idToken({ nonce: 'another' }), /unexpected JWT claim value/],
  ['without a nonce', () => idToken({ nonce: undefined }), /invalid response|unexpected JWT claim/],
  ['for another client', () => idToken({ aud: 'another' }), /unexpected JWT claim value/],
  ['of another issuer', () => idToken({ iss: 'https://another.example' }), /unexpected JWT claim value/],
  ['without a signature', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await idToken()).split('.')[1]}.`, /./],
  ['that is missing', async () => '', /./],
])('an ID token %s is refused', async (_name, make, why) => {
  says.idToken = await make()
  await expect(redeem()).rejects.toThrow(why)
})

const withDirectory = () => provider({ directoryGroups: `${issuer}/v1.0/me/getMemberObjects`, groups: { claim: 'groups', prefix: 'entra:', foreignPrefixes: [] } })
const overage = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.windows.net/t/users/u/getMemberObjects' } } }
const refreshed = async (from: ReturnType<typeof provider>) => {
  says.idToken = await idToken({ nonce: undefined, ...overage })
  return from.fetchGroups({ issuer, refreshToken: 'refresh', accessToken: undefined, subject: 'maya' })
}
const ids = Array.from({ length: 450 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`)

test('groups that are too many for a token are read from the configured directory, at sign-in and when refreshed', async () => {
  directory = { status: 200, body: { value: ids } }
  expect(await refreshed(withDirectory())).toEqual(ids.map((id) => `entra:${id}`))
  expect(await withDirectory().fetchDirectoryGroups(issuer, 'access')).toHaveLength(450)
})

test('without a configured directory nobody is asked, and with too many groups for the directory too nobody is let in', async () => {
  directory = { status: 200, body: { value: ids } }
  await expect(refreshed(provider())).rejects.toThrow(TooManyGroups)
  expect(asked).not.toContain('/v1.0/me/getMemberObjects')
  directory = { status: 400, body: { error: { code: 'Directory_ResultSizeLimitExceeded' } } }
  await expect(refreshed(withDirectory())).rejects.toThrow(TooManyGroups)
})

test.each<[string, { status: number; body: unknown }, RegExp]>([
  ['a permission that is missing', { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } }, /403 \(Authorization_RequestDenied\).*User\.Read/],
  ['an answer in another form', { status: 200, body: { value: 'engineering' } }, /expected array/],
  ['a directory that is busy', { status: 429, body: 'later' }, /429 \(no code\)/],
])('%s gives no groups', async (_name, answer, why) => {
  directory = answer
  await expect(refreshed(withDirectory())).rejects.toThrow(why)
})

test('a directory on a host that is not configured is not asked, whatever holds the token', async () => {
  await expect(refreshed(provider({ directoryGroups: 'https://graph.example/v1.0/me/getMemberObjects' }))).rejects.toThrow('graph.example is not called')
})
