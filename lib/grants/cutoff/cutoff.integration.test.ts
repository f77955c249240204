import { IAMClient, GetRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { roleDigest } from '#lib/catalog/role-drift.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { mintLease } from '../mint-lease.ts'
import { reconcileRole } from '../reconcile/reconcile-role.ts'
import { claimCutoff } from './cutoff.store.ts'
import { findCutoffView, holdersOf } from './cutoff.queries.ts'
import { cutOffRole } from './cut-off-role.ts'
import { cutoffOf } from './decide-cutoff.ts'
import { resumeCutoffs } from './resume-cutoffs.ts'
import { runCutoff } from './run-cutoff.ts'

let slice: Slice
let [maya, priya, rosa]: Viewer[] = []
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
  ;[maya, priya, rosa] = await Promise.all([slice.viewer('maya'), slice.viewer('priya'), slice.viewer('rosa')])
})
afterEach(async () => {
  slice.aws.clearFaults()
  slice.clock.reset()
  slice.aws.wipe()
  await slice.database.owner.roleCutoff.deleteMany()
  await slice.database.owner.lease.updateMany({ data: { mayLiveUntil: new Date(0) } })
})

const iam = () => new IAMClient({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accounts.paymentsProd), systemClockOffset: slice.clock.now().getTime() - Date.now() })
const policies = async (): Promise<string[]> => (await iam().send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []
const latest = () => slice.deps.db.roleCutoff.findFirstOrThrow({ orderBy: { cutAt: 'desc' } })
const kindsOf = async (id: string) => (await slice.deps.db.recordEntry.findMany({ where: { kind: { startsWith: 'role.cutoff.' } }, orderBy: { id: 'asc' } })).filter(({ body }) => Buffer.from(body).includes(id)).map(({ kind }) => kind.replace('role.cutoff.', ''))
const sweep = () => resumeCutoffs(slice.deps, (error) => {
  throw error
})

type Access = { grantId: string; works(): Promise<boolean> }
async function reveal(holder: Viewer, grantId: string): Promise<Access> {
  const minted = await mintLease(slice.deps, holder, grantId, 'reveal')
  if (!minted.ok) throw new Error(minted.message)
  const { accessKeyId, secretAccessKey, sessionToken } = minted.lease.credentials
  const works = () =>
    new EC2Client({ region: minted.lease.region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, endpoint: slice.aws.url, systemClockOffset: slice.clock.now().getTime() - Date.now() }).send(new DescribeRegionsCommand({})).then(
      () => true,
      (error: Error) => {
        if (error.name !== 'UnauthorizedOperation') throw error
        return false
      },
    )
  return { grantId, works }
}
const access = async (holder: Viewer, profile = 'payments-prod-read'): Promise<Access> => reveal(holder, await slice.activeGrant(holder, profile, 120))
const cut = (by: Viewer, { grantId }: Access, shown: number, reason = 'A laptop was stolen') => cutOffRole(slice.deps, by, { grantId, reason, shown })

/** Wanted, and the second from which on new credentials work has come. */
async function wanted(of: Access, shown: number): Promise<string> {
  expect(await cut(rosa!, of, shown)).toMatchObject({ ok: true, people: shown })
  slice.clock.advance(2 * second)
  return (await latest()).id
}

test('everybody in a role is cut off, nobody in another; who reveals again works again', async () => {
  const [one, two, other] = [await access(maya!), await access(priya!), await access(maya!, 'sandbox-builder')]
  const view = await findCutoffView(slice.deps.db, rosa!, one.grantId, slice.clock.now())
  expect(view?.holders.map(({ personId }) => personId).toSorted()).toEqual([maya!.personId, priya!.personId].toSorted())
  const id = await wanted(one, 2)
  await runCutoff(slice.deps, id)
  expect(await Promise.all([one.works(), two.works(), other.works()])).toEqual([false, false, true])
  expect(await latest()).toMatchObject({ state: 'confirmed', confirmedAt: expect.any(Date), people: 2 })
  expect(await kindsOf(id)).toEqual(['wanted', 'written', 'confirmed'])
  expect(await holdersOf(slice.deps.db, view!.roleArn, slice.clock.now())).toEqual([])
  expect(await (await reveal(maya!, one.grantId)).works()).toBe(true)
  expect(await holdersOf(slice.deps.db, view!.roleArn, slice.clock.now())).toHaveLength(1)
})

test('the denial is the portal\'s own: no drift, nothing beyond the record; taken off the role it is written again', async () => {
  const one = await access(maya!)
  const { roleArn, accountId } = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: one.grantId } })
  const digest = async () => {
    const read = await slice.deps.roleReader.readRole(accountId, roleArn)
    return read.ok ? roleDigest(read.role) : read.message
  }
  const before = await digest()
  const id = await wanted(one, 1)
  await runCutoff(slice.deps, id)
  expect(await digest()).toBe(before)
  await slice.deps.db.roleCheck.upsert({ where: { roleArn }, create: { roleArn }, update: {} })
  expect(await reconcileRole(slice.deps, roleArn)).toMatchObject({ ok: true, repaired: 0, outside: 0 })
  slice.clock.advance(3 * minute)
  slice.reconnect()
  expect(await slice.deps.revoker!.prune(roleArn, cutoffOf(await latest()).until)).toMatchObject({ ok: true, removed: [expect.stringContaining('latchkey-cutoff+')] })
  expect(await one.works()).toBe(true)
  expect(await reconcileRole(slice.deps, roleArn)).toMatchObject({ ok: true, repaired: 1, outside: 0 })
  await sweep()
  expect([(await latest()).state, await one.works()]).toEqual(['confirmed', false])
})

test('a process that dies before AWS, or between AWS and its note, loses nothing and writes nothing twice', async () => {
  const one = await access(maya!)
  const id = await wanted(one, 1)
  const claimed = await claimCutoff(slice.deps.db, id, slice.clock.now())
  expect(await slice.deps.revoker!.cutOff(claimed!.roleArn, cutoffOf(claimed!), slice.clock.now())).toMatchObject({ ok: true })
  expect([await sweep(), (await latest()).state]).toEqual([0, 'wanted'])
  slice.clock.advance(minute)
  expect(await sweep()).toBe(1)
  await runCutoff(slice.deps, id)
  expect([(await latest()).state, await one.works(), await kindsOf(id)]).toEqual(['confirmed', false, ['wanted', 'written', 'confirmed']])
  expect(await policies()).toHaveLength(1)
})

test('a later cutoff takes the place of an earlier one, and both go when the longest session has died', async () => {
  const one = await access(maya!)
  await runCutoff(slice.deps, await wanted(one, 1))
  const again = await reveal(maya!, one.grantId)
  await runCutoff(slice.deps, await wanted(one, 1))
  expect([await again.works(), await policies()]).toEqual([false, [expect.stringContaining('latchkey-cutoff+')]])
  const { PolicyDocument } = await iam().send(new GetRolePolicyCommand({ RoleName, PolicyName: (await policies())[0] }))
  expect(decodeURIComponent(PolicyDocument!)).toContain(`${(await latest()).cutAt.toISOString().slice(0, 19)}Z`)
  slice.clock.setTo(cutoffOf(await latest()).until)
  slice.reconnect()
  expect(await sweep()).toBe(2)
  expect([await policies(), await slice.deps.db.roleCutoff.count({ where: { closedAt: null } })]).toEqual([[], 0])
})

test('without a revoker that is said, once, and done when there is one', async () => {
  const one = await access(maya!)
  const id = await wanted(one, 1)
  const deps = { ...slice.deps, revoker: undefined }
  await runCutoff(deps, id)
  slice.clock.advance(3 * second)
  await runCutoff(deps, id)
  expect(await latest()).toMatchObject({ state: 'failed', failureCode: 'not_configured', attempts: 2 })
  slice.clock.advance(minute)
  await sweep()
  expect([await one.works(), await kindsOf(id)]).toEqual([false, ['wanted', 'failed', 'written', 'confirmed']])
})

test('only a responder or an admin, with a reason, and having seen everybody it hits', async () => {
  const one = await access(maya!)
  await access(priya!)
  for (const who of [maya!, priya!, await slice.viewer('ana')]) {
    expect(await cut(who, one, 2)).toMatchObject({ ok: false, code: 'not_allowed' })
    expect(await findCutoffView(slice.deps.db, who, one.grantId, slice.clock.now())).toBeNull()
  }
  expect(await cut(rosa!, one, 2, ' x ')).toMatchObject({ ok: false, code: 'reason_missing' })
  expect(await cut(rosa!, one, 1)).toMatchObject({ ok: false, code: 'more_people' })
  const both = await Promise.all([cut(rosa!, one, 2), cut(rosa!, one, 2)])
  expect(both.map((answer) => (answer.ok ? 'ok' : answer.code)).toSorted()).toEqual(['ok', 'under_way'])
  expect(await slice.deps.db.roleCutoff.count()).toBe(1)
})
