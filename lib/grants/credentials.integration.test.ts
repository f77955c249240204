import { DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateUserCommand, GetUserCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetObjectCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { endGrant } from './end-grant.ts'
import { finishDueGrants } from './finish-grants.ts'
import { type MintedLease, mintLease } from './mint-lease.ts'

let slice: Slice
let maya: Viewer

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  maya = await slice.viewer('maya')
})

const reveal = async (grantId: string, viewer = maya): Promise<MintedLease> => {
  const result = await mintLease(slice.deps, viewer, grantId, 'reveal')
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`)
  return result.lease
}
const settings = ({ credentials, region }: MintedLease) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return { region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, endpoint: slice.aws.url, systemClockOffset: slice.clock.now().getTime() - Date.now() }
}
const describe = (lease: MintedLease) => new EC2Client(settings(lease)).send(new DescribeRegionsCommand({}))

test('credentials of an active grant work with an unmodified SDK, and a call outside the role is denied', async () => {
  const lease = await reveal(await slice.activeGrant(maya, 'payments-prod-read'))
  await expect(describe(lease)).resolves.toMatchObject({ Regions: expect.any(Array) })
  await expect(new EC2Client(settings(lease)).send(new StopInstancesCommand({ InstanceIds: ['i-00000000'] }))).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
})

test('the grant is active only after AWS confirmed it, and says how', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  const grant = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId }, include: { leases: true } })
  expect(grant).toMatchObject({ state: 'active', confirmation: expect.stringContaining('ec2:DescribeRegions'), roleId: expect.stringMatching(/^AROA/) })
  expect(grant.leases).toMatchObject([{ purpose: 'probe', state: 'minted' }])
})

test('every call is denied from the second the grant ends, though the credentials have not expired', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 10)
  const lease = await reveal(grantId)
  const { endsAt } = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
  slice.clock.setTo(new Date(Math.floor((endsAt as Date).getTime() / 1_000) * 1_000 - 1))
  await expect(describe(lease)).resolves.toBeDefined()
  slice.clock.advance(1)
  expect(lease.credentials.expiresAt.getTime()).toBeGreaterThan(slice.clock.now().getTime() + 4 * 60_000)
  await expect(describe(lease)).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
})

test('a lease of the shortest kind outlives a short grant, and is dead all the same', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 5)
  const lease = await reveal(grantId)
  slice.clock.advance(6 * 60_000)
  expect(lease.credentials.expiresAt.getTime()).toBeGreaterThan(slice.clock.now().getTime())
  await expect(describe(lease)).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
})

test('a bucket policy that names the session cannot carry it past the end of the grant', async () => {
  const tom = await slice.viewer('tom')
  const grantId = await slice.activeGrant(tom, 'data-staging-engineer', 10)
  const lease = await reveal(grantId, tom)
  const session = `arn:aws:sts::${lease.accountId}:assumed-role/data-engineer/${lease.sessionName}`
  const s3 = () => new S3Client({ ...settings(lease), forcePathStyle: true })
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: session }, Action: 's3:*', Resource: ['arn:aws:s3:::northwind-warehouse', 'arn:aws:s3:::northwind-warehouse/*'] }],
  })
  await s3().send(new PutBucketPolicyCommand({ Bucket: 'northwind-warehouse', Policy }))
  const read = () => s3().send(new GetObjectCommand({ Bucket: 'northwind-warehouse', Key: 'exports/weekly.csv' }))
  await expect(read()).resolves.toBeDefined()
  slice.clock.advance(11 * 60_000)
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('a lease cannot go on to another role, nor write to managed roles, even as administrator', async () => {
  const lease = await reveal(await slice.activeGrant(maya, 'sandbox-admin'))
  const sts = new STSClient(settings(lease))
  const onward = sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::503344556677:role/latchkey/sandbox-builder', RoleSessionName: 'onward' }))
  await expect(onward).rejects.toMatchObject({ name: 'AccessDenied' })
  const iam = new IAMClient(settings(lease))
  const widen = iam.send(new PutRolePolicyCommand({ RoleName: 'sandbox-builder', PolicyName: 'wide', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }) }))
  await expect(widen).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) })
  await expect(iam.send(new CreateUserCommand({ UserName: 'left-behind' }))).resolves.toBeDefined()
})

test('a lease carries person and grant as session name and source identity, and only fixed tags', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  const lease = await reveal(grantId)
  expect(lease.sessionName).toMatch(/^maya\.chen\+[0-9A-Z]{10}$/)
  await describe(lease)
  const { endsAt } = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
  const found = await slice.deps.trailReader.lookupByUsername({ accountId: lease.accountId, region: lease.region, username: lease.sessionName, from: new Date(slice.clock.now().getTime() - 3_600_000), to: endsAt as Date })
  if (!found.ok) throw new Error(found.message)
  const record = JSON.parse(found.page.events[0]?.body ?? '{}') as { userIdentity: { sessionContext: { sourceIdentity: string } } }
  expect(record.userIdentity.sessionContext.sourceIdentity).toBe(lease.sessionName)
})

test('ending a grant early stops minting in the same second, and the page can say when the credentials die', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 120)
  const lease = await reveal(grantId)
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: true, credentialsDeadAt: lease.credentials.expiresAt })
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: false, code: 'ended', message: expect.stringContaining('you ended it') })
  expect(await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).toMatchObject({ state: 'ending', endReason: 'relinquished' })
  slice.clock.advance(61 * 60_000)
  await finishDueGrants(slice.deps)
  expect(await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).toMatchObject({ state: 'ended', endReason: 'relinquished' })
})

test('after the end the refusal names the end', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 5)
  slice.clock.advance(6 * 60_000)
  const { endsAt } = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
  const told = (endsAt as Date).toISOString().slice(0, 16).replace('T', ' ')
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: false, code: 'ended', message: expect.stringContaining(told) })
})

test('somebody else never gets the credentials of a grant, whatever their roles', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  for (const id of ['tom', 'ana', 'rosa', 'amir', 'lena', 'sam', 'olga']) {
    const other = await slice.viewer(id)
    expect(await mintLease(slice.deps, other, grantId, 'reveal')).toMatchObject({ ok: false, code: 'not_found' })
  }
})

test('a holder who left the group gets no credentials, and the grant ends', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  const without = await slice.viewer('maya', ['audit'])
  expect(await mintLease(slice.deps, without, grantId, 'reveal')).toMatchObject({ ok: false, code: 'no_longer_eligible' })
  expect(await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })).toMatchObject({ state: 'ended', endReason: 'revoked' })
})

test('a profile that asks for a fresh authentication mints nothing without one, before AWS or the database is touched', async () => {
  const grantId = await slice.activeGrant(maya, 'sandbox-builder')
  const { definition } = await slice.database.owner.accessProfile.findUniqueOrThrow({ where: { id: 'sandbox-builder' } })
  const set = (next: object) => slice.database.owner.accessProfile.update({ where: { id: 'sandbox-builder' }, data: { definition: next } })
  await set({ ...(definition as object), freshAuthentication: { reveal: { maxAgeMinutes: 10, acrValues: ['phr'] } } })
  const now = slice.clock.now()
  const as = async (authentication: Viewer['authentication']): Promise<string> => {
    const result = await mintLease(slice.deps, { ...maya, authentication }, grantId, 'reveal')
    return result.ok ? 'ok' : result.code
  }
  try {
    expect(await as(undefined)).toBe('fresh_authentication')
    expect(await as({ authenticatedAt: now, acr: 'pwd' })).toBe('fresh_authentication')
    expect(await as({ authenticatedAt: new Date(now.getTime() - 600_000), acr: 'phr' })).toBe('fresh_authentication')
    expect(await slice.database.db.lease.count({ where: { grantId, purpose: 'reveal' } })).toBe(0)
    expect(await as({ authenticatedAt: now, acr: 'phr' })).toBe('ok')
  } finally {
    await set(definition as object)
  }
})

test('the lease row is there before AWS is asked, and no answer from AWS leaves it as unknown', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  slice.aws.fail({ service: 'sts', action: 'AssumeRole', times: 9, kind: 'html', status: 500 })
  const result = await mintLease(slice.deps, maya, grantId, 'reveal')
  slice.aws.clearFaults()
  expect(result).toMatchObject({ ok: false, code: 'aws', message: 'AWS did not answer in time.' })
  expect(await slice.deps.db.lease.findMany({ where: { grantId, purpose: 'reveal' } })).toMatchObject([{ state: 'unknown', accessKeyId: null, mayLiveUntil: expect.any(Date) }])
})

test('no secret of any lease is anywhere in the database', async () => {
  const grantId = await slice.activeGrant(maya, 'sandbox-builder')
  const { credentials } = await reveal(grantId)
  const tables = await slice.database.owner.$queryRaw<{ name: string }[]>`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`
  const rows = await Promise.all(tables.map(({ name }) => slice.database.owner.$queryRawUnsafe<{ text: string }[]>(`SELECT t::text AS text FROM ${name} t`)))
  const dump = rows.flat().map((row) => row.text).join('\n')
  expect(dump).toContain(credentials.accessKeyId)
  for (const secret of [credentials.secretAccessKey, credentials.sessionToken]) {
    expect(dump.includes(secret)).toBe(false)
    expect(dump.includes(Buffer.from(secret).toString('hex'))).toBe(false)
  }
})

test('a scope widened in the catalogue after the approval does not widen the leases of a grant that was approved before', async () => {
  const { db } = slice.deps
  const holder = await slice.viewer('priya')
  const grantId = await slice.activeGrant(holder, 'payments-prod-read')
  const profile = await db.accessProfile.findUniqueOrThrow({ where: { id: 'payments-prod-read' } })
  const definition = structuredClone(profile.definition) as { access: { scope: { actions: string[]; resources: string[] }[] } }
  definition.access.scope = [{ actions: ['*'], resources: ['*'] }]
  await db.accessProfile.update({ where: { id: profile.id }, data: { definition } })
  try {
    const iam = new IAMClient(settings(await reveal(grantId, holder)))
    // The role itself may read IAM users; the scope that was approved names only `iam:List*`.
    await expect(iam.send(new GetUserCommand({ UserName: 'nobody' }))).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) })
  } finally {
    await db.accessProfile.update({ where: { id: profile.id }, data: { definition: profile.definition ?? {} } })
  }
})

test('credentials that AWS issued while their grant was ended are handed to nobody, and the record names their key', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  slice.aws.setLatency(300)
  const minting = mintLease(slice.deps, maya, grantId, 'reveal')
  await expect.poll(() => slice.deps.db.lease.count({ where: { grantId, purpose: 'reveal' } })).toBe(1)
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: true })
  expect(await minting).toMatchObject({ ok: false, code: 'ended' })
  slice.aws.setLatency(0)
  const [lease] = await slice.deps.db.lease.findMany({ where: { grantId, purpose: 'reveal' } })
  expect(lease).toMatchObject({ state: 'minted', accessKeyId: expect.stringMatching(/^ASIA/) })
  expect(await slice.deps.db.recordEntry.count({ where: { grantId, kind: 'lease.minted' } })).toBe(2)
})
