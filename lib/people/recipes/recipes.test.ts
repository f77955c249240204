import { generateKeyPairSync } from 'node:crypto'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findAllowed } from '#lib/config/allowed-hosts.ts'
import { type Config, readConfig } from '#lib/config/config.ts'
import { rolesOfGroups } from '#lib/config/portal-roles.ts'
import { type Claims, type GroupClaim, readGroups } from '../read-groups.ts'
import { readIdentity } from '../read-identity.ts'

type Recipe = { variables: Record<string, string>; roles: string; claims: Claims; expected: { subject: string; roles: string[]; authenticated: boolean } }

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-recipes-'))
afterAll(() => rmSync(folder, { recursive: true }))
const keyFile = path.join(folder, 'key.pem')
writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))

const here = import.meta.dirname
const names = globSync('*.json', { cwd: here }).map((file) => path.basename(file, '.json')).toSorted()
const recipe = (name: string): Recipe => JSON.parse(readFileSync(path.join(here, `${name}.json`), 'utf8')) as Recipe

function configured(variables: Record<string, string>, roles: string): Config {
  const result = readConfig({
    PUBLIC_URL: 'https://latchkey.example', DATABASE_URL: 'postgresql://db/latchkey', LATCHKEY_SECRET: 'x'.repeat(40), OIDC_CLIENT_ID: 'latchkey', OIDC_CLIENT_SECRET: 'secret',
    CATALOG_FILE: 'catalog.yaml', RECORD_SIGNING_KEY_FILE: keyFile, RECORD_CHECKPOINT_FILE: 'checkpoints', OIDC_GROUP_ROLES: roles, ...variables,
  })
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.config
}
const settingsOf = ({ variables, roles }: Pick<Recipe, 'variables' | 'roles'>) => {
  const { oidc: [settings], groupRoles } = configured(variables, roles)
  if (!settings) throw new Error('No provider is configured.')
  return { settings, groupRoles }
}
const groupsOf = (claims: Claims, claim: GroupClaim): string[] => {
  const reading = readGroups(claims, claim)
  return reading.state === 'read' ? reading.groups : []
}

test('there is a recipe for every provider that is promised, each with its page', () => {
  expect(names).toEqual(['amazon-cognito', 'any-provider', 'entra-id', 'google', 'keycloak', 'okta'])
  for (const name of names) expect(existsSync(path.join(here, `${name}.md`)), name).toBe(true)
})

test.each(names)('%s: its token becomes a person with the roles of their groups, with the variables that its page names', (name) => {
  const { variables, roles, claims, expected } = recipe(name)
  const { settings, groupRoles } = settingsOf({ variables, roles })
  const read = readIdentity(claims, settings.directory)
  expect(read).toMatchObject({ ok: true, identity: { issuer: claims.iss, subject: expected.subject, providerSubject: claims.sub } })
  if (read.ok) expect(read.identity.authenticatedAt !== null).toBe(expected.authenticated)
  expect(rolesOfGroups(groupsOf(claims, settings.groups), groupRoles)).toEqual(expected.roles)
  const page = readFileSync(path.join(here, `${name}.md`), 'utf8')
  for (const variable of Object.keys(variables)) expect(page, variable).toContain(variable)
})

test.each([
  ['login.microsoftonline.com', 'graph', 'https://graph.microsoft.com/v1.0/me/getMemberObjects'],
  ['login.microsoftonline.us', 'graph', 'https://graph.microsoft.us/v1.0/me/getMemberObjects'],
  ['login.microsoftonline.us', 'https://dod-graph.microsoft.us', 'https://dod-graph.microsoft.us/v1.0/me/getMemberObjects'],
  ['login.partner.microsoftonline.cn', 'graph', 'https://microsoftgraph.chinacloudapi.cn/v1.0/me/getMemberObjects'],
])('entra-id: at %s, %s is the directory of the same cloud, which may be called', (host, wanted, address) => {
  const { variables, roles } = recipe('entra-id')
  const { settings } = settingsOf({ variables: { ...variables, OIDC_ISSUER: (variables.OIDC_ISSUER ?? '').replace('login.microsoftonline.com', host), OIDC_DIRECTORY_GROUPS: wanted }, roles })
  expect(settings.directoryGroups).toBe(address)
  expect(findAllowed(new URL(address), settings.outgoing.hosts)).toBeDefined()
})

test('entra-id: app roles take the place of groups', () => {
  const { variables, claims } = recipe('entra-id')
  const { settings, groupRoles } = settingsOf({ variables: { ...variables, OIDC_GROUPS_CLAIM: 'roles' }, roles: 'Latchkey.Admin=admin, Latchkey.Requester=requester' })
  expect(rolesOfGroups(groupsOf(claims, settings.groups), groupRoles)).toEqual(['requester', 'admin'])
})

test('entra-id: above 200 groups the token names a source instead, and that is told from no groups at all', () => {
  const { claims } = recipe('entra-id')
  const { groups: _groups, ...without } = claims
  const claim = { claim: 'groups', prefix: '', foreignPrefixes: [] }
  const overage = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.microsoft.com/v1.0/users/00000000-0000-0000-66f3-3332eca7ea81/getMemberObjects' } } }
  expect(readGroups({ ...without, ...overage }, claim)).toEqual({ state: 'too_many' })
  expect(readGroups({ ...without, hasgroups: true }, claim)).toEqual({ state: 'too_many' })
  expect(readGroups(without, claim)).toEqual({ state: 'absent' })
  // App roles are not affected by it.
  expect(readGroups({ ...without, ...overage }, { ...claim, claim: 'roles' })).toMatchObject({ state: 'read' })
})

test.each([
  ['of another tenant', { tid: '11111111-86f1-41af-91ab-2d7cd011db47' }],
  ['without an object id', { oid: undefined }],
  ['whose object id is no id', { oid: 'maya.chen@northwind.example' }],
  ['without a tenant', { tid: undefined }],
])('entra-id: a token %s is nobody', (_name, change) => {
  expect(readIdentity({ ...recipe('entra-id').claims, ...change }, 'entra')).toMatchObject({ ok: false, code: 'identity_unreadable' })
})

test('entra-id: another application of the tenant names the same person, whatever its pairwise sub is', () => {
  const { claims } = recipe('entra-id')
  const [here, there] = [readIdentity(claims, 'entra'), readIdentity({ ...claims, sub: 'BBBB', oid: String(claims.oid).toUpperCase() }, 'entra')]
  expect(here.ok && there.ok && here.identity.subject === there.identity.subject && here.identity.providerSubject !== there.identity.providerSubject).toBe(true)
})

test('keycloak: realm roles and client roles are reached by their path, also of a client with dots in its name', () => {
  const { claims } = recipe('keycloak')
  const at = (claim: string) => groupsOf(claims, { claim, prefix: '', foreignPrefixes: [] })
  expect(at('realm_access.roles')).toEqual(['offline_access', 'latchkey-admin'])
  expect(at('resource_access.latchkey.roles')).toEqual(['approver'])
  expect(at('resource_access.my.dotted.client.roles')).toEqual(['auditor'])
  expect(at('resource_access.nobody.roles')).toEqual([])
})

test('google: an account outside the Workspace has no hosted domain and so no access', () => {
  const { variables, roles, claims } = recipe('google')
  const { settings, groupRoles } = settingsOf({ variables, roles })
  const { hd: _hd, ...outsider } = claims
  expect(rolesOfGroups(groupsOf(outsider, settings.groups), groupRoles)).toEqual([])
  expect(rolesOfGroups(groupsOf({ ...outsider, hd: 'evil.example', email: 'x@northwind.example' }, settings.groups), groupRoles)).toEqual([])
})

test.each(names)('%s: a renamed or reused address changes nothing about who it is', (name) => {
  const { variables, roles, claims } = recipe(name)
  const { directory } = settingsOf({ variables, roles }).settings
  const subject = (changed: Claims): unknown => {
    const read = readIdentity(changed, directory)
    return read.ok && [read.identity.issuer, read.identity.subject]
  }
  const renamed = { ...claims, email: 'maya.new@northwind.example', preferred_username: 'maya.new', name: 'Maya New', email_verified: undefined }
  expect(subject(renamed)).toEqual(subject(claims))
  // Somebody else who was given Maya's old address.
  const reused = { ...claims, sub: 'somebody-else', oid: '00000000-0000-0000-0000-000000000001' }
  expect(subject(reused)).not.toEqual(subject(claims))
})
