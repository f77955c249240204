import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openIdentities } from '#lib/aws/credentials.ts'
import { accounts, issuerRoleArn, readerRoleArn, revokerRoleArn } from '#lib/local/demo/organisation.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { addAccounts } from '../add-accounts.ts'
import { readCatalogState } from '../catalog-state.ts'
import { compareImportable } from './compare-importable.ts'
import { openImport } from './open-import.ts'
import { type ImportDeps, readImportable } from './read-importable.ts'

let slice: Slice
let deps: ImportDeps
let folder: string
const aws = { region: 'us-east-1', issuerRoleArn, readerRoleArn, memberReaderRoleName: 'latchkey/latchkey-reader', revokerRoleArn, memberRevokerRoleName: 'latchkey/latchkey-revoker', federationEndpoint: 'http://localhost', managedRolePath: '/latchkey/' }

beforeAll(async () => {
  slice = await startSlice()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-import-'))
  deps = openImport({ aws, emergencyRole: undefined }, openIdentities(aws), slice.deps.identityCenter)
})
afterAll(async () => {
  await slice.close()
  await rm(folder, { recursive: true })
})

const everything = { accounts: true, roleAccountIds: [accounts.paymentsProd, accounts.sandbox], permissionSets: true }
const state = async () => {
  const { accounts: known, profiles } = await readCatalogState(slice.deps.db)
  return { accounts: [...known.values()], profiles: [...profiles.values()] }
}

test('the organisation’s accounts with their units, roles under the managed path without the portal’s own, and permission sets', async () => {
  const found = await readImportable(deps, everything)
  expect(found.problems).toEqual([])
  expect(found.accounts?.find(({ id }) => id === accounts.paymentsProd)).toMatchObject({ path: ['Workloads', 'Production'], status: 'ACTIVE' })
  expect(found.accounts?.map(({ id }) => id)).not.toContain(accounts.cardProcessor)
  const roles = found.roles.get(accounts.paymentsProd)?.map(({ name }) => name) ?? []
  expect(roles).toContain('latchkey/payments-read')
  expect(roles).not.toContain('latchkey/latchkey-reader')
  expect(found.permissionSets?.map(({ name, sessionMinutes }) => [name, sessionMinutes])).toContainEqual(['DataAnalyst', 120])
  const compared = compareImportable(found, await state(), 'eu-central-1')
  expect(compared.accounts.map(({ id }) => id).toSorted()).toEqual([accounts.hub, accounts.management].toSorted())
  expect([compared.roles, compared.vanished]).toEqual([[], []])
})

test('what AWS refuses, or does not answer, is said in a sentence, and the rest is read', async () => {
  const refused = await readImportable({ ...deps, organizations: { listAccounts: () => Promise.resolve({ ok: false, code: 'access_denied', awsCode: 'AccessDeniedException', message: 'No.', retryable: false }) } }, { ...everything, roleAccountIds: [accounts.management, accounts.sandbox] })
  expect(refused.problems).toEqual([expect.stringContaining('management account or in a delegated administrator'), expect.stringMatching(new RegExp(`^The roles of ${accounts.management} cannot be read: `))])
  expect([...refused.roles.keys()]).toEqual([accounts.sandbox])
  expect(refused.permissionSets?.length).toBeGreaterThan(0)
})

test('accounts are added by admins, once, all or none, with their entry of the record', async () => {
  const { db } = slice.deps
  const [maya, lena] = [await slice.viewer('maya'), await slice.viewer('lena')]
  const hub = { id: accounts.hub, name: 'northwind-hub', environment: 'production' as const, region: 'eu-central-1' }
  expect(await addAccounts(db, maya, [hub], slice.clock.now())).toMatchObject({ ok: false, code: 'not_allowed' })
  expect(await addAccounts(db, lena, [hub, { ...hub, id: accounts.management, name: 'sandbox' }], slice.clock.now())).toMatchObject({ ok: false, code: 'name_taken' })
  const results = await Promise.all([1, 2].map(() => addAccounts(db, lena, [hub], slice.clock.now())))
  expect(results.map((result) => (result.ok ? result.added.join() : result.code)).toSorted((one, other) => one.localeCompare(other))).toEqual(['northwind-hub', 'nothing_new'].toSorted((one, other) => one.localeCompare(other)))
  expect((await state()).accounts).toContainEqual(hub)
  expect(await db.recordEntry.count({ where: { subjectId: accounts.hub, actorId: lena.personId } })).toBeGreaterThan(0)
})

type Said = { status: number | null; out: string; err: string }
const command = (...args: string[]): Promise<Said> =>
  new Promise((resolve) => {
    const environment = { ...process.env, PUBLIC_URL: 'http://localhost:3000', DATABASE_URL: slice.database.url, LATCHKEY_SECRET: 'x'.repeat(32), OIDC_ISSUER: 'http://localhost:3001', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b', OIDC_GROUP_ROLES: 'latchkey-admins=admin', CATALOG_FILE: 'x', RECORD_SIGNING_KEY_FILE: path.join(folder, 'key.pem'), RECORD_CHECKPOINT_FILE: path.join(folder, 'checkpoints'), LATCHKEY_ISSUER_ROLE_ARN: issuerRoleArn, LATCHKEY_READER_ROLE_ARN: readerRoleArn, AWS_REGION: 'eu-central-1' }
    const child = execFile(process.execPath, ['lib/catalog/cli/catalog.ts', 'import', ...args], { env: environment }, (_error, out, err) => resolve({ status: child.exitCode, out, err }))
  })

test('the command adds to a file what it lacks, once, and leaves the rest of it alone', async () => {
  const { generateKeyPairSync } = await import('node:crypto')
  await writeFile(path.join(folder, 'key.pem'), generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const file = path.join(folder, 'catalog.yaml')
  const original = await readFile('lib/local/demo/catalog.yaml', 'utf8')
  await writeFile(file, original.replace(/ {2}- id: sandbox-admin\n(?: {4}.*\n)+\n?/, ''))
  expect((await command(file, '--roles')).err).toContain('--ask GROUP and --approve GROUP')
  const first = await command(file, '--roles', '--ask', 'engineering', '--approve', 'platform-leads')
  expect([first.status, first.err]).toEqual([2, ''])
  expect(first.out).toContain('account northwind-hub (210987654321) in Infrastructure: production')
  expect(first.out).toContain('profile sandbox-sandbox-admin')
  const written = await readFile(file, 'utf8')
  expect(written).toContain('role: latchkey/sandbox-admin')
  // The accounts it has now have no role of the reader yet.
  const again = await command(file, '--roles', '--ask', 'engineering', '--approve', 'platform-leads')
  expect([again.status, again.out]).toEqual([1, expect.stringMatching(new RegExp(`^The roles of ${accounts.management} cannot be read`))])
  expect(await command(file)).toMatchObject({ status: 0, out: 'AWS has nothing that the file lacks.\n' })
  expect(await readFile(file, 'utf8')).toBe(written)
})
