import { CloudTrailClient, PutEventSelectorsCommand, StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail'
import { DeleteRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openIdentities } from '#lib/aws/credentials.ts'
import { openRegionReader } from '#lib/aws/region-reader.ts'
import { openTrailInspector } from '#lib/aws/trail-inspector.ts'
import { accounts, readerRoleArn } from '#lib/local/demo/organisation.ts'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { keepAccountRegions } from '../keep-account-regions.ts'
import { claimWatches, ensureWatches } from '../watch.store.ts'
import { trailPace } from '../trail-pace.ts'
import { noteUnreadable } from '../ingest/note-unreadable.ts'
import { summariseTrails } from './summarise-trails.ts'
import { findNewestEvent, listAccountTrails, listSources, listUnreadable } from './trail-health.queries.ts'
import { watchTrails } from './watch-trails.ts'

const minute = 60_000
const enabled = ['ap-southeast-2', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-east-2', 'us-west-2']
let slice: Slice
let rosa: Viewer

beforeAll(async () => {
  slice = await startSlice()
  rosa = await slice.viewer('rosa')
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.aws.wipe()
  slice.clock.setTo(new Date())
  slice.reconnect()
  await slice.database.owner.$executeRaw`TRUNCATE trail_health`
  await slice.database.owner.$executeRaw`UPDATE account SET offered = true, regions = '{}', "regionsReadAt" = NULL`
})

/** The reader as it is in production: a role of the member template, taken on through the hub. */
function deps() {
  const identities = openIdentities({ region: 'us-east-1', issuerRoleArn: undefined, readerRoleArn, memberReaderRoleName: 'latchkey/latchkey-reader', revokerRoleArn: undefined, memberRevokerRoleName: 'latchkey/latchkey-revoker', federationEndpoint: '', managedRolePath: '/latchkey/' })
  return { db: slice.deps.db, clock: slice.deps.clock, trailInspector: openTrailInspector(identities), regionReader: openRegionReader(identities) }
}
const settings = (accountId: string) => ({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accountId), maxAttempts: 1, systemClockOffset: slice.clock.now().getTime() - Date.now() })
const cloudtrail = (accountId: string) => new CloudTrailClient(settings(accountId))
const takeRights = (accountId: string) => new IAMClient(settings(accountId)).send(new DeleteRolePolicyCommand({ RoleName: 'latchkey-reader', PolicyName: 'read' }))
const offered = () => slice.deps.db.account.count({ where: { offered: true } })

test('each account on offer is asked once by however many replicas, and what stands out is known within minutes', async () => {
  const [one, other] = await Promise.all([watchTrails(deps()), watchTrails(deps())])
  expect([one.asked + other.asked, one.problem]).toEqual([await offered(), null])
  await cloudtrail(accounts.sandbox).send(new StopLoggingCommand({ Name: 'northwind-org' }))
  await cloudtrail(accounts.dataStaging).send(new UpdateTrailCommand({ Name: 'northwind-org', EnableLogFileValidation: false }))
  expect((await watchTrails(deps())).asked).toBe(0)
  slice.clock.advance(5 * minute)
  expect((await watchTrails(deps())).asked).toBe(await offered())
  expect(summariseTrails(await listAccountTrails(slice.deps.db, rosa), slice.clock.now())).toMatchObject({ recording: (await offered()) - 1, notRecording: ['sandbox'], unvalidated: ['data-staging'], unknown: [] })
})

test('while AWS refuses, what was read last stays, the refusal is told, and it is asked again in a minute', async () => {
  await watchTrails(deps())
  await takeRights(accounts.sandbox)
  slice.clock.advance(5 * minute)
  expect((await watchTrails(deps())).problem).toMatch(/^1 account could not be asked\. 503344556677: AccessDenied/)
  const sandbox = (await listAccountTrails(slice.deps.db, rosa)).find(({ accountId }) => accountId === accounts.sandbox)
  expect(sandbox).toMatchObject({ trails: [{ name: 'northwind-org', logging: true, bucket: 'northwind-trail' }], failure: expect.stringMatching(/^AccessDenied/) as string })
  slice.clock.advance(minute)
  expect((await watchTrails(deps())).asked).toBe(1)
})

test('what another version kept is not known, and no alarm, until it is asked again', async () => {
  await watchTrails(deps())
  await slice.database.owner.$executeRaw`UPDATE trail_health SET trails = '[{"name": "of-tomorrow"}]' WHERE "accountId" = ${accounts.sandbox}`
  const summary = async () => summariseTrails(await listAccountTrails(slice.deps.db, rosa), slice.clock.now())
  expect(await summary()).toMatchObject({ notRecording: [], unknown: ['sandbox'] })
  slice.clock.advance(5 * minute)
  await watchTrails(deps())
  expect(await summary()).toMatchObject({ notRecording: [], unknown: [] })
})

test('an account that is not on offer any more goes', async () => {
  await watchTrails(deps())
  await slice.database.owner.$executeRaw`UPDATE account SET offered = false WHERE id = ${accounts.sandbox}`
  await watchTrails(deps())
  expect(await slice.deps.db.trailHealth.count({ where: { accountId: accounts.sandbox } })).toBe(0)
})

test('data events are known by when they were first seen', async () => {
  await cloudtrail(accounts.sandbox).send(new PutEventSelectorsCommand({ TrailName: 'northwind-org', AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }, { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: ['AWS::S3::Object'] }] }] }))
  const since = slice.clock.now()
  await watchTrails(deps())
  slice.clock.advance(5 * minute)
  await watchTrails(deps())
  const sandbox = (await listAccountTrails(slice.deps.db, rosa)).find(({ accountId }) => accountId === accounts.sandbox)
  expect(sandbox?.trails[0]?.dataSince).toEqual({ 'AWS::S3::Object': since })
})

test('the Regions that are enabled are asked for daily, and every grant is watched in all of them, far ones calmly', async () => {
  await takeRights(accounts.dataStaging)
  expect((await keepAccountRegions(deps())).problem).toMatch(/^1 account could not be asked\. 402233445566: /)
  const { regions, regionsReadAt } = await slice.deps.db.account.findUniqueOrThrow({ where: { id: accounts.paymentsProd } })
  expect([regions, regionsReadAt]).toEqual([enabled, slice.clock.now()])
  expect((await keepAccountRegions(deps())).asked).toBe(0)
  slice.clock.advance(15 * minute)
  expect((await keepAccountRegions(deps())).asked).toBe(1)

  const grantId = await slice.activeGrant(await slice.viewer('maya'), 'payments-prod-read')
  const now = slice.clock.now()
  await ensureWatches(slice.deps.db, trailPace, now)
  const watches = await slice.deps.db.trailWatch.findMany({ where: { grantId }, orderBy: { region: 'asc' } })
  expect(watches.map(({ region }) => region)).toEqual(enabled)
  const waits = new Map(watches.map(({ region, nextPollAt }) => [region, nextPollAt.getTime() - now.getTime()]))
  expect([waits.get('eu-central-1'), waits.get('us-east-1')]).toEqual([0, 0])
  const far = enabled.filter((region) => !['eu-central-1', 'us-east-1'].includes(region)).map((region) => waits.get(region) ?? -1)
  expect(far.every((wait) => wait >= 0 && wait < 10 * minute)).toBe(true)
  expect(new Set(far).size).toBe(far.length)
})

test('however many far questions have waited longer, the near ones are taken on beside a share of them', async () => {
  const { db } = slice.deps
  await slice.database.owner.$executeRaw`TRUNCATE "grant" CASCADE`
  await slice.activeGrant(await slice.viewer('maya'), 'payments-prod-read')
  const now = slice.clock.now()
  await ensureWatches(db, trailPace, now)
  const [watch] = await db.trailWatch.findMany({ take: 1 })
  await db.trailWatch.createMany({ data: Array.from({ length: 200 }, (_, index) => ({ ...watch!, region: `far-${index}-1`, nextPollAt: new Date(now.getTime() - minute) })) })
  const claimed = await claimWatches(db, minute, now)
  expect(claimed.filter(({ far }) => !far).length).toBe(await db.trailWatch.count({ where: { region: { in: ['eu-central-1', 'us-east-1'] } } }))
  expect(claimed.filter(({ far }) => far).length).toBe(30)
})

test('who does not watch learns nothing; who does, the sources and the latest of what could not be read', async () => {
  const { db } = slice.deps
  await watchTrails(deps())
  await db.trailSource.create({ data: { id: 's3/logs/x', kind: 's3', cursor: {}, nextReadAt: slice.clock.now(), readCount: 7 } })
  await noteUnreadable(db, 's3/logs/x', Array.from({ length: 25 }, (_, index) => ({ file: `file-${index}`, position: 'record 1', reason: 'no eventTime' })), slice.clock.now())
  const maya = await slice.viewer('maya')
  expect([await listAccountTrails(db, maya), await findNewestEvent(db, maya), await listSources(db, maya), await listUnreadable(db, maya)]).toEqual([[], null, [], { count: 0, latest: [] }])
  expect(await listSources(db, rosa)).toMatchObject([{ id: 's3/logs/x', readCount: 7n }])
  const { count, latest } = await listUnreadable(db, rosa)
  expect([count, latest.length, latest[0]?.reason]).toEqual([25, 10, 'no eventTime'])
})
