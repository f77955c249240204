import {
  AttachRolePolicyCommand, CreateAccessKeyCommand, CreatePolicyCommand, CreatePolicyVersionCommand, CreateRoleCommand, CreateUserCommand,
  DeleteRoleCommand, DeleteRolePolicyCommand, GenerateCredentialReportCommand, GetAccountAuthorizationDetailsCommand, GetCredentialReportCommand, GetAccessKeyLastUsedCommand, GetPolicyCommand, GetPolicyVersionCommand, GetRoleCommand, GetRolePolicyCommand,
  ListAccountAliasesCommand, ListAttachedRolePoliciesCommand, ListPolicyVersionsCommand, ListRolePoliciesCommand, ListRolesCommand,
  PutRolePermissionsBoundaryCommand, PutRolePolicyCommand, UpdateAccessKeyCommand, UpdateAssumeRolePolicyCommand, paginateListRoles,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf, sessionOf } from '../test-clients.ts'
import { adminKey, allow, home, policy, portalKey, roleArn, testOrganisation, trust } from '../test-organisation.ts'

const byHome = JSON.stringify(trust({ AWS: `arn:aws:iam::${home}:root` }))
const text = JSON.stringify

describe('IAM', () => {
  let aws: LocalAws
  const iam = () => clientsOf(aws, adminKey).iam
  beforeAll(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterAll(() => aws.close())

  it('creates a role and answers its documents URL-encoded', async () => {
    const { Role } = await iam().send(new CreateRoleCommand({ RoleName: 'made', Path: '/latchkey/', AssumeRolePolicyDocument: byHome, MaxSessionDuration: 7200, Tags: [{ Key: 'owner', Value: 'team a&b' }] }))
    expect(Role).toMatchObject({ Arn: roleArn('latchkey/made'), MaxSessionDuration: 7200 })
    const read = await iam().send(new GetRoleCommand({ RoleName: 'made' }))
    expect(read.Role?.Tags).toEqual([{ Key: 'owner', Value: 'team a&b' }])
    expect(read.Role?.AssumeRolePolicyDocument).toMatch(/^%7B/)
    expect(decodeURIComponent(read.Role!.AssumeRolePolicyDocument!)).toBe(byHome)
    const inPath = await iam().send(new ListRolesCommand({ PathPrefix: '/latchkey/' }))
    expect(inPath.Roles?.map((role) => role.RoleName)).toEqual(['made', 'named'])
  })

  it('pages through roles', async () => {
    const names: string[] = []
    for await (const page of paginateListRoles({ client: iam(), pageSize: 2 }, {})) names.push(...page.Roles!.map((role) => role.RoleName!))
    const whole = await iam().send(new ListRolesCommand({}))
    expect(names).toEqual(whole.Roles!.map((role) => role.RoleName))
    expect(names.length).toBeGreaterThan(4)
  })

  it('keeps inline and managed policies, versions and boundaries', async () => {
    await iam().send(new CreateRoleCommand({ RoleName: 'shop', AssumeRolePolicyDocument: byHome }))
    const document = text(policy(allow('s3:GetObject', 'arn:aws:s3:::example-reports/*')))
    await iam().send(new PutRolePolicyCommand({ RoleName: 'shop', PolicyName: 'inline', PolicyDocument: document }))
    const inline = await iam().send(new GetRolePolicyCommand({ RoleName: 'shop', PolicyName: 'inline' }))
    expect(decodeURIComponent(inline.PolicyDocument!)).toBe(document)
    expect((await iam().send(new ListRolePoliciesCommand({ RoleName: 'shop' }))).PolicyNames).toEqual(['inline'])
    const { Policy } = await iam().send(new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: document }))
    await iam().send(new CreatePolicyVersionCommand({ PolicyArn: Policy!.Arn!, PolicyDocument: text(policy(allow('ec2:*'))), SetAsDefault: true }))
    expect((await iam().send(new ListPolicyVersionsCommand({ PolicyArn: Policy!.Arn! }))).Versions?.map((version) => [version.VersionId, version.IsDefaultVersion])).toEqual([['v2', true], ['v1', false]])
    await iam().send(new PutRolePermissionsBoundaryCommand({ RoleName: 'shop', PermissionsBoundary: Policy!.Arn! }))
    await iam().send(new AttachRolePolicyCommand({ RoleName: 'shop', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }))
    expect((await iam().send(new ListAttachedRolePoliciesCommand({ RoleName: 'shop' }))).AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }])
    expect((await iam().send(new GetRoleCommand({ RoleName: 'shop' }))).Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(Policy!.Arn)
    expect((await iam().send(new GetPolicyCommand({ PolicyArn: Policy!.Arn! }))).Policy).toMatchObject({ DefaultVersionId: 'v2', PermissionsBoundaryUsageCount: 1, AttachmentCount: 0 })
    const aws1 = await iam().send(new GetPolicyVersionCommand({ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', VersionId: 'v1' }))
    expect(JSON.parse(decodeURIComponent(aws1.PolicyVersion!.Document!))).toMatchObject({ Statement: [{ Effect: 'Allow', Action: ['*'] }] })
  })

  it('deletes a role only once it is bare', async () => {
    await iam().send(new CreateRoleCommand({ RoleName: 'bare', AssumeRolePolicyDocument: byHome }))
    await iam().send(new PutRolePolicyCommand({ RoleName: 'bare', PolicyName: 'one', PolicyDocument: text(policy(allow('s3:*'))) }))
    await expect(iam().send(new DeleteRoleCommand({ RoleName: 'bare' }))).rejects.toMatchObject({ name: 'DeleteConflictException' })
    await iam().send(new DeleteRolePolicyCommand({ RoleName: 'bare', PolicyName: 'one' }))
    await iam().send(new DeleteRoleCommand({ RoleName: 'bare' }))
    await expect(iam().send(new GetRoleCommand({ RoleName: 'bare' }))).rejects.toMatchObject({ name: 'NoSuchEntityException', message: 'The role with name bare cannot be found.' })
  })

  it('refuses malformed documents, too long ones and principals that do not exist', async () => {
    const put = (PolicyDocument: string) => iam().send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'x', PolicyDocument }))
    await expect(put('{')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
    await expect(put(text(policy({ Effect: 'Perhaps', Action: '*', Resource: '*' })))).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
    const long = text(policy(allow(Array.from({ length: 400 }, (_, index) => `s3:GetObject${'x'.repeat(20)}${index}`))))
    await expect(put(long)).rejects.toMatchObject({ name: 'LimitExceededException', message: 'Maximum policy size of 10240 bytes exceeded for role reader' })
    const nobody = text(trust({ AWS: roleArn('nobody') }))
    await expect(iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'reader', PolicyDocument: nobody }))).rejects.toThrow(/Invalid principal in policy/)
  })

  it('issues access keys that work, stop when inactive, and know when they were used', async () => {
    await iam().send(new CreateUserCommand({ UserName: 'ci' }))
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: 'ci' }))
    const { sts } = clientsOf(aws, { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! })
    expect((await iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: AccessKey!.AccessKeyId! }))).AccessKeyLastUsed).toEqual({ ServiceName: 'N/A', Region: 'N/A' })
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(`arn:aws:iam::${home}:user/ci`)
    expect((await iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: AccessKey!.AccessKeyId! }))).AccessKeyLastUsed).toMatchObject({ ServiceName: 'sts' })
    await iam().send(new UpdateAccessKeyCommand({ UserName: 'ci', AccessKeyId: AccessKey!.AccessKeyId!, Status: 'Inactive' }))
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    expect(JSON.stringify(aws.recorded(home))).not.toContain(AccessKey!.SecretAccessKey!)
  })

  it('refuses without permission, naming the action and why', async () => {
    await expect(clientsOf(aws, portalKey).iam.send(new GetRoleCommand({ RoleName: 'reader' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${home}:user/portal is not authorized to perform: iam:GetRole on resource: ${roleArn('reader')} because no identity-based policy allows the iam:GetRole action`,
    })
    expect((await iam().send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(['example-sandbox'])
  })

  it('gives the whole inventory: authorization details and a credential report', async () => {
    const details = await iam().send(new GetAccountAuthorizationDetailsCommand({}))
    expect(details.UserDetailList?.map((user) => user.UserName)).toContain('portal')
    const reader = details.RoleDetailList?.find((role) => role.RoleName === 'reader')
    expect(reader?.AttachedManagedPolicies?.map((attached) => attached.PolicyName)).toEqual(['ReadOnlyAccess'])
    expect(decodeURIComponent(reader!.RolePolicyList![0]!.PolicyDocument!)).toContain('sts:AssumeRole')
    expect((await iam().send(new GenerateCredentialReportCommand({}))).State).toBe('COMPLETE')
    const report = Buffer.from((await iam().send(new GetCredentialReportCommand({}))).Content!).toString('utf8').split('\n')
    expect(report[0]).toMatch(/^user,arn,user_creation_time,password_enabled/)
    expect(report.find((line) => line.startsWith('portal,'))?.split(',').length).toBe(report[0]!.split(',').length)
  })

  it('lets a revoker write inline policies only on roles with the boundary it is bound to', async () => {
    const boundary = `arn:aws:iam::${home}:policy/fence`
    await iam().send(new CreatePolicyCommand({ PolicyName: 'fence', PolicyDocument: text(policy(allow('s3:*'))) }))
    const bound = { Effect: 'Allow', Action: 'iam:PutRolePolicy', Resource: `arn:aws:iam::${home}:role/*`, Condition: { ArnEquals: { 'iam:PermissionsBoundary': boundary } } }
    await iam().send(new CreateRoleCommand({ RoleName: 'revoker', AssumeRolePolicyDocument: byHome }))
    await iam().send(new PutRolePolicyCommand({ RoleName: 'revoker', PolicyName: 'own', PolicyDocument: text(policy(bound)) }))
    const revoker = clientsOf(aws, await sessionOf(aws, { RoleArn: roleArn('revoker') })).iam
    const put = new PutRolePolicyCommand({ RoleName: 'plain', PolicyName: 'deny', PolicyDocument: text(policy({ Effect: 'Deny', Action: '*', Resource: '*' })) })
    await expect(revoker.send(put)).rejects.toMatchObject({ name: 'AccessDenied' })
    await iam().send(new PutRolePermissionsBoundaryCommand({ RoleName: 'plain', PermissionsBoundary: boundary }))
    await expect(revoker.send(put)).resolves.toBeDefined()
  })

  it('lets a change be evaluated only after the propagation it was told to simulate', async () => {
    const sandbox = await startLocalAws({ seed: testOrganisation, iamPropagationMs: 10_000 })
    const admin = clientsOf(sandbox, adminKey).iam
    const reader = clientsOf(sandbox, await sessionOf(sandbox, { RoleArn: roleArn('reader') })).iam
    await admin.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'deny', PolicyDocument: text(policy({ Effect: 'Deny', Action: '*', Resource: '*' })) }))
    expect((await admin.send(new ListRolePoliciesCommand({ RoleName: 'reader' }))).PolicyNames).toContain('deny')
    await expect(reader.send(new ListRolesCommand({}))).resolves.toBeDefined()
    sandbox.clock.advance(10_001)
    await expect(reader.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
    await sandbox.close()
  })
})
