import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { writeProfiles } from '#lib/catalog/profile.store.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import { keepGroups } from '#lib/people/keep-groups.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { activateGrant } from './activate-grant.ts'
import { endBarredGrants } from './end-barred-grants.ts'
import { endGrant } from './end-grant.ts'
import { finishDueGrants } from './finish-grants.ts'
import { markLostLeases } from './lost-leases.ts'
import { mintLease } from './mint-lease.ts'
import { resumeActivations } from './resume-activations.ts'
import { retryActivation } from './retry-activation.ts'

let slice: Slice
let maya: Viewer
let ana: Viewer
let sandbox: ProfileDefinition

beforeAll(async () => {
  slice = await startSlice()
  sandbox = definitionOf(await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: 'sandbox-builder' } }))
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  slice.reconnect()
  ;[maya, ana] = await Promise.all([slice.viewer('maya'), slice.viewer('ana')])
})
afterEach(async () => {
  slice.aws.clearFaults()
  await slice.database.owner.accessProfile.updateMany({ data: { offered: true } })
  await slice.database.owner.accessProfile.update({ where: { id: 'sandbox-builder' }, data: { definition: sandbox } })
})

const minute = 60_000
const scheduled = async (profileId = 'sandbox-builder', durationMinutes = 60) => slice.approve(ana, await slice.ask(maya, profileId, durationMinutes))
const grantOf = (id: string) => slice.deps.db.grant.findUniqueOrThrow({ where: { id }, include: { leases: true } })
const kindsOf = async (grantId: string) => (await slice.deps.db.recordEntry.findMany({ where: { grantId } })).map((entry) => entry.kind).toSorted()
const jobsOf = (grantId: string) => slice.database.owner.$queryRaw<{ name: string; start: Date }[]>`SELECT name, start_after AS start FROM pgboss.job WHERE data->>'grantId' = ${grantId} ORDER BY name`
const failed = async () => {
  const grantId = await scheduled()
  slice.aws.fail({ service: 'ec2', action: 'DescribeRegions', code: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.', status: 403 })
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed' })
  return grantId
}
const errors = () => {
  const seen: unknown[] = []
  return { seen, note: (error: unknown) => void seen.push(error) }
}

test.each([
  ['an HTML page with status 500 instead of an answer', { service: 'sts', action: 'AssumeRole', kind: 'html', status: 500 }],
  ['throttling', { service: 'iam', action: 'GetRole', code: 'Throttling', status: 400 }],
  ['a connection that is cut', { service: 'ec2', action: 'DescribeRegions', kind: 'drop' }],
] as const)('%s is tried again, and the grant is active once AWS recovers, with the end it had', async (_name, fault) => {
  const grantId = await scheduled()
  slice.aws.fail({ ...fault, times: 20 })
  await expect(activateGrant(slice.deps, grantId)).rejects.toThrow(/waits for AWS/)
  const waiting = await grantOf(grantId)
  expect(waiting).toMatchObject({ state: 'activating', activatedAt: null })
  slice.aws.clearFaults()
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'active', endsAt: waiting.endsAt })
})

test('while AWS stays away the activation fails after five minutes, with a reason and no credentials', async () => {
  const grantId = await scheduled()
  slice.aws.fail({ service: 'iam', kind: 'html', status: 500, times: 99 })
  await expect(activateGrant(slice.deps, grantId)).rejects.toThrow(/waits for AWS/)
  slice.clock.advance(5 * minute)
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed', failureMessage: 'AWS did not answer in time.' })
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: false, code: 'not_active' })
})

test('what AWS refuses fails at once with AWS\'s reason; holder, responder and admin may try again, others may not', async () => {
  const grantId = await failed()
  expect(await grantOf(grantId)).toMatchObject({ failureCode: 'UnauthorizedOperation', failureMessage: expect.stringContaining('not authorized') })
  for (const id of ['tom', 'ana', 'amir', 'olga']) expect(await retryActivation(slice.deps, await slice.viewer(id), grantId), id).toMatchObject({ ok: false, code: 'not_found' })
  const retries = await Promise.all([maya, await slice.viewer('rosa'), await slice.viewer('lena')].map((viewer) => retryActivation(slice.deps, viewer, grantId)))
  expect(retries.filter((retry) => retry.ok)).toHaveLength(1)
  expect(retries.filter((retry) => !retry.ok)).toMatchObject([{ code: 'not_failed' }, { code: 'not_failed' }])
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'active', failureCode: null, failureMessage: null })
})

test.each(['maya', 'rosa', 'lena'])('%s can try a failed activation again', async (id) => {
  const grantId = await failed()
  expect(await retryActivation(slice.deps, await slice.viewer(id), grantId)).toEqual({ ok: true })
})

test('an approval is good for a day: later nobody starts its access again', async () => {
  const grantId = await failed()
  slice.clock.advance(24 * 60 * minute + 1)
  expect(await retryActivation(slice.deps, maya, grantId)).toMatchObject({ ok: false, code: 'approval_too_old', mend: 'Ask for access again.' })
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed' })
})

test('two workers activate one grant once; each trial left its own lease row', async () => {
  const grantId = await scheduled()
  await Promise.all([activateGrant(slice.deps, grantId), activateGrant(slice.deps, grantId)])
  const grant = await grantOf(grantId)
  expect(grant).toMatchObject({ state: 'active', version: 2 })
  const kinds = await kindsOf(grantId)
  expect(kinds.filter((kind) => kind === 'grant.activating' || kind === 'grant.active')).toEqual(['grant.activating', 'grant.active'].toSorted())
  expect(grant.leases.every((lease) => lease.purpose === 'probe' && lease.state === 'minted')).toBe(true)
  expect((await jobsOf(grantId)).filter((job) => job.name === 'grant.end')).toHaveLength(1)
})

test('a process that dies after beginning leaves the obligation to end, and the sweep carries it out', async () => {
  const grantId = await scheduled('sandbox-builder', 10)
  slice.aws.fail({ kind: 'drop', times: 99 })
  await expect(activateGrant(slice.deps, grantId)).rejects.toThrow(/waits for AWS/)
  slice.aws.clearFaults()
  const { endsAt } = await grantOf(grantId)
  expect((await jobsOf(grantId)).find((job) => job.name === 'grant.end')?.start).toEqual(endsAt)
  slice.clock.advance(10 * minute)
  await finishDueGrants(slice.deps)
  expect(await grantOf(grantId)).toMatchObject({ state: 'ended', endReason: 'expired', mintingStoppedAt: endsAt, activatedAt: null })
})

test('an activation whose job was lost goes on by itself', async () => {
  const { seen, note } = errors()
  const grantId = await scheduled()
  await resumeActivations(slice.deps, note)
  expect(await grantOf(grantId)).toMatchObject({ state: 'scheduled' })
  slice.clock.advance(minute)
  await resumeActivations(slice.deps, note)
  expect(await grantOf(grantId)).toMatchObject({ state: 'active', failureMessage: null })
  expect(seen).toEqual([])
})

test('an activation that ran out of retries is decided, not left waiting until its end', async () => {
  const { seen, note } = errors()
  const grantId = await scheduled()
  slice.aws.fail({ service: 'iam', kind: 'html', status: 500, times: 99 })
  await expect(activateGrant(slice.deps, grantId)).rejects.toThrow(/waits for AWS/)
  slice.clock.advance(6 * minute)
  await resumeActivations(slice.deps, note)
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed' })
  expect(seen).toEqual([])
})

test('a job that a slower clock takes up too early comes back', async () => {
  const grantId = await scheduled()
  slice.clock.advance(-2_000)
  await expect(activateGrant(slice.deps, grantId)).rejects.toThrow(/is early/)
  slice.clock.advance(2_000)
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'active' })
})

test('a profile withdrawn after the approval activates nothing', async () => {
  const grantId = await scheduled()
  await slice.deps.db.accessProfile.update({ where: { id: 'sandbox-builder' }, data: { offered: false } })
  await activateGrant(slice.deps, grantId)
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed', failureMessage: 'Nothing was activated, because the profile is no longer offered.', leases: [] })
})

test.each<[string, (personId: string) => Promise<unknown>, string]>([
  ['a holder who left the group', (id) => slice.deps.db.person.update({ where: { id }, data: { lastKnownGroups: ['audit'] } }), 'membership of engineering, data, or payments is missing'],
  ['a holder who was switched off', (id) => slice.deps.db.person.update({ where: { id }, data: { disabledAt: slice.clock.now() } }), 'access to Latchkey was switched off'],
])('%s after the approval activates nothing, and AWS is not asked', async (_name, change, why) => {
  const grantId = await scheduled()
  await change(maya.personId)
  await activateGrant(slice.deps, grantId)
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { disabledAt: null } })
  expect(await grantOf(grantId)).toMatchObject({ state: 'failed', failureMessage: `Nothing was activated, because ${why}.`, leases: [] })
})

/** As a change of the catalogue does it: at once, because it takes away. */
async function narrowSandbox(groups: string[]): Promise<void> {
  const row = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: 'sandbox-builder' }, include: { account: true } })
  const definition = { ...sandbox, request: { ...sandbox.request, groups } }
  await slice.database.owner.$transaction((tx) => writeProfiles(tx, [{ profile: definition, account: { ...row.account, environment: 'sandbox' } }], slice.clock.now()))
}

test.each<[string, (grantId: string) => Promise<unknown>]>([
  ['left its groups', () => keepGroups(slice.deps.db, maya.personId, ['audit'], slice.clock.now())],
  ['was switched off', () => slice.deps.db.person.update({ where: { id: maya.personId }, data: { disabledAt: slice.clock.now() } })],
  ['is no longer among those whom the profile is for', () => narrowSandbox(['data'])],
  ['holds a profile that was withdrawn', () => slice.deps.db.accessProfile.update({ where: { id: 'sandbox-builder' }, data: { offered: false } })],
])('access of somebody who %s ends by itself, once, and nobody else\'s', async (_name, change) => {
  const [active, waiting, other] = [await slice.activeGrant(maya, 'sandbox-builder'), await scheduled(), await slice.activeGrant(await slice.viewer('jon', ['payments']), 'payments-prod-read')]
  expect(await endBarredGrants(slice.deps)).toBe(0)
  await change(active)
  const ended = await Promise.all([endBarredGrants(slice.deps), endBarredGrants(slice.deps)])
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { disabledAt: null } })
  expect(ended[0] + ended[1]).toBeGreaterThanOrEqual(2)
  for (const id of [active, waiting]) {
    expect(await grantOf(id)).toMatchObject({ endReason: 'revoked', endedById: null, mintingStoppedAt: expect.any(Date) })
    expect((await kindsOf(id)).filter((kind) => kind === 'grant.ending')).toHaveLength(1)
  }
  expect(await grantOf(other)).toMatchObject({ state: 'active' })
})

test('a grant ended while AWS is being asked stays ended', async () => {
  const grantId = await scheduled()
  slice.aws.setLatency(30)
  const activation = activateGrant(slice.deps, grantId)
  await expect.poll(async () => (await grantOf(grantId)).state).toBe('activating')
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: true })
  await activation
  slice.aws.setLatency(0)
  expect(await grantOf(grantId)).toMatchObject({ state: 'ended', activatedAt: null })
})

test('reveals racing the end get credentials whose row says so, or nothing', async () => {
  const grantId = await slice.activeGrant(maya, 'sandbox-builder')
  const [ended, ...reveals] = await Promise.all([endGrant(slice.deps, maya, grantId, ''), ...Array.from({ length: 6 }, () => mintLease(slice.deps, maya, grantId, 'reveal'))])
  if (!ended.ok) throw new Error(ended.message)
  const { leases, credentialsDeadAt } = await grantOf(grantId)
  for (const reveal of reveals) {
    if (reveal.ok) expect(leases.find((lease) => lease.id === reveal.lease.leaseId)).toMatchObject({ state: 'minted' })
    else expect(reveal.code).toBe('ended')
  }
  for (const lease of leases.filter((row) => row.purpose === 'reveal')) expect(lease.mayLiveUntil.getTime()).toBeLessThanOrEqual((credentialsDeadAt as Date).getTime())
})

test('the bound of a lease that got no answer lies after anything AWS may have issued meanwhile', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 240)
  slice.aws.fail({ service: 'sts', action: 'AssumeRole', times: 9, kind: 'drop' })
  await mintLease(slice.deps, maya, grantId, 'reveal')
  const answered = slice.clock.now()
  const lease = (await grantOf(grantId)).leases.find((row) => row.purpose === 'reveal')
  expect(lease).toMatchObject({ state: 'unknown' })
  expect(lease?.mayLiveUntil.getTime()).toBeGreaterThan(answered.getTime() + (lease?.durationSeconds ?? 0) * 1_000)
})

test('a lease nobody answered for is marked once, by whichever process comes first', async () => {
  const grantId = await slice.activeGrant(maya, 'sandbox-builder')
  const { code, personId } = await grantOf(grantId)
  const now = slice.clock.now()
  await slice.deps.db.lease.create({ data: { grantId, personId, purpose: 'reveal', durationSeconds: 900, requestedAt: now, mayLiveUntil: new Date(now.getTime() + 16 * minute) } })
  slice.clock.advance(3 * minute)
  const before = new Date(slice.clock.now().getTime() - 2 * minute)
  await Promise.all([markLostLeases(slice.deps.db, before, slice.clock.now()), markLostLeases(slice.deps.db, before, slice.clock.now())])
  expect((await kindsOf(grantId)).filter((kind) => kind === 'lease.unknown')).toHaveLength(1)
  expect(await slice.deps.db.lease.findMany({ where: { grant: { code }, state: 'unknown' } })).toMatchObject([{ errorCode: 'NoAnswer' }])
})

const approveAsSeen = async (profileId: string): Promise<string> => {
  const profile = await findProfile(slice.deps.db, profileId)
  if (!profile) throw new Error('no such profile')
  const read = await readRole(slice.deps, profile.definition, roleArnOf(profile.definition, profile.account)!, slice.clock.now(), 0)
  if (!read.ok) throw new Error(read.message)
  const { digest } = read.reading
  const requestId = await slice.ask(maya, profileId, 30)
  const settled = await settleRequest(approving(slice.deps), ana, requestId, digest, { verdict: 'approve', reason: '', roleDigest: digest }, slice.clock.now())
  if (!settled.ok) throw new Error(settled.message)
  const grant = await slice.deps.db.grant.findUniqueOrThrow({ where: { requestId } })
  await activateGrant(slice.deps, grant.id)
  return grant.id
}
const iamOf = (accountId: string) => new IAMClient({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accountId) })
const wide = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }] })
const behind = { RoleName: 'payments-operate', PolicyName: 'behind-the-back' }

test('a role changed in AWS after the approval stops high-risk credentials until it is what was approved (rule 11)', async () => {
  const grantId = await approveAsSeen('payments-prod-operate')
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: true })
  const iam = iamOf('301122334455')
  await iam.send(new PutRolePolicyCommand({ ...behind, PolicyDocument: wide }))
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: false, code: 'role_changed', mend: expect.stringContaining('behind-the-back') })
  await iam.send(new DeleteRolePolicyCommand(behind))
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: true })
})

test('a policy of the same name with other content is a change too', async () => {
  const grantId = await approveAsSeen('payments-prod-operate')
  const iam = iamOf('301122334455')
  await iam.send(new PutRolePolicyCommand({ RoleName: 'payments-operate', PolicyName: 'operate', PolicyDocument: wide }))
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: false, code: 'role_changed' })
  slice.aws.wipe()
})

test('a profile that became high risk after the approval is held to the rules of high risk', async () => {
  const grantId = await slice.activeGrant(maya, 'sandbox-builder')
  const { definition } = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: 'sandbox-builder' } })
  await slice.deps.db.accessProfile.update({ where: { id: 'sandbox-builder' }, data: { definition: { ...(definition as object), riskTier: 'high' } } })
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ ok: false, code: 'role_changed' })
  await slice.deps.db.accessProfile.update({ where: { id: 'sandbox-builder' }, data: { definition: definition as object } })
})

test('the database itself lets no end move later and no ended grant come back (rule 2)', async () => {
  const { owner } = slice.database
  const grantId = await slice.activeGrant(maya, 'sandbox-builder')
  const update = (data: Parameters<typeof owner.grant.update>[0]['data']) => owner.grant.update({ where: { id: grantId }, data })
  const later = new Date(((await grantOf(grantId)).endsAt as Date).getTime() + 1)
  await expect(update({ endsAt: later })).rejects.toThrow(/cannot move later/)
  await expect(update({ endsAt: null })).rejects.toThrow(/cannot move later/)
  await expect(owner.$executeRaw`UPDATE "grant" SET "endsAt" = ${later} WHERE id = ${grantId}::uuid`).rejects.toThrow(/cannot move later/)
  await update({ state: 'failed' })
  await expect(update({ state: 'activating', endsAt: later })).rejects.toThrow(/cannot move later/)
  await expect(update({ activatedAt: null })).rejects.toThrow(/was active/)
  await update({ state: 'ended' })
  await expect(update({ state: 'active' })).rejects.toThrow(/ended/)
})

test('the application cannot rewrite which migrations ran', async () => {
  await expect(slice.deps.db.$executeRaw`DELETE FROM _prisma_migrations`).rejects.toThrow(/permission denied/)
})
