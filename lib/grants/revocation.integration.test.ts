import { DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { accounts } from '#lib/local/demo/organisation.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { keptUntil } from './decide-revocation.ts'
import { endGrant } from './end-grant.ts'
import { finishDueGrants } from './finish-grants.ts'
import { type MintedLease, mintLease } from './mint-lease.ts'
import { resumeRevocations } from './resume-revocations.ts'
import { claimRevocation } from './revocation.store.ts'
import { revokeGrant } from './revoke-grant.ts'

let slice: Slice
let maya: Viewer
const RoleName = 'payments-read'
const second = 1_000
const minute = 60_000

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  slice.reconnect()
  maya = await slice.viewer('maya')
})
afterEach(async () => {
  slice.aws.setIamPropagation(0)
  slice.clock.reset()
  slice.aws.wipe()
  await slice.database.owner.revocation.updateMany({ data: { closedAt: new Date() } })
})

const iam = () => new IAMClient({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accounts.paymentsProd), systemClockOffset: slice.clock.now().getTime() - Date.now() })
const policies = async (): Promise<string[]> => (await iam().send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []
const denials = async (): Promise<string[]> => (await policies()).filter((name) => name.startsWith('latchkey-revoked+'))
const stateOf = (grantId: string) => slice.deps.db.revocation.findUniqueOrThrow({ where: { grantId } })
const grantOf = (grantId: string) => slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
const kindsOf = async (grantId: string) => (await slice.deps.db.recordEntry.findMany({ where: { grantId, kind: { startsWith: 'grant.revocation.' } }, orderBy: { id: 'asc' } })).map(({ kind }) => kind.replace('grant.revocation.', ''))
const sweep = () => resumeRevocations(slice.deps, (error) => {
  throw error
})

type Access = { grantId: string; lease: MintedLease; works(): Promise<boolean> }
async function access(holder = maya): Promise<Access> {
  const grantId = await slice.activeGrant(holder, 'payments-prod-read', 120)
  const minted = await mintLease(slice.deps, holder, grantId, 'reveal')
  if (!minted.ok) throw new Error(minted.message)
  const { accessKeyId, secretAccessKey, sessionToken } = minted.lease.credentials
  const works = () => {
    const systemClockOffset = slice.clock.now().getTime() - Date.now()
    const client = new EC2Client({ region: minted.lease.region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, endpoint: slice.aws.url, systemClockOffset })
    return client.send(new DescribeRegionsCommand({})).then(
      () => true,
      (error: Error) => {
        if (error.name !== 'UnauthorizedOperation') throw error
        return false
      },
    )
  }
  return { grantId, lease: minted.lease, works }
}
const ended = async (holder = maya): Promise<Access> => {
  const made = await access(holder)
  expect(await endGrant(slice.deps, holder, made.grantId, '')).toMatchObject({ ok: true })
  return made
}

test('an early end cuts off the credentials it concerns, and no others of the same person and role', async () => {
  const [one, other] = [await ended(), await access()]
  expect(await slice.database.owner.$queryRaw`SELECT name FROM pgboss.job WHERE name = 'grant.revoke' AND data->>'grantId' = ${one.grantId}`).toHaveLength(2)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'wanted', until: one.lease.credentials.expiresAt })
  expect(await one.works()).toBe(true)
  await revokeGrant(slice.deps, one.grantId)
  expect([await one.works(), await other.works()]).toEqual([false, true])
  const { confirmedAt } = await stateOf(one.grantId)
  expect(await grantOf(one.grantId)).toMatchObject({ state: 'ended', endReason: 'relinquished', credentialsDeadAt: confirmedAt })
  expect(confirmedAt!.getTime()).toBeLessThan(one.lease.credentials.expiresAt.getTime())
  expect(await kindsOf(one.grantId)).toEqual(['wanted', 'written', 'confirmed'])
  expect(await grantOf(other.grantId)).toMatchObject({ state: 'active' })
})

test('where nothing was handed out there is nothing to cut off', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: true })
  expect(await grantOf(grantId)).toMatchObject({ state: 'ended' })
  expect(await slice.deps.db.revocation.count({ where: { grantId } })).toBe(0)
})

test('while IAM spreads the denial it is written, not confirmed; when AWS denies, that is seen and said', async () => {
  slice.aws.setIamPropagation(10 * second)
  const one = await ended()
  await revokeGrant(slice.deps, one.grantId)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'written', failureCode: 'StillAllowed' })
  expect(await grantOf(one.grantId)).toMatchObject({ state: 'ending', credentialsDeadAt: one.lease.credentials.expiresAt })
  expect([await sweep(), await one.works()]).toEqual([0, true])
  slice.clock.advance(11 * second)
  expect(await sweep()).toBe(1)
  expect([(await stateOf(one.grantId)).state, await one.works(), (await grantOf(one.grantId)).state]).toEqual(['confirmed', false, 'ended'])
})

test('what nobody has seen denied within a minute and a half is called unconfirmed, once, and looked at until it is', async () => {
  slice.aws.setIamPropagation(30 * minute)
  const one = await ended()
  await revokeGrant(slice.deps, one.grantId)
  for (const _ of Array.from({ length: 4 })) {
    slice.clock.setTo((await stateOf(one.grantId)).nextAttemptAt)
    await sweep()
  }
  const { writtenAt } = await stateOf(one.grantId)
  slice.clock.setTo(new Date(writtenAt!.getTime() + 90 * second))
  await sweep()
  slice.clock.setTo((await stateOf(one.grantId)).nextAttemptAt)
  await sweep()
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'unconfirmed', confirmedAt: null, failureCode: 'StillAllowed' })
  expect(await kindsOf(one.grantId)).toEqual(['wanted', 'written', 'unconfirmed'])
  slice.clock.advance(31 * minute)
  slice.reconnect()
  await sweep()
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'confirmed' })
})

test('a denial that hits the control session too proves nothing', async () => {
  const one = await ended()
  const everybody = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }
  await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: 'everybody', PolicyDocument: JSON.stringify(everybody) }))
  await revokeGrant(slice.deps, one.grantId)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'written', confirmedAt: null, failureMessage: expect.stringContaining('control session') })
  expect(await grantOf(one.grantId)).toMatchObject({ state: 'ending' })
})

test.each([
  ['that does not answer', { service: 'iam', action: 'PutRolePolicy', kind: 'drop', times: 9 }, 'AWS did not answer in time.'],
  ['that refuses', { service: 'iam', action: 'PutRolePolicy', code: 'AccessDenied', message: 'Not authorized to perform iam:PutRolePolicy.', status: 403, times: 9 }, 'Not authorized'],
] as const)('an AWS %s is a state with its reason, told once, and tried again until it works', async (_name, fault, message) => {
  const one = await ended()
  slice.aws.fail(fault)
  await revokeGrant(slice.deps, one.grantId)
  slice.clock.advance(3 * second)
  await sweep()
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'failed', attempts: 2, failureMessage: expect.stringContaining(message) })
  expect(await kindsOf(one.grantId)).toEqual(['wanted', 'failed'])
  slice.aws.clearFaults()
  slice.clock.advance(10 * second)
  await sweep()
  expect([(await stateOf(one.grantId)).state, await one.works()]).toEqual(['confirmed', false])
})

test('without a revoker that is said, and the credentials die by themselves', async () => {
  const one = await ended()
  const deps = { ...slice.deps, revoker: undefined }
  await revokeGrant(deps, one.grantId)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'failed', failureCode: 'not_configured' })
  slice.clock.setTo(one.lease.credentials.expiresAt)
  await finishDueGrants(deps)
  expect(await grantOf(one.grantId)).toMatchObject({ state: 'ended', credentialsDeadAt: one.lease.credentials.expiresAt })
  slice.clock.setTo(keptUntil(await stateOf(one.grantId)))
  await resumeRevocations(deps, () => undefined)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'failed', closedAt: expect.any(Date) })
})

test('a process that dies between AWS and its note, or before either, loses nothing and writes nothing twice', async () => {
  const one = await ended()
  const claimed = await claimRevocation(slice.deps.db, one.grantId, slice.clock.now())
  expect(await slice.deps.revoker!.revoke(claimed!.roleArn, { userId: claimed!.userId, until: keptUntil(claimed!) }, slice.clock.now())).toMatchObject({ ok: true })
  expect([await sweep(), (await stateOf(one.grantId)).state]).toEqual([0, 'wanted'])
  slice.clock.advance(minute)
  expect(await sweep()).toBe(1)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'confirmed' })
  await revokeGrant(slice.deps, one.grantId)
  expect(await denials()).toHaveLength(1)
  expect(await kindsOf(one.grantId)).toEqual(['wanted', 'written', 'confirmed'])
})

test('two workers on one revocation, and two revocations of one role, each end once and lose nothing', async () => {
  const both = [await ended(), await ended(await slice.viewer('priya'))]
  await Promise.all(both.flatMap(({ grantId }) => [revokeGrant(slice.deps, grantId), revokeGrant(slice.deps, grantId)]))
  slice.clock.advance(second)
  await sweep()
  for (const one of both) {
    expect(await one.works()).toBe(false)
    expect(await kindsOf(one.grantId)).toEqual(['wanted', 'written', 'confirmed'])
  }
  expect(await denials()).toHaveLength(2)
  expect(await slice.deps.db.roleLock.count()).toBe(0)
})

test('one at a time writes to a role; who comes second comes back', async () => {
  const one = await ended()
  const { roleArn } = await stateOf(one.grantId)
  await slice.deps.db.roleLock.create({ data: { roleArn, heldUntil: new Date(slice.clock.now().getTime() + 500) } })
  await revokeGrant(slice.deps, one.grantId)
  expect([(await stateOf(one.grantId)).state, await denials()]).toEqual(['wanted', []])
  slice.clock.advance(2 * second)
  await sweep()
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'confirmed' })
})

test('when the credentials have died the denial is taken away, and what others wrote stays', async () => {
  const one = await ended()
  await revokeGrant(slice.deps, one.grantId)
  await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: 'foreign', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }] }) }))
  slice.clock.setTo(one.lease.credentials.expiresAt)
  await sweep()
  expect(await denials()).toHaveLength(1)
  slice.clock.setTo(keptUntil(await stateOf(one.grantId)))
  slice.reconnect()
  await sweep()
  expect(await policies()).toEqual(['foreign'])
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'confirmed', closedAt: expect.any(Date) })
  expect((await kindsOf(one.grantId)).at(-1)).toBe('closed')
})

test('a role whose inline policies leave no room says so, and is written to when there is some', async () => {
  const Action = Array.from({ length: 640 }, (_, index) => `s3:Nothing${index}`)
  const filler = { RoleName, PolicyName: 'filler' }
  await iam().send(new PutRolePolicyCommand({ ...filler, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] }) }))
  const one = await ended()
  await revokeGrant(slice.deps, one.grantId)
  expect(await stateOf(one.grantId)).toMatchObject({ state: 'failed', failureCode: expect.stringContaining('LimitExceeded') })
  expect(await one.works()).toBe(true)
  await iam().send(new DeleteRolePolicyCommand(filler))
  slice.clock.advance(3 * second)
  await sweep()
  expect([(await stateOf(one.grantId)).state, await one.works()]).toEqual(['confirmed', false])
})

test('credentials that AWS still issues while their grant ends are denied as well', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 120)
  slice.aws.setLatency(300)
  const minting = mintLease(slice.deps, maya, grantId, 'reveal')
  await expect.poll(() => slice.deps.db.lease.count({ where: { grantId, purpose: 'reveal' } })).toBe(1)
  await endGrant(slice.deps, maya, grantId, '')
  expect(await minting).toMatchObject({ ok: false, code: 'ended' })
  slice.aws.setLatency(0)
  expect(await stateOf(grantId)).toMatchObject({ state: 'wanted' })
  await revokeGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'ended' })
})

test('the database lets credentials die earlier and never later, and keeps the time once it is a fact', async () => {
  const one = await ended()
  const dead = (await grantOf(one.grantId)).credentialsDeadAt!
  const set = (credentialsDeadAt: Date | null) => slice.database.owner.grant.update({ where: { id: one.grantId }, data: { credentialsDeadAt } })
  await expect(set(new Date(dead.getTime() + 1))).rejects.toThrow(/cannot die later/)
  await expect(set(null)).rejects.toThrow(/cannot die later/)
  await revokeGrant(slice.deps, one.grantId)
  await expect(set(new Date(0))).rejects.toThrow(/cannot die later/)
  await expect(slice.deps.db.revocation.delete({ where: { grantId: one.grantId } })).rejects.toThrow(/permission denied/)
})
