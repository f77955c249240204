import { DeleteRolePermissionsBoundaryCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { windowName } from '#lib/aws/vendor-policies.ts'
import { accounts, cardProcessorKey } from '#lib/local/demo/organisation.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { requestExtension } from '#lib/requests/request-extension.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { activateGrant } from '../activate-grant.ts'
import { endGrant } from '../end-grant.ts'
import { finishDueGrants } from '../finish-grants.ts'
import { mintLease } from '../mint-lease.ts'
import { resumeVendorRoles } from './resume-vendor-roles.ts'
import { findVendorView } from './vendor.queries.ts'
import { noteSettled } from './note-vendor.ts'
import { settleVendorRole, stepVendorRole, type TakenStep } from './settle-vendor-role.ts'

let slice: Slice
let maya: Viewer
const RoleName = 'card-processor'
const roleArn = `arn:aws:iam::${accounts.paymentsProd}:role/latchkey/${RoleName}`
const minute = 60_000
type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
const vendor: Keys = { accessKeyId: cardProcessorKey.id, secretAccessKey: cardProcessorKey.secret }

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
  slice.aws.setIamPropagation(0)
  slice.clock.reset()
  slice.aws.wipe()
  const { owner } = slice.database
  await owner.grant.updateMany({ where: { state: { in: ['active', 'activating'] } }, data: { state: 'failed' } })
  await owner.vendorAccess.updateMany({ where: { closedAt: null }, data: { closedAt: new Date() } })
  await owner.vendorRole.updateMany({ data: { openSince: null, closedFrom: null, touchedAt: null, quietFrom: null, nextAttemptAt: null, failureCode: null } })
})

const settings = (credentials: Keys) => ({ region: 'us-east-1', endpoint: slice.aws.url, credentials, maxAttempts: 1, systemClockOffset: slice.clock.now().getTime() - Date.now() })
const iam = () => new IAMClient(settings(slice.administrator(accounts.paymentsProd)))
const externalId = async () => (await slice.deps.db.vendorRole.findUniqueOrThrow({ where: { roleArn } })).externalId
const grantOf = (id: string) => slice.deps.db.grant.findUniqueOrThrow({ where: { id } })
const accessOf = (grantId: string) => slice.deps.db.vendorAccess.findUniqueOrThrow({ where: { grantId } })
const roleRow = () => slice.deps.db.vendorRole.findUniqueOrThrow({ where: { roleArn } })
const kindsOf = async (grantId: string) => (await slice.deps.db.recordEntry.findMany({ where: { grantId, kind: { startsWith: 'grant.trust.' } }, orderBy: { id: 'asc' } })).map(({ kind }) => kind.replace('grant.trust.', ''))
const policies = async (): Promise<string[]> => (await iam().send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []
const sids = async (): Promise<string[]> => {
  const { Role } = await iam().send(new GetRoleCommand({ RoleName }))
  return (JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid)
}
const sweep = async (): Promise<number> => {
  await finishDueGrants(slice.deps)
  return resumeVendorRoles(slice.deps, (error) => {
    throw error
  })
}
const at = (date: Date | null, plusMs = 0): void => {
  slice.clock.setTo(new Date((date?.getTime() ?? 0) + plusMs))
  slice.reconnect()
}

/** The vendor takes on the role from its own account, as it would. */
async function takeOn(by: Keys = vendor, more: { ExternalId?: string; DurationSeconds?: number } = {}): Promise<Keys | null> {
  try {
    const { Credentials } = await new STSClient(settings(by)).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'settlement', ExternalId: await externalId(), ...more }))
    return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  } catch (error) {
    if ((error as Error).name === 'AccessDenied') return null
    throw error
  }
}
const works = (keys: Keys | null): Promise<boolean> =>
  new S3Client({ ...settings(keys!), region: 'eu-central-1', forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket: 'northwind-invoices' })).then(
    () => true,
    (error: Error) => {
      if (error.name !== 'AccessDenied') throw error
      return false
    },
  )
/** Shorter than a session of the role, so that it is the end that ends it. */
const active = (minutes = 30, holder = maya) => slice.activeGrant(holder, 'card-processor', minutes)

/** Approved and its activation begun, and nothing yet asked of AWS. */
async function begun(): Promise<string> {
  const grantId = await slice.approve(await slice.viewer('ana'), await slice.ask(maya, 'card-processor', 30))
  await activateGrant({ ...slice.deps, vendorGate: undefined }, grantId)
  await slice.database.owner.grant.update({ where: { id: grantId }, data: { state: 'activating' } })
  await slice.database.owner.vendorRole.update({ where: { roleArn }, data: { openSince: slice.clock.now(), closedFrom: null } })
  return grantId
}

test('the vendor gets in while the grant lasts, not before and not after, and its sessions die in the second of the end', async () => {
  const grantId = await slice.approve(await slice.viewer('ana'), await slice.ask(maya, 'card-processor', 30))
  expect(await takeOn()).toBeNull()
  await activateGrant(slice.deps, grantId)
  const { endsAt, state, confirmation } = await grantOf(grantId)
  expect([state, confirmation]).toEqual(['active', expect.stringContaining('Read back from the role')])
  const session = await takeOn()
  expect(await works(session)).toBe(true)
  at(endsAt, -1_000)
  expect(await works(session)).toBe(true)
  at(new Date(Math.floor(endsAt!.getTime() / 1_000) * 1_000))
  // Nothing of the portal has run: AWS ends it by itself.
  expect([await works(session), await takeOn()]).toEqual([false, null])
  at(endsAt)
  await sweep()
  expect(await grantOf(grantId)).toMatchObject({ state: 'ended', endReason: 'expired', credentialsDeadAt: endsAt })
  expect([await sids(), await policies()]).toEqual([['Others'], expect.arrayContaining([windowName])])
  expect(await kindsOf(grantId)).toEqual(['opened', 'closed'])
  at((await roleRow()).quietFrom)
  await sweep()
  expect(await policies()).not.toContain(windowName)
  expect(await roleRow()).toMatchObject({ openSince: null, closedFrom: null, touchedAt: null, nextAttemptAt: null })
})

test('another external id, none, and another account do not get in', async () => {
  await active()
  expect(await takeOn(vendor, { ExternalId: 'guessed' })).toBeNull()
  expect(await takeOn(slice.administrator(accounts.sandbox))).toBeNull()
  expect(await takeOn(slice.administrator(accounts.paymentsProd))).toBeNull()
  expect(await takeOn()).not.toBeNull()
})

test('nobody gets credentials of it from the portal', async () => {
  expect(await mintLease(slice.deps, maya, await active(), 'reveal')).toMatchObject({ ok: false, code: 'no_credentials', message: expect.stringContaining('vendor') })
  expect(await slice.deps.db.lease.count()).toBe(0)
})

test('an early end denies every session first, then shuts the vendor out; a new window does not wake the old sessions', async () => {
  const grantId = await active()
  const session = await takeOn()
  slice.clock.advance(minute)
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: true })
  expect(await grantOf(grantId)).toMatchObject({ state: 'ending' })
  expect(await stepVendorRole(slice.deps, roleArn)).toMatchObject({ step: 'deny' })
  expect([await works(session), await sids()]).toEqual([false, ['Others', 'LatchkeyVendor']])
  await sweep()
  expect([await takeOn(), await sids()]).toEqual([null, ['Others']])
  expect(await accessOf(grantId)).toMatchObject({ closedAt: expect.any(Date), deniedAt: expect.any(Date), sharedWithId: null })
  slice.clock.advance(minute)
  const next = await active()
  expect([await works(session), await works(await takeOn())]).toEqual([false, true])
  expect(await grantOf(next)).toMatchObject({ state: 'active' })
})

test('what was promised as the death of the last session comes earlier by the role\'s longest session, never later', async () => {
  const grantId = await active(240)
  const before = slice.clock.now()
  await endGrant(slice.deps, maya, grantId, '')
  const promised = (await grantOf(grantId)).credentialsDeadAt
  await sweep()
  const { credentialsDeadAt } = await grantOf(grantId)
  expect(promised!.getTime() - before.getTime()).toBeGreaterThan(239 * minute)
  expect(credentialsDeadAt!.getTime() - before.getTime()).toBeLessThan(61 * minute)
  at(credentialsDeadAt)
  await sweep()
  expect(await grantOf(grantId)).toMatchObject({ state: 'ended', endReason: 'relinquished', credentialsDeadAt })
})

test('a later end moves both dates, the denial first, and sessions go on', async () => {
  const grantId = await active()
  const session = await takeOn()
  const { endsAt } = await grantOf(grantId)
  slice.clock.advance(minute)
  const asked = await requestExtension({ ...approving(slice.deps), requestLapseHours: 72 }, maya, grantId, { durationMinutes: 20, justification: 'The settlement question is not answered yet' }, null, slice.clock.now())
  if (!asked.ok) throw new Error(asked.message)
  await settleRequest(approving(slice.deps), await slice.viewer('ana'), asked.requestId, null, { verdict: 'approve', reason: '', roleDigest: null }, slice.clock.now())
  expect(await stepVendorRole(slice.deps, roleArn)).toMatchObject({ step: 'deny' })
  expect(await stepVendorRole(slice.deps, roleArn)).toMatchObject({ step: 'open' })
  await sweep()
  at(endsAt, 5 * minute)
  expect([await works(session), await works(await takeOn())]).toEqual([true, true])
  expect(await kindsOf(grantId)).toEqual(['opened', 'moved'])
  at(endsAt, 20 * minute)
  expect([await takeOn(), await works(session)]).toEqual([null, false])
})

test('of two grants of one vendor the later end counts, whichever ends first', async () => {
  const [short, long] = [await active(30), await active(50, await slice.viewer('priya'))]
  const session = await takeOn()
  at((await grantOf(short)).endsAt, 1_000)
  await sweep()
  expect([await works(session), await works(await takeOn())]).toEqual([true, true])
  expect(await accessOf(short)).toMatchObject({ sharedWithId: long, closedAt: expect.any(Date) })
  const later = await takeOn()
  await endGrant(slice.deps, await slice.viewer('priya'), long, '')
  await sweep()
  expect([await works(later), await takeOn()]).toEqual([false, null])
})

test('a profile that names another vendor by now opens no window beside that of the first, whose sessions would outlive it', async () => {
  const first = await active(60)
  const { definition } = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: 'card-processor' } })
  const { access } = definition as { access: object }
  const change = (changed: object) => slice.database.owner.accessProfile.update({ where: { id: 'card-processor' }, data: { definition: changed } })
  await change({ ...(definition as object), access: { ...access, vendorAccount: accounts.sandbox, vendorPrincipal: undefined } })
  try {
    const second = await slice.approve(await slice.viewer('ana'), await slice.ask(await slice.viewer('priya', ['payments']), 'card-processor', 30))
    await activateGrant(slice.deps, second)
    await sweep()
    expect(await grantOf(second)).toMatchObject({ state: 'failed', failureCode: 'AnotherVendor' })
    expect([await takeOn(slice.administrator(accounts.sandbox)), await works(await takeOn())]).toEqual([null, true])
    await endGrant(slice.deps, maya, first, '')
  } finally {
    await change(definition as object)
  }
})

test('the longer of two ended early leaves the vendor what the shorter one allows', async () => {
  const [short, long] = [await active(30), await active(50, await slice.viewer('priya'))]
  const session = await takeOn()
  await endGrant(slice.deps, await slice.viewer('priya'), long, '')
  await sweep()
  expect(await grantOf(long)).toMatchObject({ state: 'ended' })
  expect([await works(session), await works(await takeOn())]).toEqual([true, true])
  at((await grantOf(short)).endsAt)
  expect([await works(session), await takeOn()]).toEqual([false, null])
})

test('a process that dies after any step leaves what the next one goes on with', async () => {
  const grantId = await begun()
  for (const step of ['deny', 'open'] as const) {
    expect(await stepVendorRole(slice.deps, roleArn)).toMatchObject({ step })
    expect(await grantOf(grantId)).toMatchObject({ state: 'activating' })
    if (step === 'deny') expect(await takeOn()).toBeNull()
  }
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'active' })
  await endGrant(slice.deps, maya, grantId, '')
  for (const step of ['deny', 'close', 'done'] as const) {
    expect(await stepVendorRole(slice.deps, roleArn)).toMatchObject({ step })
    expect(await accessOf(grantId)).toMatchObject({ closedAt: null })
  }
  await sweep()
  expect(await kindsOf(grantId)).toEqual(['failed', 'opened', 'closed'])
  at((await roleRow()).quietFrom)
  expect(await stepVendorRole(slice.deps, roleArn)).toMatchObject({ step: 'lift' })
  await sweep()
  expect(await roleRow()).toMatchObject({ closedFrom: null, touchedAt: null, nextAttemptAt: null })
})

test('a grant that ends while the trust is being opened is never called active, and the trust is taken back', async () => {
  const grantId = await begun()
  await stepVendorRole(slice.deps, roleArn)
  await stepVendorRole(slice.deps, roleArn)
  await endGrant(slice.deps, maya, grantId, '')
  await activateGrant(slice.deps, grantId)
  await sweep()
  expect([await takeOn(), await sids(), (await grantOf(grantId)).activatedAt]).toEqual([null, ['Others'], null])
})

test('what was read for an older wish is not noted for a newer one', async () => {
  const grantId = await active()
  const taken = await stepVendorRole(slice.deps, roleArn)
  await endGrant(slice.deps, maya, grantId, '')
  expect(await noteSettled(slice.deps, roleArn, taken as TakenStep)).toBe(false)
  expect(await accessOf(grantId)).toMatchObject({ closedAt: null })
  await sweep()
  expect([await takeOn(), await kindsOf(grantId)]).toEqual([null, ['opened', 'closed']])
})

test('ending what is over changes nothing, and an earlier failure is not the next grant\'s', async () => {
  await iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
  await expect(active()).rejects.toThrow(/NotManaged/)
  slice.aws.wipe()
  slice.reconnect()
  const grantId = await active()
  expect(await roleRow()).toMatchObject({ failureCode: null, failureMessage: null })
  await endGrant(slice.deps, maya, grantId, '')
  await sweep()
  at((await grantOf(grantId)).credentialsDeadAt)
  await sweep()
  const before = await roleRow()
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: false, code: 'over' })
  expect(await roleRow()).toEqual(before)
})

test('a role without its boundary is not touched, and that is said', async () => {
  await iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
  const before = [await policies(), await sids()]
  await expect(active()).rejects.toThrow(/NotManaged .*carries no permissions boundary/)
  expect([await policies(), await sids()]).toEqual(before)
  expect(await roleRow()).toMatchObject({ openSince: null, nextAttemptAt: null })
})

test('statements of others stay word for word, and a trust policy that would grow too long is left alone', async () => {
  const { Role } = await iam().send(new GetRoleCommand({ RoleName }))
  const trust = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)) as { Statement: object[] }
  const put = (...more: object[]) => iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify({ ...trust, Statement: [...trust.Statement, ...more] }) }))
  const theirs = (words: string) => ({ Sid: 'Theirs', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:PrincipalTag/team': words } } })
  await put(theirs('blocked'))
  const grantId = await active()
  expect(await sids()).toEqual(['Others', 'Theirs', 'LatchkeyVendor'])
  await endGrant(slice.deps, maya, grantId, '')
  await sweep()
  expect(await sids()).toEqual(['Others', 'Theirs'])
  await put(theirs('x'.repeat(1_600)))
  await expect(active()).rejects.toThrow(/LimitExceeded .*2048/)
  expect(await sids()).toEqual(['Others', 'Theirs'])
})

test('an AWS that fails halfway is a state with its reason, told once, and gone on with', async () => {
  const grantId = await active()
  const session = await takeOn()
  await endGrant(slice.deps, maya, grantId, '')
  slice.aws.fail({ service: 'iam', action: 'UpdateAssumeRolePolicy', code: 'AccessDenied', message: 'Not authorized.', status: 403, times: 9 })
  await sweep()
  expect([await works(session), await takeOn().then((keys) => works(keys))]).toEqual([false, false])
  expect(await roleRow()).toMatchObject({ attempts: 1, failureCode: 'AccessDenied' })
  slice.clock.advance(minute)
  await sweep()
  slice.aws.clearFaults()
  slice.clock.advance(minute)
  await sweep()
  expect([await takeOn(), await roleRow()]).toEqual([null, expect.objectContaining({ attempts: 0, failureCode: null })])
  expect(await kindsOf(grantId)).toEqual(['opened', 'failed', 'closed'])
})

test('sessions begun while IAM still spreads an early end are denied with the others when it has', async () => {
  const grantId = await active()
  slice.aws.setIamPropagation(20_000)
  slice.clock.advance(minute)
  slice.reconnect()
  await endGrant(slice.deps, maya, grantId, '')
  await sweep()
  const late = await takeOn()
  expect([await accessOf(grantId), await works(late)]).toEqual([expect.objectContaining({ closedAt: expect.any(Date) }), true])
  expect(await grantOf(grantId)).toMatchObject({ state: 'ending' })
  slice.clock.advance(21_000)
  expect([await works(late), await takeOn()]).toEqual([false, null])
})

test('two workers at once end with one statement, one denial and one entry each', async () => {
  const grantId = await active()
  await endGrant(slice.deps, maya, grantId, '')
  await Promise.all([settleVendorRole(slice.deps, roleArn), settleVendorRole(slice.deps, roleArn), settleVendorRole(slice.deps, roleArn)])
  slice.clock.advance(3_000)
  await sweep()
  expect([await sids(), await kindsOf(grantId)]).toEqual([['Others'], ['opened', 'closed']])
  const { PolicyDocument } = await iam().send(new GetRolePolicyCommand({ RoleName, PolicyName: windowName }))
  expect(decodeURIComponent(PolicyDocument!)).toContain('aws:TokenIssueTime')
})

test('the external id is one a role, is made before anybody is let in, and is shown to the holder and admins alone', async () => {
  const grantId = await slice.approve(await slice.viewer('ana'), await slice.ask(maya, 'card-processor', 30))
  const seenBy = async (viewer: Viewer) => (await findVendorView(slice.deps.db, viewer, await grantOf(grantId)))?.externalId
  expect(await externalId()).toMatch(/^latchkey-[\w-]{24}$/)
  expect([await seenBy(maya), await seenBy(await slice.viewer('lena'))]).toEqual([await externalId(), await externalId()])
  for (const other of ['priya', 'ana', 'rosa', 'amir']) expect(await seenBy(await slice.viewer(other))).toBeNull()
  expect(JSON.stringify(await slice.deps.db.recordEntry.findMany({ where: { grantId } }).then((entries) => entries.map(({ body }) => Buffer.from(body).toString())))).not.toContain(await externalId())
})
