import { CreateRoleCommand, DeleteUserCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { DescribeOrganizationCommand, DescribePolicyCommand, ListAccountsCommand, ListAccountsForParentCommand, ListOrganizationalUnitsForParentCommand, ListParentsCommand, ListPoliciesForTargetCommand, ListRootsCommand } from '@aws-sdk/client-organizations'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../server/start.ts'
import { clientsOf } from '../test-clients.ts'
import { adminKey, home, other, otherAdminKey } from '../test-organisation.ts'
import { management, managementKey, testTree } from '../test-tree.ts'

let aws: LocalAws
beforeAll(async () => {
  aws = await startLocalAws({ seed: testTree })
})
afterAll(() => aws.close())
const as = (keys: { accessKeyId: string; secretAccessKey: string }) => clientsOf(aws, keys)

test('the tree can be walked from the root to each account and back, page by page', async () => {
  const { organizations } = as(adminKey)
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}))
  expect(Organization).toMatchObject({ FeatureSet: 'ALL', MasterAccountId: management, Arn: `arn:aws:organizations::${management}:organization/${Organization!.Id}` })
  const { Roots } = await organizations.send(new ListRootsCommand({}))
  const rootId = Roots![0]!.Id!
  const direct = await organizations.send(new ListAccountsForParentCommand({ ParentId: rootId, MaxResults: 1 }))
  const more = await organizations.send(new ListAccountsForParentCommand({ ParentId: rootId, MaxResults: 1, NextToken: direct.NextToken }))
  expect([direct.Accounts![0]!.Id, more.Accounts![0]!.Id, more.NextToken]).toEqual([home, management, undefined])
  const [workloads] = (await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }))).OrganizationalUnits!
  const [production] = (await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: workloads!.Id }))).OrganizationalUnits!
  expect([workloads!.Name, production!.Name, production!.Id]).toEqual(['Workloads', 'Production', expect.stringMatching(/^ou-[0-9a-z]{4}-[0-9a-z]{8}$/)])
  const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: other }))
  expect(Parents).toEqual([{ Id: production!.Id, Type: 'ORGANIZATIONAL_UNIT' }])
  expect((await organizations.send(new ListAccountsCommand({}))).Accounts!.map(({ Id, Name, Status }) => [Id, Name, Status])).toContainEqual([other, 'Production', 'ACTIVE'])
})

test('policies are told by the place they are on', async () => {
  const { organizations } = as(managementKey)
  const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: other }))
  const { Policies } = await organizations.send(new ListPoliciesForTargetCommand({ TargetId: Parents![0]!.Id, Filter: 'SERVICE_CONTROL_POLICY' }))
  expect(Policies!.map(({ Name, AwsManaged }) => [Name, AwsManaged])).toEqual([['storage-and-roles', false]])
  const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId: Policies![0]!.Id }))
  expect(JSON.parse(Policy!.Content!)).toMatchObject({ Statement: [{ Action: expect.arrayContaining(['s3:*']) as unknown }] })
  const own = await organizations.send(new ListPoliciesForTargetCommand({ TargetId: other, Filter: 'SERVICE_CONTROL_POLICY' }))
  expect(own.Policies!.map(({ Id }) => Id)).toEqual(['p-FullAWSAccess'])
})

test('a member that is no delegated administrator learns only which organisation it is in; what is not there has a name', async () => {
  const { organizations } = as(otherAdminKey)
  expect((await organizations.send(new DescribeOrganizationCommand({}))).Organization!.MasterAccountId).toBe(management)
  await expect(organizations.send(new ListAccountsCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException', message: "You don't have permissions to access this resource." })
  const manager = as(managementKey).organizations
  await expect(manager.send(new ListAccountsForParentCommand({ ParentId: 'ou-none-12345678' }))).rejects.toMatchObject({ name: 'ParentNotFoundException' })
  await expect(manager.send(new ListParentsCommand({ ChildId: '000000000000' }))).rejects.toMatchObject({ name: 'ChildNotFoundException' })
  await expect(manager.send(new DescribePolicyCommand({ PolicyId: 'p-nothing1' }))).rejects.toMatchObject({ name: 'PolicyNotFoundException' })
  await expect(manager.send(new ListPoliciesForTargetCommand({ TargetId: '000000000000', Filter: 'SERVICE_CONTROL_POLICY' }))).rejects.toMatchObject({ name: 'TargetNotFoundException' })
  await expect(manager.send(new ListAccountsCommand({ MaxResults: 21 }))).rejects.toMatchObject({ name: 'ValidationException' })
})

test('an action must be allowed on every level, a denial anywhere wins, and the management account is exempt', async () => {
  const member = as(otherAdminKey)
  await expect(member.s3.send(new ListBucketsCommand({}))).resolves.toBeDefined()
  await expect(member.iam.send(new ListRolesCommand({}))).resolves.toBeDefined()
  await expect(member.iam.send(new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: '{}' }))).rejects.toMatchObject({ message: expect.stringContaining('no service control policy allows') as unknown })
  await expect(member.ec2.send(new DescribeInstancesCommand({}))).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  const denied = expect.stringContaining('explicit deny in a service control policy') as unknown
  await expect(member.iam.send(new DeleteUserCommand({ UserName: 'none' }))).rejects.toMatchObject({ message: denied })
  await expect(as(adminKey).iam.send(new DeleteUserCommand({ UserName: 'none' }))).rejects.toMatchObject({ message: denied })
  await expect(as(managementKey).iam.send(new DeleteUserCommand({ UserName: 'none' }))).rejects.toMatchObject({ name: expect.stringContaining('NoSuchEntity') as unknown })
})

test('CloudTrail keeps it in us-east-1, wherever it was signed for', async () => {
  await clientsOf(aws, adminKey, 'eu-central-1').organizations.send(new ListRootsCommand({}))
  expect(aws.recorded(home).at(-1)).toMatchObject({ eventSource: 'organizations.amazonaws.com', eventName: 'ListRoots', awsRegion: 'us-east-1', readOnly: true, requestParameters: null })
})
