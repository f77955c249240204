import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { parseGroupRoles, rolesOfGroups } from './portal-roles.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const key = (name: string, type: 'ed25519' | 'x25519') => {
  const file = path.join(folder, name)
  const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return file
}
const good = {
  PUBLIC_URL: 'https://latchkey.example',
  DATABASE_URL: 'postgresql://u:p@db/latchkey',
  LATCHKEY_SECRET: 'x'.repeat(40),
  OIDC_ISSUER: 'https://idp.example',
  OIDC_CLIENT_ID: 'latchkey',
  OIDC_CLIENT_SECRET: 'very-secret-value',
  OIDC_GROUP_ROLES: 'engineering=requester, platform leads=approver',
  CATALOG_FILE: 'catalog.yaml',
  RECORD_SIGNING_KEY_FILE: key('good.pem', 'ed25519'),
  RECORD_CHECKPOINT_FILE: 'checkpoints.ndjson',
}
const second = { OIDC_2_ISSUER: 'https://other.example', OIDC_2_CLIENT_ID: 'latchkey', OIDC_2_CLIENT_SECRET: 'other-secret', OIDC_2_NAME: 'Partners', OIDC_2_GROUP_PREFIX: 'partner:' }
const problems = (changes: Record<string, string | undefined>): string[] => {
  const result = readConfig({ ...good, ...changes })
  return result.ok ? [] : result.problems
}

test('a complete environment is read, with defaults that are safe', () => {
  expect(readConfig(good)).toMatchObject({ ok: true, config: { signIn: { groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 }, aws: { region: 'us-east-1' }, oidc: [{ id: 'oidc', name: 'single sign-on', groups: { claim: 'groups', prefix: '', foreignPrefixes: [] }, directory: 'standard' }], firstAdminCode: undefined } })
})

test('a second provider has its own groups, and those of the first cannot pass for them', () => {
  const read = readConfig({ ...good, ...second })
  expect(read).toMatchObject({ ok: true, config: { oidc: [{ id: 'oidc', groups: { prefix: '', foreignPrefixes: ['partner:'] } }, { id: 'oidc2', name: 'Partners', groups: { prefix: 'partner:', foreignPrefixes: [] } }] } })
  const shared = readConfig({ ...good, ...second, OIDC_2_GROUP_PREFIX: 'none' })
  expect(shared).toMatchObject({ ok: true, config: { oidc: [{ groups: { foreignPrefixes: [] } }, { groups: { prefix: '' } }] } })
})

test('an empty environment is told every variable that is missing, one sentence each', () => {
  const result = readConfig({})
  expect(result.ok).toBe(false)
  if (result.ok) return
  for (const name of Object.keys(good)) expect(result.problems.some((problem) => problem.startsWith(`${name} `)), name).toBe(true)
})

test.each<[string, Record<string, string | undefined>, RegExp]>([
  ['a short secret', { LATCHKEY_SECRET: 'short' }, /LATCHKEY_SECRET must be at least 32 characters/],
  ['a database that is not PostgreSQL', { DATABASE_URL: 'mysql://x' }, /DATABASE_URL must start with postgresql/],
  ['scopes without openid', { OIDC_SCOPES: 'profile' }, /OIDC_SCOPES must contain "openid"/],
  ['an unknown portal role', { OIDC_GROUP_ROLES: 'a=owner' }, /OIDC_GROUP_ROLES: "a=owner" is not/],
  ['an issuer over plain http', { OIDC_ISSUER: 'http://idp.example' }, /OIDC_ISSUER must use https/],
  ['a portal over plain http', { PUBLIC_URL: 'http://latchkey.example' }, /PUBLIC_URL must use https/],
  ['groups refreshed too rarely', { GROUPS_MAX_AGE_MINUTES: '60' }, /GROUPS_MAX_AGE_MINUTES must be at most 15/],
  ['minutes that are no number', { SIGN_IN_IDLE_MINUTES: 'soon' }, /SIGN_IN_IDLE_MINUTES/],
  ['a signing key of another kind', { RECORD_SIGNING_KEY_FILE: key('wrong.pem', 'x25519') }, /must be Ed25519/],
  ['a signing key that is not there', { RECORD_SIGNING_KEY_FILE: '/nowhere' }, /cannot be read/],
  ['every tenant of Entra ID at once', { OIDC_ISSUER: 'https://login.microsoftonline.com/common/v2.0' }, /OIDC_ISSUER must name one tenant/],
  ['an origin with a path', { OIDC_SIGN_IN_ORIGINS: 'https://login.example/path' }, /OIDC_SIGN_IN_ORIGINS: "https:\/\/login.example\/path" is not an origin/],
  ['a directory that is no Microsoft Graph', { OIDC_DIRECTORY_GROUPS: 'graph' }, /OIDC_DIRECTORY_GROUPS is for issuers of Entra ID/],
  ['a directory with a path', { OIDC_DIRECTORY_GROUPS: 'https://graph.microsoft.us/beta' }, /OIDC_DIRECTORY_GROUPS must be "graph"/],
  ['a host that is an address', { OIDC_ALLOWED_HOSTS: 'https://tokens.example/x' }, /OIDC_ALLOWED_HOSTS must be names of hosts/],
  ['any host', { OIDC_ALLOWED_HOSTS: 'tokens.example, *' }, /OIDC_ALLOWED_HOSTS must be names of hosts/],
  ['a private network instead of a host', { OUTGOING_PRIVATE_HOSTS: '10.0.0.0/8' }, /OUTGOING_PRIVATE_HOSTS must be names of hosts/],
  ['a first admin code that could be guessed', { LATCHKEY_FIRST_ADMIN_CODE: 'letmein' }, /LATCHKEY_FIRST_ADMIN_CODE must be at least 32/],
  ['half a second provider', { OIDC_2_ISSUER: 'https://other.example', OIDC_2_GROUP_PREFIX: 'partner:' }, /OIDC_2_CLIENT_ID is not set.*\nOIDC_2_CLIENT_SECRET is not set.*\nOIDC_2_NAME is not set/],
  ['a second provider without a word on its groups', { ...second, OIDC_2_GROUP_PREFIX: undefined }, /OIDC_2_GROUP_PREFIX is not set/],
  ['a second provider that is the first', { ...second, OIDC_2_ISSUER: 'https://idp.example/' }, /OIDC_2_ISSUER is the same/],
  ['a second provider over plain http', { ...second, OIDC_2_ISSUER: 'http://other.example' }, /OIDC_2_ISSUER must use https/],
  ['a short metrics token', { METRICS_TOKEN: 'short' }, /METRICS_TOKEN must be at least 16/],
  ['an empty variable, which counts as missing', { OIDC_CLIENT_ID: '' }, /OIDC_CLIENT_ID is not set/],
])('%s is refused with a sentence', (_name, changes, sentence) => {
  expect(problems(changes).join('\n')).toMatch(sentence)
})

test('no sentence repeats the value of a secret', () => {
  const told = problems({ LATCHKEY_SECRET: 'too-short-secret', OIDC_ISSUER: 'nonsense', DATABASE_URL: 'mysql://user:hunter2@db' }).join('\n')
  expect(told).not.toMatch(/too-short-secret|very-secret-value|hunter2/)
})

test('http is allowed to this machine only', () => {
  expect(problems({ OIDC_ISSUER: 'http://localhost:3001', PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([])
})

test('groups add up to roles; any mapped group makes a requester, no mapped group makes nothing', () => {
  const { map } = parseGroupRoles('sec=responder,sec=auditor,eng=requester')
  expect(rolesOfGroups(['sec'], map)).toEqual(['requester', 'responder', 'auditor'])
  expect(rolesOfGroups(['eng', 'unknown'], map)).toEqual(['requester'])
  expect(rolesOfGroups(['unknown'], map)).toEqual([])
})
