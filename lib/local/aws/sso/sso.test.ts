import { AttachRolePolicyCommand, DeleteRoleCommand, GetRoleCommand, ListRolesCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { DeleteGroupCommand, GetGroupIdCommand, GetUserIdCommand, IsMemberInGroupsCommand, ListGroupMembershipsCommand, ListGroupsCommand, ListUsersCommand } from '@aws-sdk/client-identitystore'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { CreateAccountAssignmentCommand, CreatePermissionSetCommand, DeleteAccountAssignmentCommand, DescribeAccountAssignmentCreationStatusCommand, DescribeAccountAssignmentDeletionStatusCommand, DescribePermissionSetCommand, GetInlinePolicyForPermissionSetCommand, ListAccountAssignmentsCommand, ListAccountAssignmentsForPrincipalCommand, ListInstancesCommand, ListManagedPoliciesInPermissionSetCommand, ListPermissionSetsCommand, ListPermissionSetsProvisionedToAccountCommand, ListTagsForResourceCommand, type PrincipalType } from '@aws-sdk/client-sso-admin'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../server/start.ts'
import { clientsOf } from '../test-clients.ts'
import { adminKey, home, other, otherAdminKey } from '../test-organisation.ts'
import { management, testTree } from '../test-tree.ts'

let aws: LocalAws
beforeAll(async () => {
  aws = await startLocalAws({ seed: testTree })
})
beforeEach(() => {
  aws.wipe()
  aws.clock.reset()
})
afterAll(() => aws.close())

const { sso, store } = { sso: () => clientsOf(aws, adminKey).sso, store: () => clientsOf(aws, adminKey).store }

async function place(user = 'tom', set = 'Buckets', accountId = home) {
  const [instance] = (await sso().send(new ListInstancesCommand({}))).Instances!
  const InstanceArn = instance!.InstanceArn!
  const { PermissionSets } = await sso().send(new ListPermissionSetsCommand({ InstanceArn }))
  const { UserId } = await store().send(new GetUserIdCommand({ IdentityStoreId: instance!.IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: user } } }))
  const PermissionSetArn = PermissionSets![set === 'Buckets' ? 0 : 1]!
  return { InstanceArn, PermissionSetArn, TargetId: accountId, TargetType: 'AWS_ACCOUNT' as const, PrincipalType: 'USER' as PrincipalType, PrincipalId: UserId!, storeId: instance!.IdentityStoreId! }
}
type Place = Omit<Awaited<ReturnType<typeof place>>, 'storeId'>
const only = ({ InstanceArn, PermissionSetArn, TargetId, TargetType, PrincipalType: type, PrincipalId }: Place) => ({ InstanceArn, PermissionSetArn, TargetId, TargetType, PrincipalType: type, PrincipalId })
const create = async (at: Place) => (await sso().send(new CreateAccountAssignmentCommand(only(at)))).AccountAssignmentCreationStatus!
const remove = async (at: Place) => (await sso().send(new DeleteAccountAssignmentCommand(only(at)))).AccountAssignmentDeletionStatus!
const created = async ({ InstanceArn }: Place, id: string) => (await sso().send(new DescribeAccountAssignmentCreationStatusCommand({ InstanceArn, AccountAssignmentCreationRequestId: id }))).AccountAssignmentCreationStatus!
const assigned = async ({ InstanceArn, PermissionSetArn, TargetId }: Place) => (await sso().send(new ListAccountAssignmentsCommand({ InstanceArn, PermissionSetArn, AccountId: TargetId }))).AccountAssignments!

test('permission sets are described whole, and a new one can be made', async () => {
  const { InstanceArn, PermissionSetArn } = await place()
  const { PermissionSet } = await sso().send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }))
  expect(PermissionSet).toMatchObject({ Name: 'Buckets', PermissionSetArn, SessionDuration: 'PT60M' })
  expect((await sso().send(new GetInlinePolicyForPermissionSetCommand({ InstanceArn, PermissionSetArn }))).InlinePolicy).toContain('s3:ListAllMyBuckets')
  expect((await sso().send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn: PermissionSetArn }))).Tags).toEqual([{ Key: 'team', Value: 'data' }])
  const all = (await place('tom', 'Everything')).PermissionSetArn
  expect((await sso().send(new ListManagedPoliciesInPermissionSetCommand({ InstanceArn, PermissionSetArn: all }))).AttachedManagedPolicies).toMatchObject([{ Name: 'AdministratorAccess' }])
  const made = await sso().send(new CreatePermissionSetCommand({ InstanceArn, Name: 'New', SessionDuration: 'PT8H' }))
  expect(made.PermissionSet!.SessionDuration).toBe('PT480M')
  await expect(sso().send(new CreatePermissionSetCommand({ InstanceArn, Name: 'New' }))).rejects.toMatchObject({ name: 'ConflictException' })
  await expect(sso().send(new CreatePermissionSetCommand({ InstanceArn, Name: 'Long', SessionDuration: 'PT13H' }))).rejects.toMatchObject({ name: 'ValidationException' })
})

test('only where Identity Center is managed is there an instance', async () => {
  expect((await clientsOf(aws, adminKey, 'eu-west-1').sso.send(new ListInstancesCommand({}))).Instances).toEqual([])
  expect((await clientsOf(aws, otherAdminKey).sso.send(new ListInstancesCommand({}))).Instances).toEqual([])
  const at = await place('tom', 'Buckets', management)
  await expect(create(at)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await expect(create({ ...at, TargetId: '000000000000' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('an assignment is in progress first and is there only when it has succeeded', async () => {
  aws.setAssignmentTime(5_000)
  const at = await place()
  const begun = await create(at)
  expect(begun).toMatchObject({ Status: 'IN_PROGRESS', TargetId: home, PrincipalId: at.PrincipalId })
  expect([(await created(at, begun.RequestId!)).Status, await assigned(at)]).toEqual(['IN_PROGRESS', []])
  aws.clock.advance(5_000)
  expect((await created(at, begun.RequestId!)).Status).toBe('SUCCEEDED')
  expect(await assigned(at)).toEqual([{ AccountId: home, PermissionSetArn: at.PermissionSetArn, PrincipalType: 'USER', PrincipalId: at.PrincipalId }])
  expect((await sso().send(new ListPermissionSetsProvisionedToAccountCommand({ InstanceArn: at.InstanceArn, AccountId: home }))).PermissionSets).toEqual([at.PermissionSetArn])
  const gone = await remove(at)
  aws.clock.advance(5_000)
  const { AccountAssignmentDeletionStatus } = await sso().send(new DescribeAccountAssignmentDeletionStatusCommand({ InstanceArn: at.InstanceArn, AccountAssignmentDeletionRequestId: gone.RequestId }))
  expect([AccountAssignmentDeletionStatus!.Status, await assigned(at)]).toEqual(['SUCCEEDED', []])
})

test('the opposite operation on the same assignment conflicts while one is under way, on another it does not', async () => {
  aws.setAssignmentTime(5_000)
  const [tom, ana] = [await place('tom'), await place('ana')]
  await create(tom)
  await create(ana)
  await expect(remove(tom)).rejects.toMatchObject({ name: 'ConflictException' })
  aws.clock.advance(5_000)
  await remove(tom)
  await expect(create(tom)).rejects.toMatchObject({ name: 'ConflictException' })
  await expect(create({ ...tom, TargetId: other })).resolves.toBeDefined()
})

test('the eleventh outstanding creation and the twenty-first request of a second are throttled', async () => {
  aws.setAssignmentTime(60_000)
  const at = await place()
  aws.clock.advance(2_000)
  for (let index = 0; index < 10; index += 1) await create({ ...at, PrincipalId: `somebody-${index}` })
  await expect(create({ ...at, PrincipalId: 'somebody-10' })).rejects.toMatchObject({ name: 'ThrottlingException', message: expect.stringContaining('outstanding') as unknown })
  aws.clock.setTo(new Date(aws.clock.now().getTime() + 60_000))
  const asked = await Promise.allSettled(Array.from({ length: 25 }, () => sso().send(new ListInstancesCommand({}))))
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
  aws.clock.advance(1_000)
  await expect(store().send(new ListUsersCommand({ IdentityStoreId: at.storeId }))).resolves.toBeDefined()
})

test('a group that was deleted and a full account show only in the status', async () => {
  const at = await place()
  const { GroupId } = await store().send(new GetGroupIdCommand({ IdentityStoreId: at.storeId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: 'doomed' } } }))
  await store().send(new DeleteGroupCommand({ IdentityStoreId: at.storeId, GroupId }))
  const group = await create({ ...at, PrincipalType: 'GROUP', PrincipalId: GroupId! })
  expect(group.FailureReason).toBeUndefined()
  expect(await created(at, group.RequestId!)).toMatchObject({ Status: 'FAILED', FailureReason: expect.stringContaining('GROUP not found') as unknown })
  aws.setRolesPerAccount(3)
  const full = await create(at)
  expect(await created(at, full.RequestId!)).toMatchObject({ Status: 'FAILED', FailureReason: expect.stringContaining('RolesPerAccount') as unknown })
  expect(await assigned(at)).toEqual([])
})

test('the role of an assignment is made for it, and nobody but AWS can change it', async () => {
  await create(await place('tom', 'Everything'))
  const { iam, sts } = clientsOf(aws, adminKey)
  const { Roles } = await iam.send(new ListRolesCommand({ PathPrefix: '/aws-reserved/' }))
  expect(Roles!.map(({ RoleName, Path }) => [RoleName, Path])).toEqual([[expect.stringMatching(/^AWSReservedSSO_Everything_[0-9a-f]{16}$/), '/aws-reserved/sso.amazonaws.com/']])
  const RoleName = Roles![0]!.RoleName!
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: home }, Action: 'sts:AssumeRole' }] })
  const changes = [
    new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: '{}' }),
    new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: document }),
    new DeleteRoleCommand({ RoleName }),
  ]
  for (const change of changes) await expect(iam.send(change as DeleteRoleCommand)).rejects.toMatchObject({ name: expect.stringContaining('Unmodifiable') as unknown })
  expect((await iam.send(new GetRoleCommand({ RoleName }))).Role!.MaxSessionDuration).toBe(43_200)
  await expect(sts.send(new AssumeRoleCommand({ RoleArn: Roles![0]!.Arn, RoleSessionName: 'somebody' }))).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('who is assigned gets credentials; they live to the end of the session whatever becomes of the assignment, and no new ones follow', async () => {
  const at = await place()
  const session = { userName: 'tom', accountId: home, permissionSet: 'Buckets' }
  expect(aws.roleCredentials(session)).toBeUndefined()
  await create(at)
  const keys = aws.roleCredentials(session)!
  const buckets = () => clientsOf(aws, keys).s3.send(new ListBucketsCommand({}))
  await expect(buckets()).resolves.toBeDefined()
  expect(aws.recorded(home).at(-1)).toMatchObject({ userIdentity: { arn: expect.stringMatching(/assumed-role\/AWSReservedSSO_Buckets_[0-9a-f]{16}\/tom$/) as unknown } })
  await remove(at)
  aws.clock.advance(58 * 60_000)
  await expect(buckets()).resolves.toBeDefined()
  expect(aws.roleCredentials(session)).toBeUndefined()
  aws.clock.advance(3 * 60_000)
  await expect(buckets()).rejects.toMatchObject({ name: 'ExpiredToken' })
})

test('a member of an assigned group has access too, and the lists say by what', async () => {
  const at = await place()
  const { Groups } = await store().send(new ListGroupsCommand({ IdentityStoreId: at.storeId, Filters: [{ AttributePath: 'DisplayName', AttributeValue: 'engineers' }] }))
  const GroupId = Groups![0]!.GroupId!
  await create({ ...at, PrincipalType: 'GROUP', PrincipalId: GroupId })
  expect(aws.roleCredentials({ userName: 'ana', accountId: home, permissionSet: 'Buckets' })).toBeDefined()
  expect(aws.roleCredentials({ userName: 'maya@example.com', accountId: home, permissionSet: 'Buckets' })).toBeUndefined()
  const { AccountAssignments } = await sso().send(new ListAccountAssignmentsForPrincipalCommand({ InstanceArn: at.InstanceArn, PrincipalType: 'USER', PrincipalId: at.PrincipalId, Filter: { AccountId: home } }))
  expect(AccountAssignments).toMatchObject([{ AccountId: home, PrincipalType: 'GROUP', PrincipalId: GroupId }])
  const { Results } = await store().send(new IsMemberInGroupsCommand({ IdentityStoreId: at.storeId, MemberId: { UserId: at.PrincipalId }, GroupIds: [GroupId, 'none'] }))
  expect(Results!.map(({ MembershipExists }) => MembershipExists)).toEqual([true, false])
  const first = await store().send(new ListGroupMembershipsCommand({ IdentityStoreId: at.storeId, GroupId, MaxResults: 1 }))
  const second = await store().send(new ListGroupMembershipsCommand({ IdentityStoreId: at.storeId, GroupId, MaxResults: 1, NextToken: first.NextToken }))
  expect([first.GroupMemberships!.length, second.GroupMemberships!.length, second.NextToken]).toEqual([1, 1, undefined])
})

test('users are found by user name without case, by e-mail, and by the id of another system', async () => {
  const { storeId } = await place()
  const find = (AlternateIdentifier: ConstructorParameters<typeof GetUserIdCommand>[0]['AlternateIdentifier']) => store().send(new GetUserIdCommand({ IdentityStoreId: storeId, AlternateIdentifier }))
  const ids = await Promise.all([
    find({ UniqueAttribute: { AttributePath: 'userName', AttributeValue: 'MAYA@example.com' } }),
    find({ UniqueAttribute: { AttributePath: 'emails.value', AttributeValue: 'maya@example.com' } }),
    find({ ExternalId: { Issuer: 'https://scim.example.com', Id: '00u1' } }),
  ])
  expect(new Set(ids.map(({ UserId }) => UserId)).size).toBe(1)
  await expect(find({ UniqueAttribute: { AttributePath: 'userName', AttributeValue: 'nobody' } })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('CloudTrail shows who assigned what to whom', async () => {
  const at = await place()
  await create(at)
  expect(aws.recorded(home).at(-1)).toMatchObject({
    eventSource: 'sso.amazonaws.com',
    eventName: 'CreateAccountAssignment',
    readOnly: false,
    requestParameters: { instanceArn: at.InstanceArn, targetId: home, targetType: 'AWS_ACCOUNT', permissionSetArn: at.PermissionSetArn, principalType: 'USER', principalId: at.PrincipalId },
    responseElements: { accountAssignmentCreationStatus: { status: 'IN_PROGRESS' } },
  })
})
