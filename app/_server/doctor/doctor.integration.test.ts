import { execFile } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { CloudTrailClient, PutEventSelectorsCommand, StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail'
import { CreatePolicyVersionCommand, DeleteRolePermissionsBoundaryCommand, DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand, UpdateRoleCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allowedHosts } from '#lib/config/allowed-hosts.ts'
import { prover } from '#lib/aws/proof-call.ts'
import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { type Config, readConfig } from '#lib/config/config.ts'
import { openDatabase } from '#lib/db/client.ts'
import { accounts, assignerRoleArn, issuerRoleArn, readerRoleArn, revokerRoleArn, recordBucket } from '#lib/local/demo/organisation.ts'
import { demoGroupRoles } from '#lib/local/oidc/personas.ts'
import { type LocalProvider, startProvider } from '#lib/local/oidc/start-provider.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import { type SignedDocument, verifyDocument } from '#lib/record/signed-document.ts'
import type { Check } from './check.ts'
import { type DoctorDeps, openDoctor } from './doctor-deps.ts'
import { doctorLines } from './doctor-lines.ts'
import { type ProofReport, proveProfile } from './prove.ts'
import { runDoctor } from './run-doctor.ts'

let slice: Slice
let provider: LocalProvider
let folder: string
let environment: Record<string, string>
let config: Config

beforeAll(async () => {
  slice = await startSlice()
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-doctor-'))
  provider = await startProvider({ port: await freePort(), publicUrl: 'http://localhost:3000' })
  const keyFile = path.join(folder, 'key.pem')
  await writeFile(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  environment = {
    PUBLIC_URL: 'http://localhost:3000',
    DATABASE_URL: slice.database.url,
    LATCHKEY_SECRET: 'a secret of the tests, 32 characters',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_GROUP_ROLES: demoGroupRoles,
    CATALOG_FILE: path.resolve('lib/local/demo/catalog.yaml'),
    LATCHKEY_ISSUER_ROLE_ARN: issuerRoleArn,
    LATCHKEY_READER_ROLE_ARN: readerRoleArn,
    LATCHKEY_REVOKER_ROLE_ARN: revokerRoleArn,
    LATCHKEY_ASSIGNER_ROLE_ARN: assignerRoleArn,
    RECORD_SIGNING_KEY_FILE: keyFile,
    RECORD_CHECKPOINT_FILE: path.join(folder, 'checkpoints.ndjson'),
  }
  const read = readConfig(environment)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  config = read.config
})
beforeEach(() => slice.aws.wipe())
afterAll(async () => {
  await provider.close()
  await slice.close()
  await rm(folder, { recursive: true, force: true })
})

const doctor = (change: Partial<DoctorDeps> = {}): DoctorDeps => ({ ...openDoctor({ ...config, ...change.config }, slice.database.db, () => new Date()), ...change })
const find = (checks: readonly Check[], id: string): Check | undefined => checks.find((check) => check.id === id)
const brokenOf = (checks: readonly Check[]): string[] => checks.filter((check) => check.state === 'broken').map(({ id }) => id)

test('all is well: nothing is broken, every line of every group is there', async () => {
  const checks = await runDoctor(doctor())
  expect(brokenOf(checks)).toEqual([])
  expect([...new Set(checks.map(({ group }) => group))]).toEqual(['Dependencies', 'AWS identities', 'Roles of the catalogue', 'Permission sets of the catalogue', 'CloudTrail'])
  expect(checks.filter(({ group }) => group === 'Roles of the catalogue').map(({ state }) => state)).toEqual(Array.from({ length: 13 }, () => 'ok'))
  expect(find(checks, 'identity/assigner')).toMatchObject({ state: 'ok' })
  expect(find(checks, 'profile/data-staging-console')).toMatchObject({ state: 'ok', detail: 'DataAnalyst: there, its assignments readable, sessions of 120 minutes as the catalogue says.' })
  expect(find(checks, 'clock')).toMatchObject({ state: 'ok', detail: 'Within 5 s of AWS, the identity provider, PostgreSQL.' })
  expect(doctorLines(checks).at(-1)).toMatch(/^\d+ ok, \d+ to look at, 0 broken$/)
})

test('a trail that delivered lately is fine, with the time of its last file', async () => {
  await runDoctor(doctor())
  slice.aws.flushCloudTrail()
  slice.aws.deliverTrailFiles()
  expect(find(await runDoctor(doctor()), 'trail/sandbox')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/^northwind-org: every Region, logging, validated, every management event, no data events, last file 20/) })
})

const iam = (accountId: string): IAMClient => new IAMClient({ region: 'us-east-1', credentials: slice.administrator(accountId) })
const cloudtrail = (): CloudTrailClient => new CloudTrailClient({ region: 'us-east-1', credentials: slice.administrator(accounts.sandbox) })
const trust = (Principal: unknown): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] }] })
const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] })
const RoleName = 'data-analyst'

describe('What is broken shows its line and its mend', () => {
  const cases: [string, () => Promise<unknown>, string, 'broken' | 'warn', RegExp, RegExp][] = [
    [
      'a role that is missing',
      async () => {
        await iam(accounts.dataStaging).send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'read' }))
        await iam(accounts.dataStaging).send(new DeleteRoleCommand({ RoleName }))
      },
      'profile/data-staging-analyst', 'broken', /AWS has no role arn:aws:iam::402233445566:role\/latchkey\/data-analyst/, /aws:template -- member --account data-staging/,
    ],
    ['a trust policy for somebody else', () => iam(accounts.dataStaging).send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust({ AWS: readerRoleArn }) })), 'profile/data-staging-analyst', 'broken', /does not let the issuer do sts:AssumeRole, sts:SetSourceIdentity, sts:TagSession/, /Allow arn:aws:iam::210987654321:role\/latchkey\/latchkey-issuer/],
    ['a trust policy for everybody', () => iam(accounts.dataStaging).send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust({ AWS: '*' }) })), 'profile/data-staging-analyst', 'broken', /lets others than the issuer/, /Leave only/],
    ['a trust policy without source identity', () => iam(accounts.dataStaging).send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust({ AWS: issuerRoleArn }) })), 'profile/data-staging-analyst', 'warn', /without a source identity/, /Apply the template/],
    ['a boundary that is missing', () => iam(accounts.dataStaging).send(new DeleteRolePermissionsBoundaryCommand({ RoleName })), 'profile/data-staging-analyst', 'broken', /has no permissions boundary/, /Apply the template/],
    ['a role that allows more than the catalogue says', () => iam(accounts.dataStaging).send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: everything })), 'profile/data-staging-analyst', 'broken', /AWS has the inline policy more/, /Mend the role or the catalogue/],
    ['a boundary that was widened', () => iam(accounts.dataStaging).send(new CreatePolicyVersionCommand({ PolicyArn: `arn:aws:iam::${accounts.dataStaging}:policy/latchkey/data-analyst-boundary`, SetAsDefault: true, PolicyDocument: everything })), 'profile/data-staging-analyst', 'broken', /The boundary data-analyst-boundary does not say/, /Apply the template/],
    ['an inline policy that says something else', () => iam(accounts.dataStaging).send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: everything })), 'profile/data-staging-analyst', 'warn', /The inline policy read does not say what the scope says/, /Apply the template/],
    ['a trail that does not log', () => cloudtrail().send(new StopLoggingCommand({ Name: 'northwind-org' })), 'trail/sandbox', 'broken', /northwind-org is not logging/, /start-logging/],
    ['a trail of one Region without validation', () => cloudtrail().send(new UpdateTrailCommand({ Name: 'northwind-org', IsMultiRegionTrail: false, EnableLogFileValidation: false })), 'trail/sandbox', 'broken', /one Region only.*does not validate/, /--is-multi-region-trail.*--enable-log-file-validation/],
    ['a trail that takes only what writes', () => cloudtrail().send(new PutEventSelectorsCommand({ TrailName: 'northwind-org', EventSelectors: [{ ReadWriteType: 'WriteOnly' }] })), 'trail/sandbox', 'broken', /does not take every management event that reads/, /put-event-selectors --trail-name northwind-org/],
    ['a reader that may not see which events are taken', () => iam(accounts.sandbox).send(new PutRolePolicyCommand({ RoleName: 'latchkey-reader', PolicyName: 'blind', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'cloudtrail:GetEventSelectors', Resource: '*' }] }) })), 'trail/sandbox', 'warn', /cannot be read: AccessDenied/, /get-event-selectors/],
    ['a reader that was taken away', () => iam(accounts.sandbox).send(new DeleteRolePolicyCommand({ RoleName: 'latchkey-reader', PolicyName: 'read' })), 'trail/sandbox', 'broken', /AccessDenied/, /Check the reader's role/],
    ['a revoker that was taken away', () => iam(accounts.sandbox).send(new DeleteRolePolicyCommand({ RoleName: 'latchkey-revoker', PolicyName: 'revoke' })), 'profile/sandbox-ci', 'broken', /The revoker cannot reach it: AccessDenied/, /LATCHKEY_REVOKER_ROLE_ARN/],
    ['an issuer that can do more', () => iam(accounts.hub).send(new PutRolePolicyCommand({ RoleName: 'latchkey-issuer', PolicyName: 'more', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] }) })), 'identity/issuer', 'broken', /may list the users/, /hub template/],
    ['an assigner that can do more', () => iam(accounts.hub).send(new PutRolePolicyCommand({ RoleName: 'latchkey-hub-assigner', PolicyName: 'more', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] }) })), 'identity/assigner', 'broken', /may list the users/, /hub template/],
    ['an assigner that may do nothing in Identity Center', () => iam(accounts.hub).send(new DeleteRolePolicyCommand({ RoleName: 'latchkey-hub-assigner', PolicyName: 'assign' })), 'profile/data-staging-console', 'broken', /AccessDenied/, /LATCHKEY_ASSIGNER_ROLE_ARN.*aws:template -- hub/],
  ]
  test.each(cases)('%s', async (_, spoil, id, state, detail, mend) => {
    await spoil()
    const checks = await runDoctor(doctor())
    expect(find(checks, id)).toMatchObject({ state, detail: expect.stringMatching(detail), mend: expect.stringMatching(mend) })
    expect(brokenOf(checks).every((broken) => broken === id || broken.startsWith('profile/'))).toBe(true)
  })

  test('the bucket of the record: none is configured, one that can be read, one that is not there', async () => {
    const anchored = (bucket: string) => runDoctor(doctor({ config: { ...config, anchor: { ...config.anchor, bucket: { bucket, region: 'us-east-1', prefix: 'latchkey/', retentionDays: 10 } } } }))
    expect(find(await runDoctor(doctor()), 'anchor')).toBeUndefined()
    expect(find(await anchored(recordBucket), 'anchor')).toMatchObject({ state: 'ok', detail: 's3://northwind-record/latchkey/ can be read; no checkpoint is there yet.' })
    const checks = await anchored('no-such-bucket-of-ours')
    expect(find(checks, 'anchor')).toMatchObject({ state: 'broken', detail: expect.stringMatching(/NoSuchBucket|AccessDenied/), mend: expect.stringContaining('RECORD_ANCHOR_BUCKET') })
    expect(brokenOf(checks)).toEqual(['anchor'])
  })

  const withAccess = async (from: string, to: string): Promise<DoctorDeps> => {
    const file = path.join(folder, 'access.yaml')
    await writeFile(file, (await readFile('lib/local/demo/catalog.yaml', 'utf8')).replace(from, to))
    return doctor({ config: { ...config, catalogFile: file } })
  }
  test.each([
    ['is not there', 'permissionSet: DataAnalyst', 'permissionSet: Nobody', 'broken', 'Identity Center has no permission set "Nobody".', /access\.permissionSet/],
    ['lives longer than people are told', 'sessionDurationMinutes: 120', 'sessionDurationMinutes: 60', 'broken', 'Sessions of DataAnalyst live 120 minutes in AWS; the catalogue says 60, so nothing of it is activated.', /--session-duration PT60M.*sessionDurationMinutes: 120/],
    ['lives shorter', 'sessionDurationMinutes: 120', 'sessionDurationMinutes: 240', 'warn', 'Sessions of DataAnalyst live 120 minutes in AWS; the catalogue tells people 240.', /sessionDurationMinutes: 120/],
    ['is for a group that is not there', 'permissionSet: DataAnalyst,', 'permissionSet: DataAnalyst, principal: { group: painters },', 'broken', 'Identity Center has no group "painters".', /access\.principal/],
  ])('a permission set that %s', async (_, from, to, state, detail, mend) => {
    expect(find(await runDoctor(await withAccess(from, to)), 'profile/data-staging-console')).toMatchObject({ state, detail, mend: expect.stringMatching(mend) })
  })

  test('an assigner in the wrong Region, one that cannot be taken on, and none', async () => {
    const as = (change: Partial<NonNullable<Config['identityCenter']>>) => {
      const changed = { ...config, identityCenter: { ...config.identityCenter!, ...change } }
      return runDoctor(openDoctor(changed, slice.database.db, () => new Date()))
    }
    expect(find(await as({ region: 'eu-west-1' }), 'profile/data-staging-console')).toMatchObject({ state: 'broken', detail: expect.stringContaining('no instance') as string, mend: expect.stringContaining('IDENTITY_CENTER_REGION') as string })
    const absent = await as({ assignerRoleArn: `${assignerRoleArn}-gone` })
    expect(find(absent, 'identity/assigner')).toMatchObject({ state: 'broken', mend: expect.stringContaining('LATCHKEY_ASSIGNER_ROLE_ARN') as string })
    const none = await runDoctor(openDoctor({ ...config, identityCenter: undefined }, slice.database.db, () => new Date()))
    expect(none.some(({ id }) => id === 'identity/assigner')).toBe(false)
    expect(find(none, 'profile/data-staging-console')).toMatchObject({ state: 'broken', mend: expect.stringContaining('Set LATCHKEY_ASSIGNER_ROLE_ARN') as string })
  })

  test('a role whose length is too short', async () => {
    await iam(accounts.sandbox).send(new UpdateRoleCommand({ RoleName: 'sandbox-ci', MaxSessionDuration: 3_600 }))
    const file = path.join(folder, 'long.yaml')
    await writeFile(file, (await readFile('lib/local/demo/catalog.yaml', 'utf8')).replace('maxDurationMinutes: 120, leaseMinutes: 30', 'maxDurationMinutes: 120, leaseMinutes: 90'))
    expect(find(await runDoctor(doctor({ config: { ...config, catalogFile: file } })), 'profile/sandbox-ci')).toMatchObject({ state: 'warn', detail: 'AWS mints 60 minutes at most for this role; the catalogue says 90.' })
  })

  test('an identity provider that does not answer', async () => {
    const issuer = `http://localhost:${await freePort()}`
    const checks = await runDoctor(doctor({ config: { ...config, oidc: config.oidc.map((one) => ({ ...one, issuer, outgoing: { ...one.outgoing, hosts: allowedHosts(issuer, [], []) } })) } }))
    expect(find(checks, 'provider')).toMatchObject({ state: 'broken', detail: 'The provider does not answer.', mend: expect.stringContaining('OIDC_ISSUER') })
    expect(brokenOf(checks)).toEqual(['provider'])
  })

  test('an identity provider in a private network that nobody configured', async () => {
    const oidc = config.oidc.map((one) => ({ ...one, outgoing: { ...one.outgoing, hosts: [{ origin: one.issuer, network: 'public' as const }] } }))
    const { host } = new URL(config.oidc[0]?.issuer ?? '')
    expect(find(await runDoctor(doctor({ config: { ...config, oidc } })), 'provider')).toMatchObject({ state: 'broken', detail: expect.stringContaining('is in a private network') as string, mend: `If that is meant, add ${host} to OUTGOING_PRIVATE_HOSTS.` })
  })

  test('a scope that the provider does not offer, and a claim that it does not list', async () => {
    const checks = await runDoctor(doctor({ config: { ...config, oidc: config.oidc.map((one) => ({ ...one, scopes: 'openid roles', groups: { ...one.groups, claim: 'teams' } })) } }))
    expect(find(checks, 'provider')).toMatchObject({ state: 'broken', detail: 'The provider does not offer the scope roles. The provider does not list the claim "teams" that groups are read from.' })
  })

  test('a migration that is not applied', async () => {
    const migrationsFolder = path.join(folder, 'migrations')
    await cp('prisma/migrations', migrationsFolder, { recursive: true })
    await mkdir(path.join(migrationsFolder, '20990101000000_later'))
    const checks = await runDoctor(doctor(), { migrationsFolder })
    expect(find(checks, 'migrations')).toMatchObject({ state: 'broken', detail: '1 not applied: 20990101000000_later.', mend: expect.stringContaining('npm run migrate') })
  })

  test('a clock that is wrong: AWS would refuse every signature', async () => {
    const checks = await runDoctor(doctor({ clock: () => new Date(Date.now() - 600_000) }))
    expect(find(checks, 'clock')).toMatchObject({ state: 'broken', detail: expect.stringMatching(/AWS is (599|600|601) s ahead of this computer/), mend: expect.stringContaining('NTP') })
  })

  test('a database that does not answer, and nothing else stops', async () => {
    const db = openDatabase(`postgresql://nobody:x@127.0.0.1:${await freePort()}/none`)
    const checks = await runDoctor(doctor({ db }))
    expect(brokenOf(checks)).toEqual(['database', 'migrations'])
    await db.$disconnect()
  })

  test('AWS that answers HTML: each line says so within its time, the rest is as it was', async () => {
    slice.aws.fail({ kind: 'html', times: 100_000 })
    const checks = await runDoctor(doctor())
    slice.aws.clearFaults()
    expect(find(checks, 'provider')?.state).toBe('ok')
    expect(find(checks, 'identity/process')).toMatchObject({ state: 'broken', detail: expect.stringContaining('AWS did not answer in time.') })
  })
})

describe('A proof', () => {
  const pace = { endsAfterMs: 2_000, patienceMs: 5_000, lookEveryMs: 50 }
  const parsed = parseCatalog(readFileSync('lib/local/demo/catalog.yaml', 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const { profiles, accounts: catalogAccounts } = parsed.catalog
  const prove = (id: string, change: Partial<typeof pace> = {}): Promise<ProofReport> => {
    const profile = profiles.find((candidate) => candidate.id === id)!
    return proveProfile({ ...doctor(), prover, pace: { ...pace, ...change } }, { id, ...mintableOf(profile)! }, catalogAccounts.find(({ name }) => name === profile.account)!)
  }
  const failed = (report: ProofReport): string[] => report.steps.filter(({ ok }) => !ok).map(({ step }) => step)
  const inlineNames = async (accountId: string, RoleName: string) => (await iam(accountId).send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []

  test.each([
    ['payments-prod-read', accounts.paymentsProd, 'payments-read', []],
    ['data-staging-analyst', accounts.dataStaging, 'data-analyst', ['read']],
    ['sandbox-admin', accounts.sandbox, 'sandbox-admin', []],
  ])('of %s passes, and leaves nothing behind', async (id, accountId, role, inline) => {
    const report = await prove(id)
    expect(failed(report)).toEqual([])
    expect(report).toMatchObject({ passed: true, profile: id, testPerson: expect.stringMatching(/^latchkey-test-person\+/) })
    expect(report.steps.map(({ step }) => step)).toEqual(['role', 'credentials for the test person', 'credentials for the control', 'the harmless call is allowed', 'a call outside is denied', 'the session is revoked', 'the revoked session is denied', 'the control session still works', 'what was written is taken back', 'credentials for the end', 'before its end access works', 'from its end on access is denied'])
    expect(await inlineNames(accountId, role)).toEqual(inline)
  })

  test('fails where a revocation takes no effect', async () => {
    slice.aws.setIamPropagation(600_000)
    const report = await prove('data-staging-analyst', { patienceMs: 300 })
    slice.aws.setIamPropagation(0)
    expect(failed(report)).toEqual(['the revoked session is denied'])
    expect(report.passed).toBe(false)
  })

  test('fails where the revoker may not write', async () => {
    await iam(accounts.dataStaging).send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
    const report = await prove('data-staging-analyst')
    expect(failed(report)).toContain('the session is revoked')
  })

  test('fails where the role is missing, and says what AWS said', async () => {
    await iam(accounts.dataStaging).send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'read' }))
    await iam(accounts.dataStaging).send(new DeleteRoleCommand({ RoleName }))
    const report = await prove('data-staging-analyst')
    expect(report.steps[0]).toMatchObject({ ok: false, detail: expect.stringContaining('NoSuchEntity') })
    expect(report.passed).toBe(false)
  })
})

describe('The command', () => {
  const run = async (change: Record<string, string>, ...args: string[]): Promise<{ status: number; stdout: string }> => {
    try {
      const env = { PATH: process.env.PATH, NODE_ENV: 'test' as const, ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))), ...environment, ...change }
      return { status: 0, stdout: (await promisify(execFile)(process.execPath, ['app/_server/doctor.ts', ...args], { env })).stdout }
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string }
      return { status: code, stdout }
    }
  }

  test('ends with 0 when nothing is broken, and prints JSON that says so', async () => {
    const { status, stdout } = await run({}, '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, checks: expect.arrayContaining([expect.objectContaining({ id: 'database', state: 'ok', mend: null })]) })
  })

  test('ends with 1 when something is broken, one line each', async () => {
    await cloudtrail().send(new StopLoggingCommand({ Name: 'northwind-org' }))
    const { status, stdout } = await run({})
    expect(status).toBe(1)
    expect(stdout.split('\n')).toContainEqual(expect.stringMatching(/^ {2}BROKEN {2}sandbox .*northwind-org is not logging\..* → aws cloudtrail start-logging --name northwind-org\./))
  })

  test('proves a profile and writes a report that the record’s key has signed', async () => {
    const file = path.join(folder, 'proof.json')
    const { status, stdout } = await run({}, '--prove', 'sandbox-ci', '--out', file)
    expect(stdout).toContain(`Proven.\nThe signed report is in ${file}.`)
    expect(status).toBe(0)
    const signed = JSON.parse(await readFile(file, 'utf8')) as SignedDocument<ProofReport>
    const key = createPublicKey(config.record.signingKey)
    expect(verifyDocument(signed, key)).toBe(true)
    expect(verifyDocument({ ...signed, content: { ...signed.content, profile: 'sandbox-admin' } }, key)).toBe(false)
    expect((await run({}, '--prove', 'nothing')).status).toBe(2)
  }, 60_000)

  test('names every mistake in the configuration', async () => {
    const { status, stdout } = await run({ OIDC_ISSUER: 'nowhere', LATCHKEY_SECRET: 'short' })
    expect(status).toBe(1)
    expect(stdout).toMatch(/OIDC_ISSUER must be/)
    expect(stdout).toMatch(/LATCHKEY_SECRET must be/)
  })
})
