import { AttachRolePolicyCommand, CreatePolicyVersionCommand, DeleteRolePermissionsBoundaryCommand, GetRoleCommand, IAMClient, PutRolePermissionsBoundaryCommand, PutRolePolicyCommand, SetDefaultPolicyVersionCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { CloudTrailClient, GetTrailCommand, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { composeSessionPolicy } from '#lib/grants/session-policy.ts'
import { evaluateAccess } from '#lib/iam/evaluate.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { applyTemplate } from '#lib/local/aws/cloudformation/apply.ts'
import { completeContext, resolve } from '#lib/local/aws/cloudformation/resolve.ts'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { mintableOf } from '../access-kinds.ts'
import { parseCatalog } from '../parse-catalog.ts'
import { emergencyTemplate } from './emergency.ts'
import { hubTemplate } from './hub.ts'
import { memberTemplate } from './member.ts'
import { organizationTemplate } from './organization.ts'
import type { Template } from './template.ts'
import { trailTemplate } from './trail.ts'
import { writeTemplate } from './write-template.ts'

const hub = '111111111111'
const member = '222222222222'
const vendor = '444444444444'
const names = { managedRolePath: '/latchkey/', memberReaderRole: 'latchkey/latchkey-reader', memberRevokerRole: 'latchkey/latchkey-revoker' }
const source = `
version: 1
accounts:
  - { id: "${member}", name: shop, environment: production, region: us-east-1 }
profiles:
  - id: shop-files
    title: Shop, files
    description: Reads and lists the files of the shop.
    account: shop
    useCase: developer
    riskTier: medium
    access:
      kind: sts_role
      role: latchkey/shop-files
      externalId: shop-7
      scope:
        - { actions: ["s3:ListAllMyBuckets", "s3:GetObject"] }
      expected: { inlinePolicies: [files], boundary: "arn:aws:iam::${member}:policy/latchkey/shop-files-boundary" }
    limits: { maxDurationMinutes: 60 }
    request: { groups: [shop] }
    approval: { approvers: [leads] }
    proof: { call: "s3:ListAllMyBuckets" }
  - id: shop-admin
    title: Shop, administrator
    description: Everything in the shop.
    account: shop
    useCase: developer
    riskTier: high
    access:
      kind: sts_role
      role: latchkey/shop-admin
      expected: { managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"], boundary: "arn:aws:iam::${member}:policy/latchkey/shop-admin-boundary" }
    limits: { maxDurationMinutes: 60 }
    request: { groups: [shop] }
    approval: { approvers: [leads] }
    proof: { call: "s3:ListAllMyBuckets" }
  - id: shop-vendor
    title: Shop, carrier
    description: Lets the carrier read the files of the shop.
    account: shop
    useCase: third_party
    riskTier: medium
    access:
      kind: third_party_trust
      role: latchkey/shop-carrier
      vendorAccount: "${vendor}"
      scope:
        - { actions: ["s3:ListAllMyBuckets"] }
    limits: { maxDurationMinutes: 60 }
    request: { groups: [shop] }
    approval: { approvers: [leads] }
`
const parsed = parseCatalog(source)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { catalog } = parsed

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
const administrator = (accountId: string): Keys => ({ accessKeyId: `AKIA${accountId}TEST`, secretAccessKey: `secret-of-the-tests-${accountId}` })
const portal: Keys = { accessKeyId: 'AKIAPORTALPORTAL0000', secretAccessKey: 'secret-of-the-portal' }
const role = (accountId: string, path: string): string => `arn:aws:iam::${accountId}:role/${path}`
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const admin = (id: string) => ({ name: 'administrator', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id: administrator(id).accessKeyId, secret: administrator(id).secretAccessKey }] })

const logKey = `AWSLogs/${member}/CloudTrail/us-east-1/2026/11/23/x.json.gz`

let aws: LocalAws
const settings = (credentials: Keys) => ({ endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 })

beforeAll(async () => {
  const unmanaged = { name: 'deploy', inline: { all: everything }, trust: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${hub}:root` }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] }] } }
  aws = await startLocalAws({
    seed: {
      accounts: [
        { id: hub, name: 'hub', users: [admin(hub), { name: 'portal', keys: [{ id: portal.accessKeyId, secret: portal.secretAccessKey }] }] },
        { id: member, name: 'shop', users: [admin(member)], roles: [unmanaged], secrets: [{ name: 'shop/key', value: 'hush' }] },
        { id: vendor, name: 'carrier', users: [admin(vendor)] },
      ],
      buckets: ['shop-logs', 'shop-orders'].map((name) => ({ name, accountId: member, objects: { [logKey]: '{}', 'orders.csv': 'id' } })),
    },
  })
  await applyTemplate(aws.url, administrator(hub), hubTemplate(catalog, names), { accountId: hub, region: 'us-east-1', parameters: { PortalPrincipalArn: `arn:aws:iam::${hub}:user/portal` } })
  const made = memberTemplate(catalog, catalog.accounts[0]!, names)
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  await applyTemplate(aws.url, administrator(member), made.template, { accountId: member, region: 'us-east-1', parameters: { HubAccountId: hub, LogBucketName: 'shop-logs', LogQueueArn: `arn:aws:sqs:us-east-1:${member}:shop-logs` } })
})
afterAll(() => aws.close())

async function assume(credentials: Keys, RoleArn: string, more: Partial<ConstructorParameters<typeof AssumeRoleCommand>[0]> = {}): Promise<Keys> {
  const { Credentials } = await new STSClient(settings(credentials)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'latchkey', ...more }))
  return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
}
const identity = (name: 'issuer' | 'hub-reader' | 'hub-revoker'): Promise<Keys> => assume(portal, role(hub, `latchkey/latchkey-${name}`))
const memberReader = async (): Promise<Keys> => assume(await identity('hub-reader'), role(member, names.memberReaderRole))
const memberRevoker = async (): Promise<Keys> => assume(await identity('hub-revoker'), role(member, names.memberRevokerRole))
const lease = { RoleSessionName: 'maya+0123456789', SourceIdentity: 'maya+0123456789', Tags: [{ Key: 'latchkey:grant', Value: 'G-1' }], ExternalId: 'shop-7' }
const ofProfile = (index: number) => JSON.stringify(composeSessionPolicy(mintableOf(catalog.profiles[index]!)!.access, new Date(Date.now() + 600_000), '/latchkey/'))
const filesRole = role(member, 'latchkey/shop-files')
const denied = { name: expect.stringMatching(/^AccessDenied/) }

test('what the templates made carries a whole grant: minted, its call allowed, another denied', async () => {
  const keys = await assume(await identity('issuer'), filesRole, { ...lease, Policy: ofProfile(0) })
  await expect(new S3Client({ ...settings(keys), forcePathStyle: true }).send(new ListBucketsCommand({}))).resolves.toBeDefined()
  await expect(new SecretsManagerClient(settings(keys)).send(new GetSecretValueCommand({ SecretId: 'shop/key' }))).rejects.toMatchObject(denied)
})

describe('The trust of a managed role', () => {
  const without = (field: keyof typeof lease) => Object.fromEntries(Object.entries(lease).filter(([name]) => name !== field))
  test.each([
    ['without a source identity', () => without('SourceIdentity')],
    ['without the external id', () => without('ExternalId')],
    ['with another external id', () => ({ ...lease, ExternalId: 'shop-8' })],
    ['with a source identity that names no grant', () => ({ ...lease, SourceIdentity: 'maya' })],
    ["with tags that are not Latchkey's", () => ({ ...lease, Tags: [{ Key: 'team', Value: 'admins' }] })],
  ])('refuses the issuer %s', async (_, input) => {
    await expect(assume(await identity('issuer'), filesRole, input())).rejects.toMatchObject(denied)
  })
  test('refuses everybody else, the portal’s other identities and the account’s administrator included', async () => {
    for (const keys of [await identity('hub-reader'), await identity('hub-revoker'), await memberRevoker(), administrator(member), administrator(hub)]) {
      await expect(assume(keys, filesRole, lease)).rejects.toMatchObject(denied)
    }
  })
})

describe('A stolen identity of the portal', () => {
  const thieves: [string, () => Promise<Keys>][] = [['issuer', () => identity('issuer')], ['hub reader', () => identity('hub-reader')], ['hub revoker', () => identity('hub-revoker')], ['reader', memberReader], ['revoker', memberRevoker]]
  const RoleName = 'shop-files'
  const boundary = `arn:aws:iam::${member}:policy/latchkey/shop-files-boundary`
  const abuses: [string, (iam: IAMClient, keys: Keys) => Promise<unknown>][] = [
    ['widen a managed role', (iam) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }))],
    ['open a managed role to others', (iam) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }) }))],
    ['write a new version of a boundary', (iam) => iam.send(new CreatePolicyVersionCommand({ PolicyArn: boundary, PolicyDocument: JSON.stringify(everything), SetAsDefault: true }))],
    ['choose a version of a boundary', (iam) => iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: boundary, VersionId: 'v1' }))],
    ['take a boundary off', (iam) => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))],
    ['put another boundary on', (iam) => iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }))],
    ['widen itself', (iam) => iam.send(new PutRolePolicyCommand({ RoleName: 'latchkey-revoker', PolicyName: 'more', PolicyDocument: JSON.stringify(everything) }))],
    ['widen an unmanaged role', (iam) => iam.send(new PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'more', PolicyDocument: JSON.stringify(everything) }))],
    ['take on an unmanaged role', (_, keys) => assume(keys, role(member, 'deploy'), { SourceIdentity: 'thief+1' })],
    ['read a secret', (_, keys) => new SecretsManagerClient(settings(keys)).send(new GetSecretValueCommand({ SecretId: 'shop/key' }))],
  ]
  describe.each(thieves)('the %s', (_, steal) => {
    test.each(abuses)('cannot %s', async (__, abuse) => {
      const keys = await steal()
      await expect(abuse(new IAMClient(settings(keys)), keys)).rejects.toMatchObject(denied)
    })
  })

  test('the issuer cannot become reader or revoker', async () => {
    for (const name of [names.memberReaderRole, names.memberRevokerRole]) await expect(assume(await identity('issuer'), role(member, name))).rejects.toMatchObject(denied)
  })

  test('what the revoker writes onto a managed role can only narrow it: the boundary holds', async () => {
    const iam = new IAMClient(settings(await memberRevoker()))
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: JSON.stringify(everything) }))
    const keys = await assume(await identity('issuer'), filesRole, lease)
    await expect(new SecretsManagerClient(settings(keys)).send(new GetSecretValueCommand({ SecretId: 'shop/key' }))).rejects.toMatchObject(denied)
  })

  test('an administrator’s lease cannot touch managed roles, even without its session policy', async () => {
    const iam = new IAMClient(settings(await assume(await identity('issuer'), role(member, 'latchkey/shop-admin'), lease)))
    await expect(iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: JSON.stringify(everything) }))).rejects.toMatchObject(denied)
  })
})

describe('The reader of log files', () => {
  const s3 = async () => new S3Client({ ...settings(await memberReader()), forcePathStyle: true })
  const get = async (Bucket: string, Key: string) => (await s3()).send(new GetObjectCommand({ Bucket, Key }))
  test('reads the log files of its bucket, nothing else in it, and no other bucket', async () => {
    expect((await (await s3()).send(new ListObjectsV2Command({ Bucket: 'shop-logs', Prefix: 'AWSLogs/' }))).KeyCount).toBe(1)
    expect(await (await get('shop-logs', logKey)).Body!.transformToString()).toBe('{}')
    await expect(get('shop-logs', 'orders.csv')).rejects.toMatchObject(denied)
    await expect(get('shop-orders', logKey)).rejects.toMatchObject(denied)
    await expect((await s3()).send(new ListObjectsV2Command({ Bucket: 'shop-orders' }))).rejects.toMatchObject(denied)
  })
  test('receives and deletes messages of its queue, sends none, and knows no other queue', async () => {
    const owner = new SQSClient(settings(administrator(member)))
    const [QueueUrl, other] = await Promise.all(['shop-logs', 'shop-orders'].map(async (QueueName) => (await owner.send(new CreateQueueCommand({ QueueName }))).QueueUrl!))
    await owner.send(new SendMessageCommand({ QueueUrl, MessageBody: 'new' }))
    const sqs = new SQSClient(settings(await memberReader()))
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]!.ReceiptHandle! }))
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'mine' }))).rejects.toMatchObject(denied)
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: other }))).rejects.toMatchObject(denied)
  })
  test('may do none of it where nothing was given, and decrypt with the one key that was', () => {
    const template = memberTemplate(catalog, catalog.accounts[0]!, names)
    if (!template.ok) throw new Error('not made')
    const policiesWith = (parameters: Record<string, string>) => {
      const context = completeContext(template.template, { accountId: member, region: 'us-east-1', parameters: { HubAccountId: hub, ...parameters } })
      return resolve(template.template.Resources.Reader!.Properties.Policies, context, new Map()) as { PolicyName: string; PolicyDocument: { Statement: unknown[] } }[]
    }
    expect(policiesWith({}).map(({ PolicyName }) => PolicyName)).toEqual(['read'])
    const LogKeyArn = `arn:aws:kms:us-east-1:${member}:key/1`
    expect(policiesWith({ LogKeyArn })[1]).toEqual({ PolicyName: 'log-key', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: LogKeyArn }] } })
  })
})

describe('The bucket of the trail', () => {
  const reader = role(member, names.memberReaderRole)
  const ask = (ReaderRoleArn: string, action: string, resource: string, arn = reader): string => {
    const template = trailTemplate(undefined)
    const context = { accountId: hub, region: 'us-east-1', parameters: { BucketName: 'shop-trail-files', ReaderRoleArn } }
    // What the bucket's policy says alone: within one account it is enough.
    return decideOn(template, 'BucketPolicy', 'PolicyDocument', context, { principal: { kind: 'assumed-role', arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/s`, accountId: member, roleArn: arn, userId: 'AROAX:s' }, action, resource: `arn:aws:s3:::shop-trail-files${resource}`, resourceAccountId: member, context: { 'aws:SecureTransport': 'true' } })
  }
  test.each([
    ['the reader lists', reader, 's3:ListBucket', '', true],
    ['the reader reads a log file', reader, 's3:GetObject', `/org/${logKey}`, true],
    ['the reader writes', reader, 's3:PutObject', `/${logKey}`, false],
    ['somebody else of its account', role(member, 'other'), 's3:ListBucket', '', false],
  ])('%s', (_, arn, action, resource, allowed) => {
    expect(ask(reader, action, resource, arn)).toBe(allowed ? 'allowed' : 'implicitDeny')
    expect(ask('', action, resource)).toBe('implicitDeny')
  })
})

describe('The role of a vendor', () => {
  const carrier = { RoleName: 'shop-carrier' }
  const opened = (principal: string) => ({ Version: '2012-10-17', Statement: [...closed.Statement, { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }] })
  const closed = { Version: '2012-10-17', Statement: [{ Sid: 'Others', Effect: 'Deny', Principal: { AWS: '*' }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'], Condition: { StringNotEquals: { 'aws:PrincipalAccount': vendor } } }] }
  const takeOn = (keys: Keys) => assume(keys, role(member, 'latchkey/shop-carrier'))

  test('is made with its boundary and closed to everybody: vendor, issuer, administrator', async () => {
    const { Role } = await new IAMClient(settings(administrator(member))).send(new GetRoleCommand(carrier))
    expect(Role).toMatchObject({ PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${member}:policy/latchkey/shop-carrier-boundary` }, MaxSessionDuration: 3_600 })
    expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toEqual(closed)
    for (const keys of [administrator(vendor), await identity('issuer'), administrator(member)]) await expect(takeOn(keys)).rejects.toMatchObject(denied)
  })
  test('the revoker may let the vendor in, and the standing statement keeps everybody else out', async () => {
    const iam = new IAMClient(settings(await memberRevoker()))
    const open = (principal: string) => iam.send(new UpdateAssumeRolePolicyCommand({ ...carrier, PolicyDocument: JSON.stringify(opened(principal)) }))
    await open(`arn:aws:iam::${vendor}:root`)
    const keys = await takeOn(administrator(vendor))
    await expect(new S3Client({ ...settings(keys), forcePathStyle: true }).send(new ListBucketsCommand({}))).resolves.toBeDefined()
    await expect(takeOn(keys)).rejects.toMatchObject(denied)
    await open('*')
    await expect(takeOn(administrator(hub))).rejects.toMatchObject(denied)
    await iam.send(new UpdateAssumeRolePolicyCommand({ ...carrier, PolicyDocument: JSON.stringify(closed) }))
  })
})

describe('The trail', () => {
  const parameters = { BucketName: 'shop-trail-files' }
  const context = { accountId: member, region: 'us-east-1', parameters }
  test('is of every Region, validated, and logging', async () => {
    await applyTemplate(aws.url, administrator(member), trailTemplate(undefined), context)
    const cloudtrail = new CloudTrailClient(settings(administrator(member)))
    expect((await cloudtrail.send(new GetTrailCommand({ Name: 'latchkey' }))).Trail).toMatchObject({ IsMultiRegionTrail: true, LogFileValidationEnabled: true, IncludeGlobalServiceEvents: true, S3BucketName: 'shop-trail-files' })
    expect(await cloudtrail.send(new GetTrailStatusCommand({ Name: 'latchkey' }))).toMatchObject({ IsLogging: true })
  })
  test.each([
    ['this trail', 'latchkey', member, 'allowed'],
    ['another trail', 'other', member, 'implicitDeny'],
    ['another account’s trail', 'latchkey', hub, 'implicitDeny'],
  ] as const)('its bucket takes files from %s: %#', (_, trail, accountId, decision) => {
    expect(decideOn(trailTemplate(undefined), 'BucketPolicy', 'PolicyDocument', context, {
      principal: { kind: 'service', arn: 'cloudtrail.amazonaws.com', accountId: '', userId: '' },
      action: 's3:PutObject',
      resource: `arn:aws:s3:::shop-trail-files/AWSLogs/${member}/CloudTrail/us-east-1/2026/01/01/x.json.gz`,
      resourceAccountId: member,
      context: { 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${accountId}:trail/${trail}`, 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SecureTransport': 'true' },
    })).toBe(decision)
  })
})

describe('The resource control policy', () => {
  const context = { accountId: '333333333333', region: 'us-east-1', parameters: { HubAccountId: hub, TargetIds: 'r-1' } }
  const ask = (caller: string, target: string, accountId = member) =>
    decideOn(organizationTemplate(catalog, names), 'ManagedRoles', 'Content', context, {
      principal: { kind: 'assumed-role', arn: `arn:aws:sts::${hub}:assumed-role/${caller.split('/').at(-1)}/s`, accountId: hub, roleArn: role(hub, caller), userId: 'AROAX:s' },
      action: 'sts:AssumeRole',
      resource: role(accountId, target),
      resourceAccountId: accountId,
      context: { 'aws:PrincipalIsAWSService': 'false' },
    })
  test.each([
    ['anybody', 'deploy', 'latchkey/shop-files', 'explicitDeny'],
    ['the issuer', 'latchkey/latchkey-issuer', 'latchkey/shop-files', 'open'],
    ['the issuer', 'latchkey/latchkey-issuer', 'latchkey/latchkey-revoker', 'explicitDeny'],
    ['the hub revoker', 'latchkey/latchkey-hub-revoker', 'latchkey/latchkey-revoker', 'open'],
    ['anybody', 'deploy', 'other/role', 'open'],
  ])('%s (%s) on %s: %s', (_, caller, target, expected) => {
    const decision = ask(caller, target)
    expect(decision === 'explicitDeny' ? decision : 'open').toBe(expected)
  })
  test.each([
    ['the vendor', vendor, 'latchkey/shop-carrier', 'third_party_trust', 'open'],
    ['the vendor', vendor, 'latchkey/shop-files', 'sts_role', 'explicitDeny'],
    ['another account', '555555555555', 'latchkey/shop-carrier', 'third_party_trust', 'explicitDeny'],
    ['the issuer', hub, 'latchkey/shop-carrier', 'third_party_trust', 'explicitDeny'],
  ])('lets only vendors of the catalogue to their roles: %s (%s) on %s', (_, accountId, target, kind, expected) => {
    const name = accountId === hub ? 'latchkey/latchkey-issuer' : 'somebody'
    const decision = decideOn(organizationTemplate(catalog, names), 'ManagedRoles', 'Content', context, {
      principal: { kind: 'assumed-role', arn: `arn:aws:sts::${accountId}:assumed-role/${name.split('/').at(-1)}/s`, accountId, roleArn: role(accountId, name), userId: 'AROAX:s' },
      action: 'sts:AssumeRole',
      resource: role(member, target),
      resourceAccountId: member,
      context: { 'aws:PrincipalIsAWSService': 'false', 'aws:ResourceTag/latchkey:kind': kind },
    })
    expect(decision === 'explicitDeny' ? decision : 'open').toBe(expected)
  })
  test('leaves the hub’s own roles to their trust', () => {
    expect(ask('portal', 'latchkey/latchkey-issuer', hub)).not.toBe('explicitDeny')
  })
})

describe('The emergency role', () => {
  const sealed = `arn:aws:iam::${member}:user/emergency`
  const context = { accountId: member, region: 'us-east-1', parameters: { EmergencyPrincipalArn: sealed, ManagedPolicyArns: 'arn:aws:iam::aws:policy/PowerUserAccess' } }
  const template = emergencyTemplate(catalog.accounts[0]!)
  const fresh = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'sts:SourceIdentity': 'lena.fischer' }
  test.each([
    ['the sealed user with a fresh second factor and a name', sealed, fresh, 'allowed'],
    ['somebody else', `arn:aws:iam::${member}:user/other`, fresh, 'implicitDeny'],
    ['without a second factor', sealed, { 'sts:SourceIdentity': 'lena.fischer' }, 'implicitDeny'],
    ['with one of more than an hour ago', sealed, { ...fresh, 'aws:MultiFactorAuthAge': '3601' }, 'implicitDeny'],
    ['without a source identity', sealed, { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' }, 'implicitDeny'],
  ])('is taken on as it says: %s', (_, arn, keys, expected) => {
    const decision = decideOn(template, 'LatchkeyEmergency', 'AssumeRolePolicyDocument', context, {
      principal: { kind: 'user', arn, accountId: member, userId: 'AIDAX' },
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${member}:role/latchkey-emergency/latchkey-emergency`,
      resourceAccountId: member,
      context: keys,
    })
    expect(decision).toBe(expected)
  })
  test('lies where the organisation’s policy keeps nobody out, has its boundary and lasts an hour', () => {
    expect(template.Resources.LatchkeyEmergency!.Properties).toMatchObject({ Path: '/latchkey-emergency/', MaxSessionDuration: 3_600, PermissionsBoundary: { Ref: 'LatchkeyEmergencyBoundary' } })
    expect(writeTemplate('emergency', { source, names, account: 'shop', format: 'yaml' })).toMatchObject({ ok: true })
  })
})

function decideOn(template: Template, id: string, field: string, context: Parameters<typeof resolve>[1], request: Parameters<typeof evaluateAccess>[0]): string {
  const made = new Map([['Bucket', { ref: 'shop-trail-files', arn: '' }]])
  const document = parsePolicy(resolve(template.Resources[id]!.Properties[field], completeContext(template, context), made), field === 'AssumeRolePolicyDocument' ? 'trust' : 'resource')
  if (!document.ok) throw new Error(document.message)
  return evaluateAccess(request, { identity: [], resource: { name: id, document: document.document } }).decision
}

describe('A catalogue that leaves something open', () => {
  const write = (text: string) => writeTemplate('member', { source: text, names, format: 'json' })
  test.each([
    ['a role outside the managed path', (text: string) => text.replaceAll('role: latchkey/shop-admin', 'role: teams/shop-admin'), /^line \d+, profiles\[1\]\.access\.role: must lie under latchkey\//],
    ['an inline policy that nobody described', (text: string) => text.replace(/ +scope:\n.*\n/, ''), /^line 1\d, profiles\[0\]\.access\.scope: must say what the inline policy files allows$/],
    ['no boundary', (text: string) => text.replace(/, boundary: "[^"]*files-boundary"/, ''), /^line 18, profiles\[0\]\.access\.expected\.boundary: must be arn:aws:iam::222222222222:policy\/latchkey\/shop-files-boundary/],
  ])('%s is named with line and field', (_, spoil, expected) => {
    const made = write(spoil(source))
    expect(made.ok ? [] : made.problems).toContainEqual(expect.stringMatching(expected))
  })
  test('as YAML and JSON the same template is written, dates of policies as text', () => {
    const yaml = writeTemplate('member', { source, names, format: 'yaml' })
    expect(yaml.ok && yaml.text).toContain('Version: "2012-10-17"')
    const json = write(source)
    if (!yaml.ok || !json.ok) throw new Error('not written')
    expect(JSON.parse(json.text)).toMatchObject({ AWSTemplateFormatVersion: '2010-09-09' })
    expect(parse(yaml.text, { version: '1.1' })).toEqual(JSON.parse(json.text))
  })
})
