import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { accounts, demoOrganisation } from '#lib/local/demo/organisation.ts'
import { isRevocation, revocationDocument, revocationName } from './revocation-policy.ts'
import { openRevoker } from './revoker.ts'

const now = new Date()
const soon = new Date(now.getTime() + 900_000)
const roleArn = `arn:aws:iam::${accounts.dataStaging}:role/latchkey/data-analyst`
const RoleName = 'data-analyst'
const key = { accessKeyId: 'AKIATESTREVOKERADMIN', secretAccessKey: 'secret-of-the-tests' }
const settings = { region: 'us-east-1', issuerRoleArn: undefined, readerRoleArn: undefined, revokerRoleArn: undefined, memberReaderRoleName: '', memberRevokerRoleName: '', federationEndpoint: '', managedRolePath: '/latchkey/' }

let aws: LocalAws
let admin: IAMClient
let roleId: string
const provider = async () => key
const revoker = () => openRevoker(settings, { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } })
const names = async (): Promise<string[]> => (await admin.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []

beforeAll(async () => {
  const organisation = demoOrganisation({ issuer: 'http://localhost:1', jwks: { keys: [] } })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accounts.dataStaging}:root` }, Action: 'sts:AssumeRole' }] }
  aws = await startLocalAws({
    seed: {
      ...organisation,
      accounts: organisation.accounts.map((account) => ({
        ...account,
        roles: account.roles?.map((role) => (role.name === RoleName ? { ...role, trust } : role)),
        users: account.id === accounts.dataStaging ? [{ name: 'admin', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id: key.accessKeyId, secret: key.secretAccessKey }] }] : [],
      })),
    },
  })
  process.env.AWS_ENDPOINT_URL = aws.url
  admin = new IAMClient({ region: 'us-east-1', credentials: key })
})
beforeEach(() => aws.wipe())
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL
  await aws.close()
})

async function session(RoleSessionName: string): Promise<{ works(): Promise<boolean>; userId: string }> {
  const { Credentials, AssumedRoleUser } = await new STSClient({ region: 'us-east-1', credentials: key }).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName }))
  const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  const userId = AssumedRoleUser!.AssumedRoleId!
  roleId = userId.split(':')[0]!
  const works = () => new S3Client({ region: 'us-east-1', credentials, forcePathStyle: true }).send(new ListBucketsCommand({})).then(() => true, () => false)
  return { works, userId }
}

test('one session is cut off, another of the same role is not, and lifting gives it back', async () => {
  const [maya, mayala] = [await session('maya+1'), await session('maya+12')]
  expect(await revoker().revoke(roleArn, { userId: maya.userId, until: soon }, now)).toMatchObject({ ok: true, pruned: [] })
  expect([await maya.works(), await mayala.works()]).toEqual([false, true])
  expect(await revoker().lift(roleArn, maya.userId)).toMatchObject({ ok: true, removed: [expect.stringContaining('latchkey-revoked+')] })
  expect([await maya.works(), await mayala.works(), await names()]).toEqual([true, true, ['read']])
})

test('twice is once, a later end replaces an earlier one, and two at the same time lose neither', async () => {
  const [one, two] = [await session('maya+1'), await session('ben+2')]
  await Promise.all([revoker().revoke(roleArn, { userId: one.userId, until: soon }, now), revoker().revoke(roleArn, { userId: two.userId, until: soon }, now), revoker().revoke(roleArn, { userId: one.userId, until: soon }, now)])
  expect(await names()).toHaveLength(3)
  await revoker().revoke(roleArn, { userId: one.userId, until: new Date(soon.getTime() + 60_000) }, now)
  expect(await names()).toHaveLength(3)
  expect([await one.works(), await two.works()]).toEqual([false, false])
})

test('what has expired is pruned, what others wrote is kept to the letter', async () => {
  const foreign = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }] })
  for (const PolicyName of ['AWSRevokeOlderSessions', 'latchkey-revoked', 'latchkey-revoked+soon+abc']) await admin.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: foreign }))
  const old = await session('old+1')
  await revoker().revoke(roleArn, { userId: old.userId, until: soon }, now)
  const later = new Date(soon.getTime() + 1_000)
  expect(await revoker().revoke(roleArn, { userId: `${roleId}:new+2`, until: new Date(later.getTime() + 900_000) }, later)).toMatchObject({ ok: true, pruned: [revocationName({ userId: old.userId, until: soon })] })
  expect(await revoker().prune(roleArn, later)).toEqual({ ok: true, removed: [] })
  expect(await names()).toHaveLength(5)
  const kept = await admin.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'AWSRevokeOlderSessions' }))
  expect(decodeURIComponent(kept.PolicyDocument!)).toBe(foreign)
})

test('a role without room says so, and what was expired makes room', async () => {
  const filler = (count: number) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: Array.from({ length: count }, (_, index) => `s3:Nothing${index}`), Resource: '*' }] })
  await admin.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'filler', PolicyDocument: filler(580) }))
  let last = 0
  for (let index = 0; ; index += 1) {
    const answer = await revoker().revoke(roleArn, { userId: `AROAX:somebody+${index}`, until: soon }, now)
    if (answer.ok) continue
    expect(answer).toMatchObject({ code: 'invalid', awsCode: expect.stringContaining('LimitExceeded'), retryable: false })
    last = index
    break
  }
  expect(last).toBeGreaterThan(0)
  const later = new Date(soon.getTime() + 1_000)
  expect(await revoker().revoke(roleArn, { userId: 'AROAX:somebody+next', until: new Date(later.getTime() + 900_000) }, later)).toMatchObject({ ok: true })
  expect(await names()).toHaveLength(3)
})

test('only a policy that denies one session, and says so in its name, is a revocation', () => {
  const revocation = { userId: 'AROAX:maya+1', until: soon }
  const name = revocationName(revocation)
  const document = revocationDocument(revocation)
  expect(name).toMatch(/^[\w+=,.@-]{1,128}$/)
  expect(isRevocation({ name, document })).toBe(true)
  expect(isRevocation({ name: 'other', document })).toBe(false)
  expect(isRevocation({ name, document: revocationDocument({ userId: 'AROAX:ben+2' }) })).toBe(false)
  expect(isRevocation({ name, document: { ...document, Statement: [...(document as { Statement: unknown[] }).Statement, { Effect: 'Allow', Action: '*', Resource: '*' }] } })).toBe(false)
})
