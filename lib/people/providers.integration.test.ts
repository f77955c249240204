import { createServer, type Server } from 'node:http'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowedHosts } from '#lib/config/allowed-hosts.ts'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import { parseGroupRoles } from '#lib/config/portal-roles.ts'
import { type LocalProvider, startProvider } from '#lib/local/oidc/start-provider.ts'
import { type CookieJar, signInAs, signOutAtProvider } from '#lib/local/test/browser-sign-in.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { createTestDatabase, type TestDatabase } from '#lib/local/test/test-database.ts'
import { confirmSignIn } from './confirm-sign-in.ts'
import { endSignIn, endSignInsByProvider } from './end-sign-in.ts'
import { claimFirstAdmin, isFirstAdminPathOpen } from './first-admin.ts'
import { openIdentityProviders } from './identity-provider.ts'
import { mintViewer, type ViewerDeps } from './mint-viewer.ts'
import { openSignIn, type ProvenIdentity } from './open-sign-in.ts'
import { TooManyGroups } from './read-groups.ts'
import { admitIdentity, recordRefusedSignIn } from './refuse-sign-in.ts'
import { openTokenCipher } from './token-cipher.ts'

const limits = { idleMinutes: 60, maxMinutes: 720, groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 }
const cipher = openTokenCipher('a secret of the tests, 32 characters')
const groupRoles = parseGroupRoles('engineering=requester, partner:engineering=requester, latchkey-admins=admin').map

let database: TestDatabase
let portal: Server
let redirectUri: string
let first: LocalProvider
let second: LocalProvider
let deps: ViewerDeps
const logoutTokens: string[] = []

const settingsOf = (id: 'oidc' | 'oidc2', local: Pick<LocalProvider, 'issuer' | 'clientId' | 'clientSecret'>): ProviderSettings => ({
  id,
  name: id,
  issuer: local.issuer,
  clientId: local.clientId,
  clientSecret: local.clientSecret,
  scopes: 'openid',
  groups: { claim: 'groups', prefix: id === 'oidc' ? '' : 'partner:', foreignPrefixes: id === 'oidc' ? ['partner:'] : [] },
  directory: 'standard',
  promptAgain: 'login',
  allowInsecureIssuer: true,
  outgoing: { hosts: allowedHosts(local.issuer, [], []), variable: 'OIDC_ALLOWED_HOSTS' },
  directoryGroups: undefined, ties: { person: undefined, manager: undefined },
})

const open = (settings: ProviderSettings[]) => openIdentityProviders(settings, () => undefined)

beforeAll(async () => {
  database = await createTestDatabase()
  const port = await freePort()
  portal = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '')
      response.end()
    })
  })
  await new Promise<void>((resolve) => portal.listen(port, '127.0.0.1', resolve))
  const publicUrl = `http://localhost:${port}`
  redirectUri = `${publicUrl}/api/auth/callback/oidc`
  first = await startProvider({ port: await freePort(), publicUrl })
  second = await startProvider({ port: await freePort(), publicUrl })
  deps = { db: database.db, cipher, provider: open([settingsOf('oidc', first), settingsOf('oidc2', second)]), signIn: limits, groupRoles }
})
afterAll(async () => {
  await Promise.all([first.close(), second.close()])
  await new Promise((resolve) => portal.close(resolve))
  await database.drop()
})

type Entered = { signInId: string; idToken: string; jar: CookieJar; at: Date }
const enter = async (local: LocalProvider, personaId: string, groups: string[] = [], more: Partial<ProvenIdentity> = {}): Promise<Entered> => {
  const jar: CookieJar = new Map()
  const tokens = await signInAs({ ...local, redirectUri }, personaId, jar)
  const { iss = '', sub = '', sid } = decodeJwt<{ sid: string }>(tokens.id_token)
  const at = new Date()
  const proven = { issuer: iss, subject: sub, displayName: personaId, email: `${personaId}@northwind.example`, username: personaId, groups, providerSessionId: sid, refreshToken: tokens.refresh_token, accessToken: tokens.access_token, idToken: tokens.id_token }
  return { signInId: await openSignIn(deps.db, cipher, limits, { ...proven, ...more }, at), idToken: tokens.id_token, jar, at }
}
const later = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
const rowOf = (id: string) => deps.db.signIn.findUniqueOrThrow({ where: { id }, include: { person: true } })
const entriesOf = async (kind: string, actorId: string): Promise<unknown[]> => {
  const rows = await deps.db.recordEntry.findMany({ where: { kind, actorId }, orderBy: { occurredAt: 'asc' } })
  return rows.map((row) => (JSON.parse(Buffer.from(row.body).toString('utf8')) as { facts: unknown }).facts)
}

test('the same subject and address at two issuers are two people, each refreshed at their own, with groups that do not meet', async () => {
  const [here, there] = [await enter(first, 'maya'), await enter(second, 'maya')]
  const [a, b] = [await rowOf(here.signInId), await rowOf(there.signInId)]
  expect([a.person.subject, a.person.email]).toEqual([b.person.subject, b.person.email])
  expect(a.personId).not.toBe(b.personId)
  second.setGroups('maya', ['engineering', 'latchkey-admins'])
  expect(await mintViewer(deps, here.signInId, later(here.at, 16))).toMatchObject({ viewer: { groups: ['engineering', 'payments'], roles: ['requester'] } })
  expect(await mintViewer(deps, there.signInId, later(there.at, 16))).toMatchObject({ viewer: { groups: ['partner:engineering', 'partner:latchkey-admins'], roles: ['requester'] } })
  first.setGroups('maya', ['partner:engineering'])
  expect(await mintViewer(deps, here.signInId, later(here.at, 32))).toMatchObject({ viewer: { groups: [], roles: [] } })
  first.setGroups('maya', ['engineering', 'payments'])
})

test('a sign-in of a provider that is not configured any more is not refreshed by another one', async () => {
  const { signInId, at } = await enter(second, 'tom')
  const alone = open([settingsOf('oidc', first)])
  expect(await mintViewer({ ...deps, provider: alone }, signInId, later(at, 16))).toMatchObject({ ok: false, code: 'provider_unreachable' })
})

test('signing out leads to the own provider, and a logout of one ends nobody of the other', async () => {
  const [here, there] = [await enter(first, 'rosa'), await enter(second, 'rosa')]
  await signOutAtProvider(second.issuer, there.idToken, there.jar)
  await expect.poll(() => logoutTokens.length).toBeGreaterThan(0)
  const claims = await deps.provider.readLogoutToken(logoutTokens[0] ?? '', new Date())
  expect(claims.issuer).toBe(second.issuer)
  // A token for the whole person, of any session: still only of that issuer.
  await endSignInsByProvider(deps.db, { ...claims, providerSessionId: undefined }, new Date())
  expect((await rowOf(there.signInId)).revokedReason).toBe('provider_logout')
  expect((await rowOf(here.signInId)).revokedAt).toBeNull()
  const ended = await endSignIn(deps.db, cipher, here.signInId, new Date())
  expect(ended?.issuer).toBe(first.issuer)
  expect(await deps.provider.signOutUrl(ended?.issuer ?? '', ended?.idToken, new URL('http://localhost/signed-out'))).toContain(`${first.issuer}/session/end?`)
})

test('keys that rotate are taken along: the next logout token and the next refresh work, without a restart', async () => {
  const [before, staying] = [await enter(second, 'amir'), await enter(second, 'lena')]
  const provider = open([settingsOf('oidc2', second)])
  const tokenOf = async (entered: Entered): Promise<string> => {
    const seen = logoutTokens.length
    await signOutAtProvider(second.issuer, entered.idToken, entered.jar)
    await expect.poll(() => logoutTokens.length).toBeGreaterThan(seen)
    return logoutTokens.at(-1) ?? ''
  }
  expect(await provider.readLogoutToken(await tokenOf(before), new Date())).toMatchObject({ subject: 'amir' })
  await second.rotateKeys()
  const after = await enter(second, 'amir')
  const token = await tokenOf(after)
  // Unknown keys are looked for at most once a second.
  await expect.poll(() => provider.readLogoutToken(token, new Date()).then((read) => read.subject, () => 'refused'), { timeout: 3_000 }).toBe('amir')
  expect(await mintViewer(deps, staying.signInId, later(staying.at, 16))).toMatchObject({ ok: true, viewer: { groups: ['partner:latchkey-admins', 'partner:engineering'] } })
})

test('a provider that is away at first is found as soon as it answers', async () => {
  const port = await freePort()
  const late = settingsOf('oidc', { issuer: `http://localhost:${port}`, clientId: 'latchkey', clientSecret: 'unknown yet' })
  const provider = open([late])
  await expect(provider.check('oidc')).rejects.toThrow(/fetch failed|ECONNREFUSED/)
  await expect(provider.signOutUrl(late.issuer, undefined, new URL('http://localhost/'))).rejects.toThrow(/fetch failed|ECONNREFUSED/)
  const local = await startProvider({ port, publicUrl: 'http://localhost' })
  await expect(provider.check('oidc')).resolves.toBeUndefined()
  expect(await provider.signOutUrl(late.issuer, undefined, new URL('http://localhost/'))).toContain(`${late.issuer}/session/end`)
  await local.close()
})

test('too many groups to send are a refusal of their own, never a membership', async () => {
  const { signInId, at } = await enter(first, 'jon', ['engineering'])
  const provider = { ...deps.provider, fetchGroups: () => Promise.reject(new TooManyGroups()) }
  expect(await mintViewer({ ...deps, provider }, signInId, later(at, 16))).toMatchObject({ ok: false, code: 'groups_overage', mend: expect.stringContaining('app roles') as string })
})

test('where a person is an object id, the provider is asked about and believed by its own name for them', async () => {
  const entered = await enter(first, 'luis', [], { subject: '00000000-0000-0000-66f3-3332eca7ea81', providerSubject: 'luis' })
  expect(await mintViewer(deps, entered.signInId, later(entered.at, 16))).toMatchObject({ ok: true, viewer: { groups: ['data'] } })
  await endSignInsByProvider(deps.db, { id: 'by its own name', expiresAt: later(entered.at, 60), issuer: first.issuer, subject: 'luis', providerSessionId: undefined }, new Date())
  expect((await rowOf(entered.signInId)).revokedReason).toBe('provider_logout')
})

const provenFrom = async (signInId: string, more: Partial<ProvenIdentity> = {}): Promise<ProvenIdentity> => {
  const { person } = await rowOf(signInId)
  return { issuer: person.issuer, subject: person.subject, displayName: person.displayName, email: undefined, username: person.username, groups: ['engineering'], providerSessionId: 'another', refreshToken: undefined, accessToken: 'new access', idToken: undefined, ...more }
}

test('a fresh authentication goes into the sign-in that asked for it and moves nothing else; the record says how', async () => {
  const { signInId, at } = await enter(first, 'sam')
  const before = await rowOf(signInId)
  expect(await mintViewer(deps, signInId, at)).toMatchObject({ viewer: { authentication: { authenticatedAt: null, acr: null } } })
  const need = { maxAgeMinutes: 10, acrValues: ['phr'] }
  expect(await confirmSignIn(deps.db, cipher, { signInId, need }, await provenFrom(signInId, { authenticatedAt: later(at, 1), acr: 'phr' }), later(at, 2))).toEqual({ ok: true })
  expect(await mintViewer(deps, signInId, later(at, 2))).toMatchObject({ viewer: { signInId, groups: ['engineering'], authentication: { authenticatedAt: later(at, 1), acr: 'phr' } } })
  const after = await rowOf(signInId)
  expect([after.expiresAt, after.createdAt, after.refreshTokenCipher]).toEqual([before.expiresAt, before.createdAt, before.refreshTokenCipher])
  expect(await entriesOf('signin.confirmed', after.personId)).toEqual([{ acr: 'phr', authenticatedAt: later(at, 1).toISOString() }])
})

test('a group that is missing when somebody confirms who they are marks them, so that access they hold on its ground ends', async () => {
  const { signInId, at } = await enter(first, 'maya')
  const { personId } = await rowOf(signInId)
  const lostAt = async () => (await deps.db.person.findUniqueOrThrow({ where: { id: personId } })).groupsLostAt
  await deps.db.person.update({ where: { id: personId }, data: { groupsLostAt: null } })
  const confirm = async (groups: string[]) => confirmSignIn(deps.db, cipher, { signInId, need: { acrValues: ['phr'] } }, await provenFrom(signInId, { groups, authenticatedAt: later(at, 1), acr: 'phr' }), later(at, 2))
  expect([await confirm(['engineering', 'audit']), await lostAt()]).toEqual([{ ok: true }, null])
  expect([await confirm(['audit']), await lostAt()]).toEqual([{ ok: true }, later(at, 2)])
})

test.each<[string, Partial<ProvenIdentity>, string]>([
  ['a provider that does not say when', { acr: 'phr' }, 'no_auth_time'],
  ['an older authentication', { authenticatedAt: new Date(Date.now() - 3_600_000), acr: 'phr' }, 'too_old'],
  ['a weaker way', { authenticatedAt: new Date(), acr: 'pwd' }, 'other_acr'],
  ['a provider that does not say how', { authenticatedAt: new Date() }, 'no_acr'],
])('%s confirms nothing, and the record says that it was refused', async (_name, more, code) => {
  const { signInId } = await enter(first, 'nina')
  const { personId, ...before } = await rowOf(signInId)
  const seen = (await entriesOf('signin.refused', personId)).length
  expect(await confirmSignIn(deps.db, cipher, { signInId, need: { maxAgeMinutes: 10, acrValues: ['phr'] } }, await provenFrom(signInId, more), new Date())).toMatchObject({ ok: false, code })
  expect(await rowOf(signInId)).toEqual({ personId, ...before })
  expect((await entriesOf('signin.refused', personId)).slice(seen)).toEqual([{ reason: code }])
})

test('somebody else, the same name at another issuer, and an ended sign-in confirm nothing', async () => {
  const { signInId } = await enter(first, 'priya')
  const other = await enter(first, 'kenji')
  const good = { authenticatedAt: new Date(), acr: 'phr' }
  const confirm = (proven: ProvenIdentity) => confirmSignIn(deps.db, cipher, { signInId, need: { acrValues: [] } }, proven, new Date())
  expect(await confirm(await provenFrom(other.signInId, good))).toMatchObject({ code: 'other_person' })
  expect(await confirm(await provenFrom(signInId, { ...good, issuer: second.issuer }))).toMatchObject({ code: 'other_person' })
  expect(await entriesOf('signin.refused', (await rowOf(other.signInId)).personId)).toEqual([{ reason: 'other_person' }])
  expect((await rowOf(signInId)).authenticatedAt).toBeNull()
  await endSignIn(deps.db, cipher, signInId, new Date())
  expect(await confirm(await provenFrom(signInId, good))).toMatchObject({ code: 'signed_out' })
})

test('a person switched off is refused at the door and in the record; of strangers nothing is kept', async () => {
  const { signInId } = await enter(first, 'olga')
  const { personId, person } = await rowOf(signInId)
  await deps.db.person.update({ where: { id: personId }, data: { disabledAt: new Date() } })
  expect(await admitIdentity(deps.db, person, new Date())).toMatchObject({ ok: false, code: 'person_disabled' })
  expect(await entriesOf('signin.refused', personId)).toEqual([{ reason: 'person_disabled' }])
  const before = await deps.db.recordEntry.count()
  await recordRefusedSignIn(deps.db, { issuer: first.issuer, subject: 'nobody-known' }, 'groups_overage', new Date())
  expect(await deps.db.recordEntry.count()).toBe(before)
})

// In this order: the path opens once in the life of a database.
test('the first admin is made once, by the right code, for one identity, and is none as soon as an admin by group comes', async () => {
  const code = 'a code of more than thirty-two characters'
  const path = { db: deps.db, code, groupRoles }
  const [maya, tom] = [await enter(first, 'maya', ['engineering']), await enter(first, 'tom', [])]
  const [mayaId, tomId] = [(await rowOf(maya.signInId)).personId, (await rowOf(tom.signInId)).personId]
  const claim = (personId: string, typed: string, changed: Partial<typeof path> = {}, at = new Date()) => claimFirstAdmin({ ...path, ...changed }, { personId }, typed, at)
  expect(await claim(mayaId, code, { code: undefined })).toMatchObject({ code: 'not_open' })
  expect(await isFirstAdminPathOpen(path)).toBe(true)
  for (const wrong of ['', code.slice(0, -1), `${code}x`, code.toUpperCase()]) expect(await claim(tomId, wrong)).toMatchObject({ code: 'wrong_code' })
  expect(await entriesOf('admin.first.refused', tomId)).toHaveLength(4)
  expect(await claim(tomId, 'again')).toMatchObject({ code: 'wrong_code' })
  expect(await claim(tomId, code)).toMatchObject({ code: 'too_many_tries' })
  // Two at once: one of them.
  const answers = await Promise.all([claim(mayaId, code), claim((await rowOf((await enter(first, 'luis')).signInId)).personId, code)])
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  expect(await isFirstAdminPathOpen(path)).toBe(false)
  expect(await claim(tomId, code, {}, later(new Date(), 10))).toMatchObject({ code: 'not_open' })
  const { personId } = await deps.db.firstAdmin.findUniqueOrThrow({ where: { id: 1 } })
  const winner = await deps.db.signIn.findFirstOrThrow({ where: { personId: personId ?? '', revokedAt: null } })
  expect(await mintViewer(deps, winner.id, new Date())).toMatchObject({ viewer: { roles: expect.arrayContaining(['requester', 'admin']) as string[] } })
  expect(await mintViewer(deps, tom.signInId, new Date())).toMatchObject({ viewer: { roles: [] } })
  // Nothing that the application may do gives it to somebody else or opens it again.
  await expect(deps.db.firstAdmin.update({ where: { id: 1 }, data: { personId: tomId } })).rejects.toThrow(/used once/)
  await expect(deps.db.firstAdmin.delete({ where: { id: 1 } })).rejects.toThrow(/denied/)
  await enter(first, 'lena', ['latchkey-admins'], { admin: true })
  const minted = await mintViewer(deps, winner.id, new Date())
  expect(minted.ok && minted.viewer.roles.includes('admin')).toBe(false)
  await expect(deps.db.firstAdmin.update({ where: { id: 1 }, data: { closedAt: null } })).rejects.toThrow(/used once/)
})

test('where an admin by group was ever seen, the path was never open', async () => {
  const other = await createTestDatabase()
  const path = { db: other.db, code: 'a code of more than thirty-two characters', groupRoles }
  const proven: ProvenIdentity = { issuer: 'https://idp.example', subject: 'lena', displayName: 'Lena', email: undefined, username: 'lena', groups: ['latchkey-admins'], providerSessionId: undefined, refreshToken: undefined, accessToken: undefined, idToken: undefined }
  // Before the path existed, nobody noted that this closed it.
  const signInId = await openSignIn(other.db, cipher, limits, proven, new Date())
  expect(await isFirstAdminPathOpen(path)).toBe(false)
  await openSignIn(other.db, cipher, limits, { ...proven, admin: true }, new Date())
  // Nor is it after the group was renamed in the configuration.
  expect(await isFirstAdminPathOpen({ ...path, groupRoles: parseGroupRoles('owners=admin').map })).toBe(false)
  expect(signInId).toBeTruthy()
  await other.drop()
})
