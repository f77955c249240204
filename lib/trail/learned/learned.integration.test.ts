import { DescribeInstancesCommand, DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StsRoleAccess } from '#lib/catalog/catalog-schema.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { activateGrant } from '#lib/grants/activate-grant.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { type MintedLease, mintLease } from '#lib/grants/mint-lease.ts'
import { meetClock } from '#lib/local/test/meet-clock.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { BucketSource, TrailSources } from '#lib/config/trail-sources.ts'
import { beat } from '#lib/db/heartbeat.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { createRequest } from '#lib/requests/create-request.ts'
import { narrowedOf, type NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { requestExtension } from '#lib/requests/request-extension.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { keepTrails } from '../health/kept-trails.ts'
import { pollTrail } from '../poll-trail.ts'
import { foldersOf } from '../sources/read-bucket.ts'
import { learnOwnScope } from './learn-own-scope.ts'
import { suggestScope } from './suggest-scope.ts'
import { findEverybodysUses, findOwnLastUses } from './uses.queries.ts'

const profileId = 'payments-prod-read'
let trailSources: TrailSources = []
let slice: Slice
let maya: Viewer
let ana: Viewer

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  trailSources = []
  slice.clock.reset()
  slice.aws.wipe()
  await meetClock(slice)
  await slice.database.owner.$executeRaw`TRUNCATE request, "grant", trail_event, session, rate_budget, record_entry, record_commitment, record_pending, record_seal CASCADE`
  ;[maya, ana] = await Promise.all([slice.viewer('maya'), slice.viewer('ana')])
})

const mint = async (grantId: string): Promise<MintedLease> => {
  const result = await mintLease(slice.deps, maya, grantId, 'reveal')
  if (!result.ok) throw new Error(result.message)
  return result.lease
}
const settings = ({ credentials: { accessKeyId, secretAccessKey, sessionToken }, region }: MintedLease) => ({ region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, endpoint: slice.aws.url, systemClockOffset: slice.clock.now().getTime() - Date.now() })
const regions = (lease: MintedLease) => new EC2Client(settings(lease)).send(new DescribeRegionsCommand({}))
const instances = (lease: MintedLease) => new EC2Client(settings(lease)).send(new DescribeInstancesCommand({}))
const roles = (lease: MintedLease) => new IAMClient(settings(lease)).send(new ListRolesCommand({}))

/** Maya used the profile once, for a list of instances, and gave it back; CloudTrail told. */
const useOnce = async (): Promise<void> => {
  const grantId = await slice.activeGrant(maya, profileId)
  await instances(await mint(grantId))
  slice.clock.advance(61_000)
  await pollTrail(slice.deps)
  expect(await endGrant(slice.deps, maya, grantId, '')).toMatchObject({ ok: true })
}
const profile = async () => {
  const row = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: profileId } })
  return { id: row.id, definition: definitionOf(row) }
}
const learn = async (viewer: Viewer): Promise<NarrowedScope | null> => learnOwnScope({ ...slice.deps, trailSources }, viewer, await profile(), slice.clock.now())
const ask = (narrowed: NarrowedScope | null, onlyUsed = true) =>
  createRequest({ ...approving(slice.deps), requestLapseHours: 72 }, maya, { profileId, durationMinutes: 30, justification: 'The same list of instances as yesterday', onlyUsed }, null, slice.clock.now(), narrowed)
const asked = async (): Promise<string> => {
  const result = await ask(await learn(maya))
  if (!result.ok) throw new Error(result.message)
  return result.requestId
}
const settle = (requestId: string) => settleRequest(approving(slice.deps), ana, requestId, null, { verdict: 'approve', reason: '', roleDigest: null }, slice.clock.now())
const setScope = async (scope: StsRoleAccess['scope']): Promise<void> => {
  const { definition } = await profile()
  await slice.database.owner.accessProfile.update({ where: { id: profileId }, data: { definition: { ...definition, access: { ...(definition.access as StsRoleAccess), scope } } } })
}

test('what was used last time is what the next leases are cut to, by AWS, and what the record says', async () => {
  await useOnce()
  const requestId = await asked()
  await settle(requestId)
  const grant = await slice.deps.db.grant.findUniqueOrThrow({ where: { requestId }, include: { request: true } })
  await activateGrant(slice.deps, grant.id)
  const lease = await mint(grant.id)
  await expect(instances(lease)).resolves.toBeDefined()
  // The profile's harmless call has to work; everything else it allows does not.
  await expect(regions(lease)).resolves.toBeDefined()
  await expect(roles(lease)).rejects.toMatchObject({ name: 'AccessDenied' })
  const scope = [{ actions: ['ec2:DescribeInstances', 'ec2:DescribeRegions', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:PutLogEvents', 's3:ListBucket'], resources: ['*'] }]
  expect(grant).toMatchObject({ access: { scope }, request: { narrowed: { scope, services: [{ service: 'ec2', actions: ['ec2:DescribeInstances'] }] } } })
  const entries = await slice.deps.db.recordEntry.findMany({ where: { requestId, kind: { in: ['request.created', 'grant.opened'] } }, orderBy: { id: 'asc' } })
  expect(entries.map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { facts: unknown }).facts)).toMatchObject([{ narrowedTo: scope }, { access: { scope } }])
})

test('data events that a bucket brought for as long are known, so that what was not used needs no keeping', async () => {
  const { db } = slice.deps
  const accountId = '301122334455'
  const day = 24 * 3_600_000
  const ago = (days: number): Date => new Date(slice.clock.now().getTime() - days * day)
  const source: BucketSource = { kind: 's3', bucket: 'logs', prefix: '', region: 'us-east-1', account: accountId, accounts: [accountId], regions: ['eu-central-1', 'us-east-1'], from: ago(9) }
  const events = { reads: true, writes: true, leftOut: [], data: ['AWS::S3::Object'], dataOfAll: ['AWS::S3::Object'] }
  const trails = (since: Date) => keepTrails([{ name: 'main', bucket: 'logs', prefix: '', multiRegion: true, validated: true, logging: true, lastDeliveryAt: undefined, deliveryError: undefined, selection: { ok: true, events } }], [], since)
  await slice.database.owner.$executeRaw`TRUNCATE trail_health, heartbeat`
  await db.trailHealth.create({ data: { accountId, dueAt: ago(0), regionsDueAt: ago(0), trails: trails(ago(1)) } })
  await useOnce()
  const kept = async () => (await learn(maya))?.scope.flatMap(({ actions }) => actions).filter((action) => action.startsWith('s3:'))
  expect(await kept()).toEqual(['s3:ListBucket'])
  trailSources = [source]
  // Configured is not read yet.
  expect(await kept()).toEqual(['s3:ListBucket'])
  for (const { id } of foldersOf(source)) await beat(db, `source/${id}`, { ok: true }, slice.clock.now())
  expect(await kept()).toEqual([])
  await beat(db, `source/${foldersOf(source)[0]!.id}`, { ok: false, message: 'AccessDenied' }, slice.clock.now())
  expect(await kept()).toEqual(['s3:ListBucket'])
  await beat(db, `source/${foldersOf(source)[0]!.id}`, { ok: true }, slice.clock.now())
  await db.trailHealth.update({ where: { accountId }, data: { trails: trails(slice.clock.now()) } })
  expect(await kept()).toEqual(['s3:ListBucket'])
})

test('more time keeps to the same', async () => {
  await useOnce()
  const requestId = await asked()
  await settle(requestId)
  const { id: grantId } = await slice.deps.db.grant.findUniqueOrThrow({ where: { requestId } })
  await activateGrant(slice.deps, grantId)
  const more = await requestExtension({ ...approving(slice.deps), requestLapseHours: 72 }, maya, grantId, { durationMinutes: 15, justification: 'The list of instances is long today' }, null, slice.clock.now())
  if (!more.ok) throw new Error(more.message)
  const [before, extension] = await Promise.all([requestId, more.requestId].map((id) => slice.deps.db.request.findUniqueOrThrow({ where: { id } })))
  expect(narrowedOf(extension as { narrowed: unknown })).toEqual(narrowedOf(before as { narrowed: unknown }))
  expect(await settle(more.requestId)).toMatchObject({ ok: true })
  const grant = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
  expect(grant).toMatchObject({ extensionRequestId: more.requestId, access: { scope: narrowedOf(extension as { narrowed: unknown })?.scope } })
})

test("nobody learns from another person's use, and only who answers for the profile sees everybody's", async () => {
  await useOnce()
  const since = new Date(0)
  const jon = await slice.viewer('jon')
  expect(await learn(jon)).toBeNull()
  expect(await findOwnLastUses(slice.deps.db, jon, profileId, since)).toBeNull()
  expect(await findEverybodysUses(slice.deps.db, { ...maya, roles: [] }, { id: profileId, owners: ['payments-leads'] }, since)).toBeNull()
  const owner = { ...jon, roles: [], groups: ['payments-leads'] }
  expect(await findEverybodysUses(slice.deps.db, owner, { id: profileId, owners: ['payments-leads'] }, since)).toMatchObject({ people: 1, whole: true, uses: [{ eventSource: 'ec2.amazonaws.com', eventName: 'DescribeInstances', count: 1, target: { accountId: '301122334455', region: 'eu-central-1', arns: [], parameters: {} } }] })
})

test('what is learned is refused when there is nothing, or when the profile is another by then', async () => {
  expect(await learn(maya)).toBeNull()
  expect(await ask(null)).toMatchObject({ ok: false, code: 'nothing_used' })
  await useOnce()
  const learned = await learn(maya)
  const requestId = await asked()
  const { access } = (await profile()).definition
  await setScope([{ actions: ['ec2:Describe*'], resources: ['*'] }])
  expect(await ask(learned)).toMatchObject({ ok: false, code: 'nothing_used' })
  expect(await settle(requestId)).toMatchObject({ ok: false, code: 'role_changed' })
  expect(await slice.deps.db.grant.findUnique({ where: { requestId } })).toBeNull()
  await setScope((access as StsRoleAccess).scope)
})

test('objects of a bucket are one use, whatever their number, and parameters that are no text are none', async () => {
  await useOnce()
  const { db } = slice.deps
  const [event] = await db.trailEvent.findMany({ take: 1 })
  const body = (resources: unknown, requestParameters: unknown) => ({ resources, requestParameters }) as object
  await db.trailEvent.createMany({
    data: [1, 2, 3].map((index) => ({ ...event!, eventId: `object-${index}`, eventSource: 's3.amazonaws.com', eventName: 'GetObject', body: body([{ ARN: 'arn:aws:s3:::exports' }, { ARN: `arn:aws:s3:::exports/${index}` }, { ARN: 7 }], { bucketName: { not: 'text' }, key: `${index}` }) })),
  })
  await db.trailEvent.create({ data: { ...event!, eventId: 'odd', eventSource: 's3.amazonaws.com', eventName: 'GetBucketPolicy', body: body('none', null) } })
  const found = await findOwnLastUses(db, maya, profileId, new Date(0))
  expect(found?.uses.filter(({ eventSource }) => eventSource.startsWith('s3'))).toMatchObject([
    { eventName: 'GetObject', count: 3, target: { arns: ['arn:aws:s3:::exports', 'arn:aws:s3:::exports/*'], parameters: {} } },
    { eventName: 'GetBucketPolicy', count: 1, target: { arns: [], parameters: {} } },
  ])
})

test('what thousands of calls were on is left open', async () => {
  await useOnce()
  const { db } = slice.deps
  const [event] = await db.trailEvent.findMany({ take: 1 })
  const key = (index: number) => ({ ...event!, eventId: `key-${index}`, eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', body: { resources: [{ ARN: 'arn:aws:kms:eu-central-1:301122334455:key/k' }] } })
  await db.trailEvent.createMany({ data: Array.from({ length: 1_000 }, (_, index) => key(index)) })
  const arns = async () => (await findOwnLastUses(db, maya, profileId, new Date(0)))?.uses.filter(({ eventName }) => eventName === 'Decrypt').map(({ count, target }) => ({ count, arns: target.arns }))
  expect(await arns()).toEqual([{ count: 1_000, arns: ['arn:aws:kms:eu-central-1:301122334455:key/k'] }])
  await db.trailEvent.create({ data: key(1_000) })
  expect(await arns()).toEqual([{ count: 1_001, arns: [] }])
})

test("a profile's smaller scope is learned from everybody's last days, and judged by what worked before them", async () => {
  await useOnce()
  const { db } = slice.deps
  const [event] = await db.trailEvent.findMany({ take: 1 })
  const earlier = new Date(event!.eventTime.getTime() - 60 * 24 * 3_600_000)
  const call = { ...event!, eventTime: earlier, eventSource: 'iam.amazonaws.com', body: {} }
  await db.trailEvent.createMany({ data: [{ ...call, eventId: 'worked', eventName: 'ListRoles' }, { ...call, eventId: 'denied', eventName: 'ListUsers', errorCode: 'AccessDenied' }] })
  const suggest = async (viewer: Viewer, days: number) => suggestScope({ ...slice.deps, trailSources }, viewer, await profile(), days, slice.clock.now())
  const admin = { ...ana, roles: ['admin' as const] }
  const suggestion = await suggest(admin, 30)
  expect(suggestion).toMatchObject({ people: 1, whole: true, learned: { services: [{ service: 'ec2' }] }, denied: [{ action: 'iam:ListRoles', count: 1, lastAt: earlier }] })
  expect(suggestion!.actions.after).toBe(6)
  expect(suggestion!.actions.before).toBeGreaterThan(300)
  expect(await suggest(admin, 90)).toMatchObject({ learned: { services: [{ service: 'ec2' }, { service: 'iam', actions: ['iam:ListRoles'] }] }, denied: [] })
  expect(await suggest({ ...ana, roles: [], groups: [] }, 30)).toBeNull()
})
