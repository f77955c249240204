import { DeleteGroupCommand, GetGroupIdCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore'
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { adminKey, home, other, otherAdminKey } from '#lib/local/aws/test-organisation.ts'
import { management, testTree } from '#lib/local/aws/test-tree.ts'
import type { AwsResult } from './aws-failure.ts'
import { openIdentityCenter, type OperationKind } from './identity-center.ts'
import { isoDurationMinutes } from './iso-duration.ts'
import { openOrganizations } from './organizations.ts'

let aws: LocalAws
beforeAll(async () => {
  aws = await startLocalAws({ seed: testTree })
  process.env.AWS_ENDPOINT_URL = aws.url
})
beforeEach(() => {
  aws.wipe()
  aws.clock.reset()
})
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL
  await aws.close()
})

const center = (key = adminKey, admit: () => Promise<boolean> = async () => true, region = 'us-east-1') => openIdentityCenter(region, async () => key, admit)
function value<Value>(result: AwsResult<Value>): Value {
  if (!result.ok) throw new Error(`${result.awsCode}: ${result.message}`)
  return result
}
async function assignment(userName = 'tom', accountId = home) {
  const { permissionSet } = value(await center().findPermissionSet('Buckets'))
  const { principal } = value(await center().findPrincipal({ userNames: [userName] }))
  return { accountId, permissionSetArn: permissionSet.arn, principal }
}
const start = (kind: OperationKind, place: Awaited<ReturnType<typeof assignment>>) => center().start(kind, place)

test('permission sets are found by name and by ARN, with how long their sessions live', async () => {
  const { permissionSet } = value(await center().findPermissionSet('Everything'))
  expect(permissionSet).toMatchObject({ name: 'Everything', sessionMinutes: 480 })
  expect(value(await center().findPermissionSet(permissionSet.arn)).permissionSet).toEqual(permissionSet)
  expect(await center().findPermissionSet('Nothing')).toMatchObject({ ok: false, code: 'not_found', awsCode: 'NoPermissionSet', retryable: false })
  expect(await center().findPermissionSet(`${permissionSet.arn}0`)).toMatchObject({ ok: false, code: 'not_found' })
  expect([isoDurationMinutes('PT1H30M'), isoDurationMinutes('PT90S'), isoDurationMinutes('P1D'), isoDurationMinutes('P'), isoDurationMinutes('soon')]).toEqual([90, 2, 1_440, undefined, undefined])
})

test('a person is one user of their names, or nobody', async () => {
  const tom = value(await center().findPrincipal({ userNames: ['tom', 'tom@example.com'] }))
  expect(tom.principal.type).toBe('USER')
  expect(await center().findPrincipal({ userNames: ['tom', 'ana'] })).toMatchObject({ ok: false, code: 'invalid', awsCode: 'SeveralUsers' })
  expect(await center().findPrincipal({ userNames: ['nobody'] })).toMatchObject({ ok: false, code: 'not_found', awsCode: 'NoUser' })
  expect(value(await center().findPrincipal({ group: 'engineers' })).principal.type).toBe('GROUP')
  expect(await center().findPrincipal({ group: 'painters' })).toMatchObject({ ok: false, awsCode: 'NoGroup' })
})

test('what was asked for is over only when AWS says so, and listed from then on', async () => {
  aws.setAssignmentTime(3_000)
  const place = await assignment()
  const { operation } = value(await start('create', place))
  expect(operation.status).toBe('in_progress')
  expect(value(await center().statusOf('create', operation.requestId)).operation.status).toBe('in_progress')
  aws.clock.advance(3_000)
  expect(value(await center().statusOf('create', operation.requestId)).operation.status).toBe('succeeded')
  expect(value(await center().listAssignments(home, place.permissionSetArn)).principals).toEqual([place.principal])
  const gone = value(await start('delete', place)).operation
  aws.clock.advance(3_000)
  expect(value(await center().statusOf('delete', gone.requestId)).operation.status).toBe('succeeded')
  expect(await start('delete', place)).toMatchObject({ ok: false, code: 'not_found' })
})

test('the opposite of what is under way is a conflict that passes', async () => {
  aws.setAssignmentTime(3_000)
  const place = await assignment()
  await start('create', place)
  expect(await start('delete', place)).toMatchObject({ ok: false, code: 'conflict', retryable: true })
  aws.clock.advance(3_000)
  expect(await start('delete', place)).toMatchObject({ ok: true })
})

test('a failure that shows only in the status has AWS\'s reason', async () => {
  const place = await assignment()
  const store = new IdentitystoreClient({ region: 'us-east-1', credentials: adminKey })
  const [instance] = (await new SSOAdminClient({ region: 'us-east-1', credentials: adminKey }).send(new ListInstancesCommand({}))).Instances!
  const { principal } = value(await center().findPrincipal({ group: 'doomed' }))
  await store.send(new DeleteGroupCommand({ IdentityStoreId: instance!.IdentityStoreId, GroupId: principal.id }))
  await expect(store.send(new GetGroupIdCommand({ IdentityStoreId: instance!.IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: 'doomed' } } }))).rejects.toThrow('not found')
  const { operation } = value(await start('create', { ...place, principal }))
  expect(value(await center().statusOf('create', operation.requestId)).operation).toMatchObject({ status: 'failed', reason: expect.stringContaining('GROUP not found') as unknown })
})

test('throttling is a failure of its own, that of AWS and the portal\'s own alike; nothing is retried behind the caller\'s back', async () => {
  const place = await assignment()
  aws.fail({ service: 'sso', action: 'CreateAccountAssignment', code: 'ThrottlingException', status: 400 })
  expect(await start('create', place)).toMatchObject({ ok: false, code: 'throttled', awsCode: 'ThrottlingException', retryable: true })
  let admitted = 0
  const counting = center(adminKey, async () => (admitted += 1) <= 2)
  expect(await counting.listAssignments(home, place.permissionSetArn)).toMatchObject({ ok: true })
  expect(admitted).toBe(2)
  const before = aws.recorded(home).length
  expect(await counting.listAssignments(home, place.permissionSetArn)).toMatchObject({ ok: false, code: 'throttled', awsCode: 'OwnRate', retryable: true })
  expect(aws.recorded(home)).toHaveLength(before)
})

test('where there is no instance, or none that may be managed, it says so', async () => {
  expect(await center(adminKey, undefined, 'eu-west-1').findPermissionSet('Buckets')).toMatchObject({ ok: false, code: 'invalid', message: expect.stringContaining('no instance') as unknown })
  expect(await center(otherAdminKey).findPermissionSet('Buckets')).toMatchObject({ ok: false, code: 'invalid', message: expect.stringContaining('no instance') as unknown })
  const place = await assignment('tom', management)
  expect(await start('create', place)).toMatchObject({ ok: false, code: 'access_denied' })
})

test('an endpoint that answers nonsense is unavailable', async () => {
  aws.fail({ service: 'sso', kind: 'html' })
  expect(await center().findPermissionSet('Buckets')).toMatchObject({ ok: false, code: 'unavailable', retryable: true })
})

test('accounts come with the units they are in', async () => {
  const settings = { region: 'us-east-1', issuerRoleArn: undefined, readerRoleArn: undefined, revokerRoleArn: undefined, memberReaderRoleName: '', memberRevokerRoleName: '', federationEndpoint: '', managedRolePath: '/latchkey/' }
  const { accounts } = value(await openOrganizations(settings, async () => adminKey).listAccounts())
  expect(accounts).toContainEqual({ id: other, name: 'Production', status: 'ACTIVE', path: ['Workloads', 'Production'] })
  expect(accounts).toContainEqual({ id: management, name: 'Management', status: 'ACTIVE', path: [] })
  expect(await openOrganizations(settings, async () => otherAdminKey).listAccounts()).toMatchObject({ ok: false, code: 'access_denied' })
})
