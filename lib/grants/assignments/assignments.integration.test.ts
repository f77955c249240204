import { CreateAccountAssignmentCommand, DeleteAccountAssignmentCommand, ListAccountAssignmentsCommand, ListInstancesCommand, ListPermissionSetsCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { dyingAt, offerAssignments } from '#lib/local/test/assignments.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { activateGrant } from '../activate-grant.ts'
import { endGrant } from '../end-grant.ts'
import { finishDueGrants } from '../finish-grants.ts'
import { retryActivation } from '../retry-activation.ts'
import { takeSlot } from './assignment.store.ts'
import { endBarredGrants } from '../end-barred-grants.ts'
import { reconcileAssignments, reconcileInTurn } from './reconcile-assignments.ts'
import { resumeAssignments } from './resume-assignments.ts'
import { settleAssignment, stepAssignment } from './settle-assignment.ts'


let slice: Slice
let maya: Viewer
let ana: Viewer
const second = 1_000
const minute = 60_000
const session = { userName: 'maya.chen@northwind.example', accountId: accounts.dataStaging, permissionSet: 'DataAnalyst' }

beforeAll(async () => {
  slice = await startSlice()
  await offerAssignments(slice)
})
afterAll(() => slice.close())
beforeEach(async () => {
  const { owner } = slice.database
  await owner.assignmentNeed.deleteMany()
  await owner.accountAssignment.deleteMany()
  await owner.outsideRecord.deleteMany()
  await owner.grant.updateMany({ where: { state: 'scheduled' }, data: { state: 'failed' } })
  await owner.grant.updateMany({ where: { state: { in: ['activating', 'active', 'ending'] } }, data: { state: 'ended' } })
  await owner.rateBudget.deleteMany()
  slice.aws.wipe()
  slice.clock.reset()
  slice.reconnect()
  maya = await slice.viewer('maya')
  ana = await slice.viewer('ana')
})

const approved = async (holder = maya, profileId = 'analyst-sso', minutes = 60) => slice.approve(ana, await slice.ask(holder, profileId, minutes))
async function active(holder = maya, minutes = 60): Promise<string> {
  const grantId = await approved(holder, 'analyst-sso', minutes)
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'active' })
  return grantId
}
const grantOf = (id: string) => slice.deps.db.grant.findUniqueOrThrow({ where: { id } })
const needOf = (grantId: string) => slice.deps.db.assignmentNeed.findUniqueOrThrow({ where: { grantId }, include: { assignment: true } })
const kindsOf = async (grantId: string) => (await slice.deps.db.recordEntry.findMany({ where: { grantId, kind: { startsWith: 'grant.assignment.' } }, orderBy: { id: 'asc' } })).map(({ kind }) => kind.replace('grant.assignment.', ''))
const sweep = (deps = slice.deps) => resumeAssignments(deps, (error) => {
  throw error
})
/** As the loops do, second after second. */
async function pass(seconds: number): Promise<void> {
  for (let index = 0; index < seconds; index += 1) {
    slice.clock.advance(second)
    await finishDueGrants(slice.deps)
    await sweep()
  }
}
const end = (grantId: string, holder = maya) => endGrant(slice.deps, holder, grantId, '')

/** Somebody in the console, who knows nothing of the portal. */
async function console() {
  const sso = new SSOAdminClient({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accounts.hub), systemClockOffset: slice.clock.now().getTime() - Date.now() })
  const InstanceArn = (await sso.send(new ListInstancesCommand({}))).Instances![0]!.InstanceArn!
  const PermissionSetArn = (await sso.send(new ListPermissionSetsCommand({ InstanceArn }))).PermissionSets![1]!
  const place = (principalId: string) => ({ InstanceArn, PermissionSetArn, TargetId: accounts.dataStaging, TargetType: 'AWS_ACCOUNT' as const, PrincipalType: 'USER' as const, PrincipalId: principalId })
  return {
    assign: (principalId: string) => sso.send(new CreateAccountAssignmentCommand(place(principalId))),
    remove: (principalId: string) => sso.send(new DeleteAccountAssignmentCommand(place(principalId))),
    assigned: async () => (await sso.send(new ListAccountAssignmentsCommand({ InstanceArn, PermissionSetArn, AccountId: accounts.dataStaging }))).AccountAssignments!.map(({ PrincipalId }) => PrincipalId!),
  }
}
const assigned = async () => (await console()).assigned()
const idOf = async (userName: string) => {
  const found = await slice.deps.identityCenter.findPrincipal({ userNames: [userName] })
  if (!found.ok) throw new Error(found.message)
  return found.principal.id
}

test('a grant is active when AWS has the assignment; at its end AWS removes it, and sessions live out their time', async () => {
  const grantId = await active()
  expect(await grantOf(grantId)).toMatchObject({ confirmation: expect.stringContaining('succeeded') as unknown, roleId: null, mintingStoppedAt: null })
  expect(await needOf(grantId)).toMatchObject({ releasedAt: null, assignment: { state: 'present', asked: true, slot: null, requestId: null, dueAt: null, sessionMinutes: 120 } })
  const { endsAt } = await grantOf(grantId)
  slice.clock.setTo(new Date(endsAt!.getTime() - second))
  const keys = slice.aws.roleCredentials(session)!
  const works = () => new S3Client({ region: 'us-east-1', endpoint: slice.aws.url, forcePathStyle: true, credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey, sessionToken: keys.sessionToken }, systemClockOffset: slice.clock.now().getTime() - Date.now() }).send(new ListBucketsCommand({})).then(() => true, () => false)
  expect(await works()).toBe(true)
  slice.clock.setTo(endsAt!)
  await finishDueGrants(slice.deps)
  expect(await grantOf(grantId)).toMatchObject({ state: 'ending', endReason: 'expired', mintingStoppedAt: null, credentialsDeadAt: null })
  expect(await assigned()).toHaveLength(1)
  // A clock that stands still fills no bucket, and SDKs hold on to credentials of an hour ago.
  slice.reconnect()
  await slice.database.owner.rateBudget.deleteMany()
  await sweep()
  expect(await assigned()).toEqual([])
  expect(slice.aws.roleCredentials(session)).toBeUndefined()
  const dead = new Date(endsAt!.getTime() + 120 * minute)
  expect(await grantOf(grantId)).toMatchObject({ state: 'ending', mintingStoppedAt: endsAt, credentialsDeadAt: dead })
  expect(await works()).toBe(true)
  slice.clock.setTo(dead)
  await finishDueGrants(slice.deps)
  expect([await works(), (await grantOf(grantId)).state, await kindsOf(grantId)]).toEqual([false, 'ended', ['wanted', 'made', 'removed']])
})

test('while AWS is at work nothing is said to be active or removed', async () => {
  slice.aws.setAssignmentTime(8 * second)
  const grantId = await approved()
  await activateGrant(slice.deps, grantId)
  expect([(await grantOf(grantId)).state, (await needOf(grantId)).assignment]).toMatchObject(['activating', { state: 'creating', slot: expect.any(Number) as unknown, requestId: expect.any(String) as unknown }])
  await pass(6)
  await activateGrant(slice.deps, grantId)
  expect((await grantOf(grantId)).state).toBe('activating')
  await pass(8)
  expect([(await grantOf(grantId)).state, (await needOf(grantId)).assignment.slot]).toEqual(['active', null])
  await end(grantId)
  await sweep()
  expect([await grantOf(grantId), (await needOf(grantId)).closedAt]).toMatchObject([{ state: 'ending', endReason: 'relinquished', mintingStoppedAt: null }, null])
  await pass(14)
  expect([(await grantOf(grantId)).mintingStoppedAt, (await needOf(grantId)).closedAt]).toEqual([expect.any(Date), expect.any(Date)])
})

test('what AWS fails is failed with AWS\'s reason, and a retry may still work', async () => {
  slice.aws.failAssignment('Received a 409 status error: Cannot exceed quota for RolesPerAccount: 1000.')
  const grantId = await approved()
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed', failureCode: 'FAILED', failureMessage: expect.stringContaining('RolesPerAccount') as unknown })
  await pass(3)
  expect(await assigned()).toEqual([])
  expect(await retryActivation(slice.deps, maya, grantId)).toMatchObject({ ok: true })
  await activateGrant(slice.deps, grantId)
  expect([(await grantOf(grantId)).state, await kindsOf(grantId)]).toEqual(['active', ['wanted', 'failed', 'wanted', 'made']])
})

test('throttling and silence are waited out', async () => {
  slice.aws.fail({ service: 'sso', action: 'CreateAccountAssignment', code: 'ThrottlingException', status: 400, times: 2 })
  slice.aws.fail({ service: 'sso', action: 'DescribeAccountAssignmentCreationStatus', kind: 'html', times: 1 })
  const grantId = await approved()
  await activateGrant(slice.deps, grantId)
  expect([(await grantOf(grantId)).state, (await needOf(grantId)).assignment.failureCode]).toEqual(['activating', 'ThrottlingException'])
  await pass(8)
  expect([(await grantOf(grantId)).state, await kindsOf(grantId)]).toEqual(['active', ['wanted', 'made']])
})

test('who or what Identity Center does not have, and sessions longer than was approved, fail before anything is asked for', async () => {
  const olga = await slice.viewer('olga', ['engineering'])
  const [longer, missing, nobody] = [await approved(maya, 'power-sso'), await approved(maya, 'no-such-sso'), await approved(olga)]
  await slice.deps.db.person.update({ where: { id: olga.personId }, data: { email: 'olga@elsewhere.example' } })
  for (const grantId of [longer, missing, nobody]) await activateGrant(slice.deps, grantId)
  const codes = await Promise.all([longer, missing, nobody].map(async (id) => (await grantOf(id)).failureCode))
  expect(codes).toEqual(['LongerSessions', 'NoPermissionSet', 'NoUser'])
  expect(await slice.deps.db.accountAssignment.count()).toBe(0)
})

test('two grants of the same thing never cut each other short, whichever ends first', async () => {
  const [first, longer] = [await active(), await active(maya, 120)]
  expect(await slice.deps.db.accountAssignment.count()).toBe(1)
  await end(first)
  await sweep()
  expect(await assigned()).toHaveLength(1)
  expect(slice.aws.roleCredentials(session)).toBeDefined()
  const { releasedAt } = await needOf(first)
  expect(await needOf(first)).toMatchObject({ sharedWithId: longer, lastSessionDiesAt: new Date(releasedAt!.getTime() + 120 * minute) })
  expect(await grantOf(first)).toMatchObject({ state: 'ending', mintingStoppedAt: releasedAt })
  const third = await active()
  await end(longer)
  await pass(1)
  expect([await assigned(), (await grantOf(third)).state]).toEqual([[expect.any(String)], 'active'])
  await end(third)
  await pass(1)
  expect([await assigned(), await kindsOf(longer), await kindsOf(third)]).toEqual([[], ['wanted', 'made', 'kept'], ['wanted', 'made', 'removed']])
})

test('a grant that begins while another\'s removal is under way gets the assignment again', async () => {
  const first = await active()
  slice.aws.setAssignmentTime(5 * second)
  await end(first)
  await sweep()
  const next = await approved()
  await activateGrant(slice.deps, next)
  expect((await grantOf(next)).state).toBe('activating')
  await pass(20)
  expect([(await grantOf(next)).state, (await needOf(first)).closedAt, await assigned()]).toEqual(['active', expect.any(Date), [expect.any(String)]])
})

test('an answer that was lost meets AWS\'s conflict, waits it out, and comes to what is wanted', async () => {
  slice.aws.setAssignmentTime(20 * second)
  const grantId = await approved()
  const identityCenter = dyingAt(slice.deps.identityCenter, 4, 'after')
  await expect(activateGrant({ ...slice.deps, identityCenter }, grantId)).rejects.toThrow('killed')
  await end(grantId)
  slice.clock.advance(10 * second)
  await slice.database.owner.accountAssignment.updateMany({ data: { claimedUntil: null } })
  await sweep()
  expect((await needOf(grantId)).assignment).toMatchObject({ state: 'removing', failureCode: 'ConflictException', slot: null })
  await pass(60)
  expect([await assigned(), (await needOf(grantId)).closedAt, (await needOf(grantId)).assignment]).toMatchObject([[], expect.any(Date) as unknown, { state: 'absent', slot: null }])
})

const kills = [1, 2, 3, 4, 5].flatMap((call) => (['before', 'after'] as const).map((when) => [call, when] as const))

test.each(kills)('a process killed at call %i of an activation, %s AWS did it, loses nothing', async (call, when) => {
  const grantId = await approved()
  const identityCenter = dyingAt(slice.deps.identityCenter, call, when)
  await expect(activateGrant({ ...slice.deps, identityCenter }, grantId)).rejects.toThrow('killed')
  expect((await grantOf(grantId)).state).toBe('activating')
  slice.clock.advance(61 * second)
  await activateGrant(slice.deps, grantId)
  expect([(await grantOf(grantId)).state, await assigned(), (await needOf(grantId)).assignment]).toMatchObject(['active', [expect.any(String)], { state: 'present', foreign: false, slot: null }])
})

const removalKills = [1, 2].flatMap((call) => (['before', 'after'] as const).map((when) => [call, when] as const))

test.each(removalKills)('a process killed at call %i of a removal, %s AWS did it, leaves nothing behind', async (call, when) => {
  const grantId = await active()
  await end(grantId)
  const identityCenter = dyingAt(slice.deps.identityCenter, call, when)
  await expect(sweep({ ...slice.deps, identityCenter })).rejects.toThrow('killed')
  expect((await grantOf(grantId)).mintingStoppedAt).toBeNull()
  slice.clock.advance(61 * second)
  await sweep()
  expect([await assigned(), (await needOf(grantId)).assignment.state, (await grantOf(grantId)).mintingStoppedAt]).toEqual([[], 'absent', expect.any(Date)])
})

test('killed between any two steps, another process goes on; two at once do nothing twice', async () => {
  const grantId = await approved()
  await expect(activateGrant({ ...slice.deps, identityCenter: dyingAt(slice.deps.identityCenter, 3, 'before') }, grantId)).rejects.toThrow('killed')
  slice.clock.advance(61 * second)
  const { assignmentId } = await needOf(grantId)
  const steps = []
  for (let index = 0; index < 4; index += 1) {
    const both = await Promise.all([stepAssignment(slice.deps, assignmentId), stepAssignment(slice.deps, assignmentId)])
    expect(both.filter((step) => step !== undefined)).toHaveLength(1)
    steps.push(both.find((step) => step !== undefined))
  }
  expect([steps, (await grantOf(grantId)).state]).toEqual([['look', 'create', 'poll', 'rest'], 'active'])
})

test('access that AWS opens without asking the portal ends when the profile is withdrawn or its holder switched off', async () => {
  const tom = await slice.viewer('tom')
  const [mayas, toms] = [await active(), await active(tom)]
  expect(await endBarredGrants(slice.deps)).toBe(0)
  await slice.deps.db.person.update({ where: { id: tom.personId }, data: { disabledAt: slice.clock.now() } })
  expect(await endBarredGrants(slice.deps)).toBe(1)
  await slice.deps.db.person.update({ where: { id: tom.personId }, data: { disabledAt: null } })
  await pass(1)
  expect([(await grantOf(toms)).endReason, (await grantOf(mayas)).state, await assigned()]).toEqual(['revoked', 'active', [await idOf(session.userName)]])
  await slice.deps.db.accessProfile.update({ where: { id: 'analyst-sso' }, data: { offered: false } })
  expect(await endBarredGrants(slice.deps)).toBe(1)
  await slice.deps.db.accessProfile.update({ where: { id: 'analyst-sso' }, data: { offered: true } })
  await pass(1)
  expect([(await grantOf(mayas)).endNote, await assigned()]).toEqual([expect.stringContaining('no longer offered'), []])
})

test('operations under way hold ten places in all, over any number of processes', async () => {
  const place = { accountId: accounts.sandbox, permissionSetArn: 'arn:aws:sso:::permissionSet/x/y', permissionSetName: 'X', principalType: 'USER', sessionMinutes: 60 }
  await slice.database.owner.accountAssignment.createMany({ data: Array.from({ length: 14 }, (_, index) => ({ ...place, principalId: `user-${index}` })) })
  const ids = (await slice.deps.db.accountAssignment.findMany({ select: { id: true } })).map(({ id }) => id)
  for (let round = 0; round < 6; round += 1) await Promise.all(ids.map((id) => takeSlot(slice.deps.db, id)))
  const held = await slice.deps.db.accountAssignment.findMany({ where: { slot: { not: null } } })
  expect(held).toHaveLength(10)
  expect(await takeSlot(slice.deps.db, held[0]!.id)).toBe(true)
  expect(await Promise.all(ids.filter((id) => !held.some((row) => row.id === id)).map((id) => takeSlot(slice.deps.db, id)))).toEqual([false, false, false, false])
})

test('two replicas that ask all at once stay within AWS\'s rate', async () => {
  const one = slice.deps.identityCenter
  slice.reconnect()
  const other = slice.deps.identityCenter
  const asked = await Promise.all(Array.from({ length: 26 }, (_, index) => (index % 2 ? one : other).listAssignments(accounts.dataStaging, 'arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-0000000000000000')))
  expect(asked.map((answer) => !answer.ok && answer.code)).not.toContain('throttled')
  expect(slice.aws.recorded(accounts.hub).filter(({ errorCode }) => errorCode === 'ThrottlingException')).toEqual([])
})

test('an assignment that vanished under an active grant is made again', async () => {
  const grantId = await active()
  await (await console()).remove(await idOf(session.userName))
  expect(await assigned()).toEqual([])
  expect(await reconcileAssignments(slice.deps, slice.clock.now())).toMatchObject({ repaired: [(await needOf(grantId)).assignmentId], outside: [] })
  await sweep()
  expect([await assigned(), (await grantOf(grantId)).state, await kindsOf(grantId)]).toEqual([[expect.any(String)], 'active', ['wanted', 'made']])
  expect(await reconcileAssignments(slice.deps, slice.clock.now())).toMatchObject({ repaired: [], outside: [] })
})

test('what AWS was asked for, said to have failed at and has nevertheless, is taken away', async () => {
  slice.aws.failAssignment('Received a 500 status error.')
  const grantId = await approved()
  await activateGrant(slice.deps, grantId)
  await pass(2)
  await (await console()).assign(await idOf(session.userName))
  expect(await assigned()).toHaveLength(1)
  expect((await reconcileAssignments(slice.deps, slice.clock.now())).repaired).toHaveLength(1)
  await sweep()
  expect([await assigned(), (await grantOf(grantId)).state]).toEqual([[], 'failed'])
})

test('what no grant asked for is told once and never taken away', async () => {
  const tom = await idOf('tom.becker@northwind.example')
  await (await console()).assign(tom)
  const outside = [{ accountId: accounts.dataStaging, principal: { type: 'USER', id: tom } }]
  for (let round = 0; round < 2; round += 1) expect(await reconcileAssignments(slice.deps, slice.clock.now())).toMatchObject({ repaired: [], outside })
  const told = () => slice.deps.db.recordEntry.count({ where: { kind: 'reconcile.outside' } })
  const before = await told()
  expect(await assigned()).toEqual([tom])
  expect(await slice.deps.db.outsideRecord.findMany()).toMatchObject([{ roleArn: expect.stringContaining(`${accounts.dataStaging}:role/aws-reserved`) as unknown, what: expect.stringContaining('is assigned DataAnalyst') as unknown, goneAt: null }])
  await (await console()).remove(tom)
  expect((await reconcileAssignments(slice.deps, slice.clock.now())).outside).toEqual([])
  await (await console()).assign(tom)
  await reconcileAssignments(slice.deps, slice.clock.now())
  expect(await told()).toBe(before + 1)
})

test('an assignment from before a grant stays after it, and one that comes after its removal is told and stays', async () => {
  const id = await idOf(session.userName)
  await (await console()).assign(id)
  const early = await active()
  expect(await grantOf(early)).toMatchObject({ confirmation: expect.stringContaining('already') as unknown })
  await end(early)
  await pass(2)
  expect([await assigned(), (await needOf(early)).closedAt]).toEqual([[id], expect.any(Date)])
  expect((await reconcileAssignments(slice.deps, slice.clock.now())).outside).toMatchObject([{ principal: { id } }])
  await (await console()).remove(id)
  await reconcileAssignments(slice.deps, slice.clock.now())
  const late = await active()
  await end(late)
  await pass(2)
  expect(await assigned()).toEqual([])
  await (await console()).assign(id)
  expect(await reconcileAssignments(slice.deps, slice.clock.now())).toMatchObject({ repaired: [], outside: [{ principal: { id } }] })
  await pass(2)
  expect(await assigned()).toEqual([id])
})

test('the reconciler runs in turns over all replicas, leaves alone what is under way, and says what it could not read', async () => {
  slice.aws.setAssignmentTime(5 * second)
  const grantId = await approved()
  await activateGrant(slice.deps, grantId)
  const result = await reconcileInTurn(slice.deps)
  expect(result).toEqual({ repaired: 0, outside: 0, failed: ['Nothing: NoPermissionSet'] })
  const nothing = { repaired: 0, outside: 0, failed: [] }
  expect(await reconcileInTurn(slice.deps)).toEqual(nothing)
  await slice.database.owner.rateBudget.deleteMany()
  expect(await reconcileInTurn({ ...slice.deps, identityCenter: undefined })).toEqual(nothing)
  await pass(8)
  expect((await grantOf(grantId)).state).toBe('active')
  await settleAssignment(slice.deps, (await needOf(grantId)).assignmentId)
})

const value = <Value extends object>(result: { ok: true } & Value | AwsFailure): Value => {
  if (!result.ok) throw new Error(`${result.awsCode}: ${result.message}`)
  return result
}

test('places where a permission set has no role are compared without being asked for one by one, and nothing is overlooked', async () => {
  const { permissionSet } = value(await slice.deps.identityCenter.findPermissionSet('PowerUser'))
  const place = { permissionSetArn: permissionSet.arn, permissionSetName: 'PowerUser', sessionMinutes: 240, principalType: 'USER', principalId: 'somebody' }
  await slice.database.owner.accountAssignment.createMany({ data: Array.from({ length: 40 }, (_, index) => ({ ...place, accountId: String(800_000_000_000 + index) })) })
  const { principal } = value(await slice.deps.identityCenter.findPrincipal({ userNames: ['tom.becker@northwind.example'] }))
  value(await slice.deps.identityCenter.start('create', { accountId: accounts.sandbox, permissionSetArn: permissionSet.arn, principal }))
  await slice.database.owner.accountAssignment.create({ data: { ...place, accountId: accounts.sandbox } })
  const before = slice.aws.identityCenterLoad().requests
  expect((await reconcileAssignments(slice.deps, slice.clock.now())).outside).toEqual([{ accountId: accounts.sandbox, permissionSetArn: permissionSet.arn, principal }])
  expect(slice.aws.identityCenterLoad().requests - before).toBeLessThan(15)
})
