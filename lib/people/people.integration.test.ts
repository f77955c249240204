import { createServer, type Server } from 'node:http'
import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseGroupRoles } from '#lib/config/portal-roles.ts'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { demoGroupRoles } from '#lib/local/oidc/personas.ts'
import { type LocalProvider, startProvider } from '#lib/local/oidc/start-provider.ts'
import { type CookieJar, type ProviderTokens, signInAs, signOutAtProvider } from '#lib/local/test/browser-sign-in.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { endSignIn, endSignInsByProvider } from './end-sign-in.ts'
import { allowedHosts } from '#lib/config/allowed-hosts.ts'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import { type IdentityProvider, openIdentityProviders } from './identity-provider.ts'
import { readGroups } from './read-groups.ts'
import { mintViewer, type ViewerDeps } from './mint-viewer.ts'
import { openSignIn, type ProvenIdentity } from './open-sign-in.ts'
import { openTokenCipher } from './token-cipher.ts'

const limits = { idleMinutes: 60, maxMinutes: 720, groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 }
const cipher = openTokenCipher('a secret of the tests, 32 characters')
const minute = 60_000
const plainGroups = { claim: 'groups', prefix: '', foreignPrefixes: [] }

let database: TestDatabase
let local: LocalProvider
let portal: Server
let redirectUri: string
let deps: ViewerDeps
let logoutTokens: string[]

const open = (all: ProviderSettings[]) => openIdentityProviders(all, () => undefined)
const outgoingTo = (issuer: string) => ({ hosts: allowedHosts(issuer, [], []), variable: 'OIDC_ALLOWED_HOSTS' })
const settings = (): ProviderSettings => ({ id: 'oidc', name: 'Local', issuer: local.issuer, clientId: local.clientId, clientSecret: local.clientSecret, scopes: 'openid', groups: plainGroups, directory: 'standard', promptAgain: 'login', allowInsecureIssuer: true, outgoing: outgoingTo(local.issuer), directoryGroups: undefined, ties: { person: undefined, manager: undefined } })

beforeAll(async () => {
  database = await createTestDatabase()
  const port = await freePort()
  logoutTokens = []
  portal = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '')
      response.end()
    })
  })
  await new Promise<void>((resolve) => portal.listen(port, '127.0.0.1', resolve))
  local = await startProvider({ port: await freePort(), publicUrl: `http://localhost:${port}` })
  redirectUri = `http://localhost:${port}/api/auth/callback/oidc`
  deps = { db: database.db, cipher, provider: open([settings()]), signIn: limits, groupRoles: parseGroupRoles(demoGroupRoles).map }
})
afterAll(async () => {
  await local.close()
  await new Promise((resolve) => portal.close(resolve))
  await database.drop()
})
afterEach(() => {
  local.setGroups('maya', ['engineering', 'payments'])
  logoutTokens.length = 0
})

const groupsOf = (claims: Record<string, unknown>): string[] => {
  const reading = readGroups(claims, plainGroups)
  return reading.state === 'read' ? reading.groups : []
}
const identityOf = (tokens: ProviderTokens): ProvenIdentity => {
  const claims = decodeJwt<{ name: string; email: string; preferred_username: string; sid: string }>(tokens.id_token)
  return {
    issuer: claims.iss ?? '',
    subject: claims.sub ?? '',
    displayName: claims.name,
    email: claims.email,
    username: claims.preferred_username,
    groups: groupsOf(claims),
    providerSessionId: claims.sid,
    refreshToken: tokens.refresh_token,
    accessToken: tokens.access_token,
    idToken: tokens.id_token,
  }
}
type Entered = { signInId: string; tokens: ProviderTokens; jar: CookieJar; at: Date }
const enter = async (personaId = 'maya'): Promise<Entered> => {
  const jar: CookieJar = new Map()
  const tokens = await signInAs({ ...local, redirectUri }, personaId, jar)
  const at = new Date()
  return { signInId: await openSignIn(deps.db, cipher, limits, identityOf(tokens), at), tokens, jar, at }
}
const later = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * minute)
const rowOf = (id: string) => deps.db.signIn.findUniqueOrThrow({ where: { id } })
/** The real provider, with a count of how often it is asked, and a gate to hold its answers. */
const watched = (gate: Promise<void> = Promise.resolve()): { provider: IdentityProvider; asked: () => number } => {
  let asked = 0
  const provider: IdentityProvider = {
    ...deps.provider,
    fetchGroups: async (question) => {
      asked += 1
      await gate
      return deps.provider.fetchGroups(question)
    },
  }
  return { provider, asked: () => asked }
}

test('a real sign-in becomes a viewer with groups and roles, and tokens are sealed at rest', async () => {
  const { signInId, tokens, at } = await enter('ana')
  expect(await mintViewer(deps, signInId, at)).toMatchObject({ ok: true, viewer: { displayName: 'Ana Kovac', groups: ['engineering', 'platform-leads'], roles: ['requester', 'approver'] } })
  const [dump] = await database.owner.$queryRaw<{ text: string }[]>`SELECT string_agg(s::text, ' ') AS text FROM sign_in s`
  for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token]) expect(dump?.text.includes(Buffer.from(token).toString('hex')) || dump?.text.includes(token)).toBe(false)
})

test('groups changed at the provider are seen after 15 minutes, and before anything that matters after 5', async () => {
  const { signInId, at } = await enter()
  local.setGroups('maya', ['audit'])
  expect(await mintViewer(deps, signInId, later(at, 14.9))).toMatchObject({ viewer: { groups: ['engineering', 'payments'] } })
  expect(await mintViewer(deps, signInId, later(at, 4.9), { fresh: true })).toMatchObject({ viewer: { groups: ['engineering', 'payments'] } })
  expect(await mintViewer(deps, signInId, later(at, 5), { fresh: true })).toMatchObject({ viewer: { groups: ['audit'], roles: ['requester', 'auditor'], groupsVerifiedAt: later(at, 5) } })
  local.setGroups('maya', [])
  expect(await mintViewer(deps, signInId, later(at, 20))).toMatchObject({ viewer: { groups: [], roles: [] } })
})

test('groups from the future, after a clock went back, are asked for again', async () => {
  const { signInId, at } = await enter()
  local.setGroups('maya', ['audit'])
  expect(await mintViewer(deps, signInId, later(at, -2))).toMatchObject({ viewer: { groups: ['audit'] } })
})

test('a provider that is away lets nobody in on old groups', async () => {
  const { signInId, at } = await enter()
  const nowhere = `http://localhost:${await freePort()}`
  const silent = open([{ ...settings(), issuer: nowhere, outgoing: outgoingTo(nowhere) }])
  const away: IdentityProvider = { ...silent, fetchGroups: (question) => silent.fetchGroups({ ...question, issuer: nowhere }) }
  expect(await mintViewer({ ...deps, provider: away }, signInId, later(at, 15))).toMatchObject({ ok: false, code: 'provider_unreachable' })
  expect(await rowOf(signInId)).toMatchObject({ refreshAttemptedAt: null, groupsVerifiedAt: at })
  // Where an emergency may go on what was stored, that counts for it alone, and only for somebody whose sign-in counts.
  expect(await mintViewer({ ...deps, provider: away }, signInId, later(at, 15), { stored: true })).toMatchObject({ ok: true, viewer: { groups: [], storedGroups: ['engineering', 'payments'], groupsVerifiedAt: at, roles: ['requester'] } })
  await database.db.signIn.update({ where: { id: signInId }, data: { lastSeenAt: later(at, 15) } })
  await database.db.person.updateMany({ data: { disabledAt: at } })
  expect(await mintViewer({ ...deps, provider: away }, signInId, later(at, 15), { stored: true })).toMatchObject({ ok: false, code: 'signed_out' })
  await database.db.person.updateMany({ data: { disabledAt: null } })
  // The silence is believed for some seconds, for emergencies alone.
  expect(await mintViewer(deps, signInId, later(at, 15), { stored: true })).toMatchObject({ viewer: { groups: [] } })
  expect(await mintViewer(deps, signInId, later(at, 16), { stored: true })).toMatchObject({ ok: true, viewer: { groups: ['engineering', 'payments'] } })
  expect((await mintViewer(deps, signInId, later(at, 16), { stored: true })) as object).not.toHaveProperty('viewer.storedGroups')
})

test('requests at once, in two replicas, use one refresh; the rotated token works the next time', async () => {
  const { signInId, at } = await enter()
  const { provider, asked } = watched()
  const replica = openDatabase(database.url)
  const mint = (db: Database, index: number) => mintViewer({ ...deps, db, provider }, signInId, new Date(later(at, 16).getTime() + index), { fresh: index % 2 === 0 })
  const results = await Promise.all(Array.from({ length: 12 }, (_, index) => mint(index % 3 === 0 ? replica : deps.db, index)))
  expect(results.every((result) => result.ok)).toBe(true)
  expect(asked()).toBe(1)
  expect(await mint(replica, 16 * minute)).toMatchObject({ ok: true })
  expect(await mint(deps.db, 32 * minute)).toMatchObject({ ok: true })
  expect(asked()).toBe(3)
  await replica.$disconnect()
})

test('while the provider is slow the database serves everybody else', async () => {
  const entered = await Promise.all(['maya', 'tom', 'ana', 'jon'].map((id) => enter(id)))
  const gate = Promise.withResolvers<void>()
  const { provider, asked } = watched(gate.promise)
  const small = openDatabase(database.url, { maxConnections: 2 })
  const minted = entered.map(({ signInId, at }) => mintViewer({ ...deps, db: small, provider }, signInId, later(at, 16)))
  await expect.poll(asked).toBe(4)
  expect(await small.person.count()).toBeGreaterThan(0)
  gate.resolve()
  for (const result of await Promise.all(minted)) expect(result).toMatchObject({ ok: true })
  await small.$disconnect()
})

test('a sign-in ended while the provider answers is over, and no token is put back', async () => {
  const { signInId, at } = await enter()
  const gate = Promise.withResolvers<void>()
  const { provider, asked } = watched(gate.promise)
  const minted = mintViewer({ ...deps, provider }, signInId, later(at, 16))
  await expect.poll(asked).toBe(1)
  await endSignIn(deps.db, cipher, signInId, later(at, 16))
  gate.resolve()
  expect(await minted).toMatchObject({ ok: false, code: 'signed_out' })
  expect(await rowOf(signInId)).toMatchObject({ refreshTokenCipher: null, accessTokenCipher: null, idTokenCipher: null })
})

test('an answer about somebody else is refused, and the rotated token is not lost over it', async () => {
  const { signInId, at } = await enter('luis')
  const { personId } = await rowOf(signInId)
  await database.owner.person.update({ where: { id: personId }, data: { subject: 'not-luis' } })
  await database.owner.signIn.update({ where: { id: signInId }, data: { providerSubject: 'not-luis' } })
  expect(await mintViewer(deps, signInId, later(at, 16))).toMatchObject({ ok: false, code: 'provider_unreachable' })
  await database.owner.person.update({ where: { id: personId }, data: { subject: 'luis' } })
  await database.owner.signIn.update({ where: { id: signInId }, data: { providerSubject: 'luis' } })
  expect(await mintViewer(deps, signInId, later(at, 16))).toMatchObject({ ok: true, viewer: { groups: ['data'] } })
})

test('a claim on a refresh by a process that died lapses', async () => {
  const { signInId, at } = await enter()
  await deps.db.signIn.update({ where: { id: signInId }, data: { refreshAttemptedAt: later(at, 15) } })
  expect(await mintViewer(deps, signInId, later(at, 16))).toMatchObject({ ok: true })
})

test.each([
  ['after an hour without a request', 60, {}, 'You were away for a while, so your sign-in ended.'],
  ['when switched off', 1, { disabled: true }, 'Your access to Latchkey was switched off.'],
])('a sign-in is over %s', async (_name, minutes, { disabled }: { disabled?: boolean }, message) => {
  const { signInId, at } = await enter('kenji')
  const { personId } = await rowOf(signInId)
  if (disabled) await deps.db.person.update({ where: { id: personId }, data: { disabledAt: at } })
  expect(await mintViewer(deps, signInId, later(at, minutes))).toMatchObject({ ok: false, code: 'signed_out', message })
  await deps.db.person.update({ where: { id: personId }, data: { disabledAt: null } })
})

test('first sign-ins of one person at once make one person', async () => {
  const tokens = await signInAs({ ...local, redirectUri }, 'nina')
  const ids = await Promise.all(Array.from({ length: 6 }, () => openSignIn(deps.db, cipher, limits, identityOf(tokens), new Date())))
  const people = await deps.db.signIn.findMany({ where: { id: { in: ids } }, distinct: ['personId'] })
  expect(people).toHaveLength(1)
})

test('claims that PostgreSQL cannot hold stop nobody from signing in, and make nobody a member or somebody else', async () => {
  const identity = { ...identityOf(await signInAs({ ...local, redirectUri }, 'priya')), displayName: 'Priya\0 \ud800Nair', email: 'priya\0@northwind.example', username: 'pri\0ya' }
  expect(groupsOf({ groups: ['payments', 'latchkey-admins\0', '\udc00audit', 7] })).toEqual(['payments'])
  const signInId = await openSignIn(deps.db, cipher, limits, { ...identity, groups: ['payments', 'latchkey-admins\0'] }, new Date())
  expect(await rowOf(signInId)).toMatchObject({ groups: ['payments'] })
  expect(await mintViewer(deps, signInId, new Date())).toMatchObject({ viewer: { displayName: 'Priya \ufffdNair', email: 'priya@northwind.example', roles: ['requester'] } })
  await expect(openSignIn(deps.db, cipher, limits, { ...identity, subject: 'pri\0ya' }, new Date())).rejects.toThrow(/cannot be stored/)
})

const signedOutToken = async ({ tokens, jar }: Entered): Promise<string> => {
  await signOutAtProvider(local.issuer, tokens.id_token, jar)
  await expect.poll(() => logoutTokens.length).toBeGreaterThan(0)
  return logoutTokens[0] ?? ''
}

test('the provider\'s logout ends that session\'s sign-in and no other; its token works once', async () => {
  const [first, second] = [await enter('tom'), await enter('tom')]
  const token = await signedOutToken(first)
  const claims = await deps.provider.readLogoutToken(token, new Date())
  expect(await Promise.all([endSignInsByProvider(deps.db, claims, new Date()), endSignInsByProvider(deps.db, claims, new Date())])).toContainEqual(false)
  expect(await mintViewer(deps, first.signInId, new Date())).toMatchObject({ ok: false, message: 'Your sign-in was ended.' })
  expect(await mintViewer(deps, second.signInId, new Date())).toMatchObject({ ok: true })
  expect(await rowOf(first.signInId)).toMatchObject({ revokedReason: 'provider_logout', refreshTokenCipher: null })
  expect(await deps.db.recordEntry.count({ where: { kind: 'signin.revoked', subjectId: first.signInId } })).toBe(1)
})

test('a logout token used up is remembered for as long as it would be accepted', async () => {
  const entered = await enter('tom')
  const token = await signedOutToken(entered)
  const { exp = 0 } = decodeJwt(token)
  const claims = await deps.provider.readLogoutToken(token, new Date())
  expect(await endSignInsByProvider(deps.db, claims, new Date())).toBe(true)
  const late = new Date(exp * 1_000 + 30_000)
  expect(await endSignInsByProvider(deps.db, await deps.provider.readLogoutToken(token, late), late)).toBe(false)
  await expect(deps.provider.readLogoutToken(token, new Date(exp * 1_000 + 61_000))).rejects.toThrow(/"exp" claim|"iat" claim/)
})

test('what is not this provider\'s logout token for this portal ends nothing', async () => {
  const entered = await enter('rosa')
  const token = await signedOutToken(entered)
  const now = new Date()
  const read = (text: string) => deps.provider.readLogoutToken(text, now)
  const [head = '', body = '', signature = ''] = token.split('.')
  const changed = (change: JWTPayload) => Buffer.from(JSON.stringify({ ...decodeJwt(token), ...change })).toString('base64url')
  await expect(read(entered.tokens.id_token)).rejects.toThrow(/"iat" claim|events|logout/)
  await expect(read(`${head}.${changed({ sub: 'maya', sid: undefined })}.${signature}`)).rejects.toThrow(/signature/)
  await expect(read(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`)).rejects.toThrow(/.+/)
  const symmetric = await new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(local.clientSecret.padEnd(32, 'x')))
  await expect(read(symmetric)).rejects.toThrow(/.+/)
  const { privateKey } = await generateKeyPair('RS256')
  await expect(read(await new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'RS256' }).sign(privateKey))).rejects.toThrow(/signature|key/)
  await expect(read('not a token')).rejects.toThrow(/Invalid JWT/)
  await expect(open([{ ...settings(), clientId: 'another' }]).readLogoutToken(token, now)).rejects.toThrow(/"aud" claim/)
  expect(await read(token)).toMatchObject({ issuer: local.issuer, subject: 'rosa' })
})
