import { DeleteRolePolicyCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { revocationDocument, revocationName } from '#lib/aws/revocation-policy.ts'
import { windowDocument, windowName, withOpening } from '#lib/aws/vendor-policies.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { endGrant } from '../end-grant.ts'
import { mintLease } from '../mint-lease.ts'
import { resumeRevocations } from '../resume-revocations.ts'
import { revokeGrant } from '../revoke-grant.ts'
import { listOutside } from './outside.store.ts'
import { reconcile } from './reconcile.ts'

let slice: Slice
let maya: Viewer
const minute = 60_000
const readArn = `arn:aws:iam::${accounts.paymentsProd}:role/latchkey/payments-read`
const vendorArn = `arn:aws:iam::${accounts.paymentsProd}:role/latchkey/card-processor`

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
  slice.aws.clearFaults()
  slice.clock.reset()
  slice.aws.wipe()
  const { owner } = slice.database
  await owner.revocation.updateMany({ where: { closedAt: null }, data: { closedAt: new Date(), until: new Date(0) } })
  await owner.grant.updateMany({ where: { state: { in: ['active', 'activating', 'ending'] } }, data: { state: 'failed' } })
  await owner.vendorAccess.updateMany({ where: { closedAt: null }, data: { closedAt: new Date() } })
  await owner.vendorRole.updateMany({ data: { openSince: null, closedFrom: null, touchedAt: null, quietFrom: null, nextAttemptAt: null, failureCode: null } })
  await owner.outsideRecord.deleteMany()
  await owner.roleCheck.deleteMany()
})

const iam = () => new IAMClient({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accounts.paymentsProd), systemClockOffset: slice.clock.now().getTime() - Date.now() })
/** A role as AWS has it, every word: what may not change is compared whole. */
async function wholeRole(RoleName: string): Promise<Record<string, string>> {
  const { PolicyNames = [] } = await iam().send(new ListRolePoliciesCommand({ RoleName }))
  const inline = await Promise.all(PolicyNames.map(async (PolicyName) => [PolicyName, decodeURIComponent((await iam().send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument ?? '')]))
  const { Role } = await iam().send(new GetRoleCommand({ RoleName }))
  return { trust: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), ...(Object.fromEntries(inline) as Record<string, string>) }
}
const put = (RoleName: string, PolicyName: string, document: object) => iam().send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }))
const trust = (document: object) => iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'card-processor', PolicyDocument: JSON.stringify(document) }))
const run = () =>
  reconcile(slice.deps, (error) => {
    throw error
  })
/** Until nothing is due: a run takes some roles. */
async function runAll(): Promise<{ repaired: number; outside: number; failed: string[] }> {
  const all = { repaired: 0, outside: 0, failed: [] as string[] }
  for (const { repaired, outside, failed } of [await run(), await run()]) {
    all.repaired += repaired
    all.outside += outside
    all.failed.push(...failed)
  }
  return all
}
const later = (ms: number): void => {
  slice.clock.advance(ms)
  slice.reconnect()
}
const entries = async (kind: string, subjectId: string) => slice.deps.db.recordEntry.count({ where: { kind, subjectId } })
const nothing = { repaired: 0, outside: 0, failed: [] }
const stranger = { userId: 'AROASTRANGER:somebody', until: new Date(Date.now() + 600 * minute) }
const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }

async function revoked(): Promise<string> {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 60)
  const minted = await mintLease(slice.deps, maya, grantId, 'reveal')
  if (!minted.ok) throw new Error(minted.message)
  await endGrant(slice.deps, maya, grantId, '')
  await revokeGrant(slice.deps, grantId)
  return grantId
}
const denials = async (): Promise<string[]> => Object.keys(await wholeRole('payments-read')).filter((name) => name.startsWith('latchkey-revoked+'))

test('where AWS is as the record says, nothing is written, however often it is looked at', async () => {
  await revoked()
  await slice.activeGrant(maya, 'card-processor', 30)
  const before = [await wholeRole('payments-read'), await wholeRole('card-processor')]
  expect(await runAll()).toEqual(nothing)
  later(4 * minute)
  expect(await runAll()).toEqual(nothing)
  expect([await wholeRole('payments-read'), await wholeRole('card-processor')]).toEqual(before)
  expect(await slice.deps.db.roleCheck.count({ where: { checkedAt: null } })).toBe(0)
})

test('a denial that somebody took away is written again, and said to be seen again only when it is', async () => {
  const grantId = await revoked()
  const [name = ''] = await denials()
  await iam().send(new DeleteRolePolicyCommand({ RoleName: 'payments-read', PolicyName: name }))
  later(3 * minute)
  expect(await run()).toMatchObject({ repaired: 1, failed: [] })
  expect(await slice.deps.db.revocation.findUnique({ where: { grantId } })).toMatchObject({ state: 'wanted', confirmedAt: null })
  await resumeRevocations(slice.deps, () => undefined)
  expect(await denials()).toEqual([name])
  expect(await entries('reconcile.repaired', readArn)).toBe(1)
})

test('a denial that nobody needs any more is taken off the role', async () => {
  const old = { userId: 'AROAOLD:somebody', until: new Date(slice.clock.now().getTime() - minute) }
  await put('payments-read', revocationName(old), revocationDocument(old))
  expect(await runAll()).toMatchObject({ repaired: 1 })
  expect(await denials()).toEqual([])
})

test.each<[string, string, () => Promise<unknown>]>([
  ['a denial of a session that no revocation knows', 'payments-read', () => put('payments-read', revocationName(stranger), revocationDocument(stranger))],
  ['a policy in the disguise of a denial', 'payments-read', () => put('payments-read', revocationName(stranger), deny)],
  ['a window that says something else', 'card-processor', () => put('card-processor', windowName, deny)],
  ['a window on a role of no vendor', 'payments-read', () => put('payments-read', windowName, windowDocument({ since: new Date(0), until: stranger.until }))],
  ['a statement that lets in somebody else', 'card-processor', async () => trust(withOpening(JSON.parse((await wholeRole('card-processor')).trust!), { principal: `arn:aws:iam::${accounts.sandbox}:root`, externalId: 'guessed', until: stranger.until }))],
])('%s is reported once, with since when, and left as it is', async (_name, RoleName, make) => {
  await make()
  const before = await wholeRole(RoleName)
  const [seen, admin] = [slice.clock.now(), await slice.viewer('lena')]
  const known = await slice.deps.db.recordEntry.count({ where: { kind: 'reconcile.outside' } })
  expect(await runAll()).toMatchObject({ repaired: 0, outside: 1 })
  later(4 * minute)
  expect(await runAll()).toMatchObject({ outside: 0 })
  expect(await wholeRole(RoleName)).toEqual(before)
  const [row] = await listOutside(slice.deps.db, admin)
  expect(row!.firstSeenAt.getTime() - seen.getTime()).toBeLessThan(minute)
  expect(await slice.deps.db.recordEntry.count({ where: { kind: 'reconcile.outside' } })).toBe(known + 1)
  expect(await listOutside(slice.deps.db, maya)).toEqual([])
})

test('what is gone again is said to be gone, once', async () => {
  await put('payments-read', 'latchkey-else', deny)
  await runAll()
  await iam().send(new DeleteRolePolicyCommand({ RoleName: 'payments-read', PolicyName: 'latchkey-else' }))
  later(361 * minute)
  await runAll()
  expect(await listOutside(slice.deps.db, await slice.viewer('lena'))).toEqual([])
  expect(await entries('reconcile.outside.gone', readArn)).toBe(1)
})

test.each<[string, () => Promise<unknown>]>([
  ['a trust statement that somebody took away', async () => trust(withOpening(JSON.parse((await wholeRole('card-processor')).trust!), null))],
  ['a dated denial that somebody took away', () => iam().send(new DeleteRolePolicyCommand({ RoleName: 'card-processor', PolicyName: windowName }))],
  ['a dated denial that somebody moved', () => put('card-processor', windowName, windowDocument({ since: new Date(0), until: stranger.until }))],
])('%s during a grant is put back', async (_name, spoil) => {
  await slice.activeGrant(maya, 'card-processor', 30)
  const before = await wholeRole('card-processor')
  await spoil()
  expect(await wholeRole('card-processor')).not.toEqual(before)
  later(4 * minute)
  expect(await runAll()).toMatchObject({ repaired: 1, outside: 0, failed: [] })
  expect(await wholeRole('card-processor')).toEqual(before)
})

test('a vendor that was let in under the portal\'s own words, and whom no grant lets in, is shut out', async () => {
  const grantId = await slice.activeGrant(maya, 'card-processor', 30)
  const open = (await wholeRole('card-processor')).trust!
  await endGrant(slice.deps, maya, grantId, '')
  await runAll()
  later(120 * minute)
  await runAll()
  const quiet = await wholeRole('card-processor')
  expect(quiet).not.toHaveProperty(windowName)
  await trust(JSON.parse(open) as object)
  later(361 * minute)
  expect(await runAll()).toMatchObject({ repaired: 1, outside: 0 })
  expect((await wholeRole('card-processor')).trust).toBe(quiet.trust)
  expect(await entries('reconcile.repaired', vendorArn)).toBeGreaterThan(0)
})

test('ends that nobody carried out while the portal was down are carried out', async () => {
  const [one, two] = [await slice.activeGrant(maya, 'payments-prod-read', 10), await slice.activeGrant(maya, 'card-processor', 10)]
  later(11 * minute)
  expect(await run()).toMatchObject({ repaired: 3, failed: [] })
  expect(await slice.deps.db.grant.findMany({ where: { id: { in: [one, two] } }, select: { state: true, endReason: true } })).toEqual([{ state: 'ended', endReason: 'expired' }, { state: 'ended', endReason: 'expired' }])
  expect((await wholeRole('card-processor')).trust).not.toContain('LatchkeyVendor')
})

test('an AWS that fails halfway leaves what was done, says what was not, and the next run goes on with it', async () => {
  await revoked()
  await put('payments-read', 'latchkey-else', deny)
  slice.aws.fail({ service: 'iam', action: 'GetRole', kind: 'drop', times: 3 })
  const asked = slice.clock.now()
  expect((await run()).failed.join()).toContain('AWS did not answer in time.')
  const left = await slice.deps.db.roleCheck.count({ where: { checkedAt: null } })
  expect(left).toBeGreaterThan(0)
  slice.aws.clearFaults()
  expect(slice.clock.now().getTime() - asked.getTime()).toBeLessThan(minute)
  later(4 * minute)
  expect(await runAll()).toMatchObject({ failed: [] })
  expect(await slice.deps.db.roleCheck.count({ where: { checkedAt: null } })).toBe(0)
  expect(await listOutside(slice.deps.db, await slice.viewer('lena'))).toHaveLength(1)
})

test('an account that does not answer keeps no other waiting, and is asked once a run', async () => {
  slice.aws.fail({ service: 'iam', action: 'GetRole', kind: 'drop', times: 3 })
  await run()
  slice.aws.clearFaults()
  const checked = await slice.deps.db.roleCheck.findMany({ where: { checkedAt: { not: null } } })
  expect(new Set(checked.map(({ roleArn }) => roleArn.split(':')[4])).size).toBeGreaterThanOrEqual(2)
})

test('what AWS refuses stays said until it answers, and a role that left the catalogue is asked for no more', async () => {
  const { owner } = slice.database
  await owner.roleCheck.create({ data: { roleArn: 'arn:aws:iam::999999999999:role/latchkey/gone', failure: 'Not authorized.' } })
  slice.aws.fail({ service: 'iam', action: 'GetRole', code: 'AccessDenied', message: 'Not authorized.', status: 403, times: 1 })
  expect((await run()).failed).toEqual([expect.stringContaining('Not authorized.')])
  expect((await run()).failed).toHaveLength(1)
  later(4 * minute)
  expect((await run()).failed).toEqual([])
})

test('two at once do everything once', async () => {
  await put('payments-read', 'latchkey-else', deny)
  await slice.activeGrant(maya, 'card-processor', 30)
  const before = await wholeRole('card-processor')
  await iam().send(new DeleteRolePolicyCommand({ RoleName: 'card-processor', PolicyName: windowName }))
  const [gone, found] = [await entries('reconcile.outside', readArn), await entries('reconcile.repaired', vendorArn)]
  later(4 * minute)
  await Promise.all([run(), run(), run()])
  await run()
  expect(await wholeRole('card-processor')).toEqual(before)
  expect([await entries('reconcile.outside', readArn), await entries('reconcile.repaired', vendorArn)]).toEqual([gone + 1, found + 1])
})
