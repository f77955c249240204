import { IAMClient, GetRoleCommand } from '@aws-sdk/client-iam'
import { DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { meetClock } from '#lib/local/test/meet-clock.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { revokeGrant } from '#lib/grants/revoke-grant.ts'
import { type MintedLease, mintLease } from '#lib/grants/mint-lease.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { pollTrail } from './poll-trail.ts'
import { claimWatches } from './watch.store.ts'
import { findGrantActivity, listFreshness, listGrantEvents, listInside } from './sessions.queries.ts'

let slice: Slice
let maya: Viewer
let rosa: Viewer
let lease: MintedLease
let grantId: string

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  // A frozen clock: the token buckets, ours and AWS's, refill only when a test says so.
  slice.clock.setTo(new Date())
  slice.aws.wipe()
  await meetClock(slice)
  await slice.database.owner.$executeRaw`TRUNCATE "grant", rate_budget, heartbeat CASCADE`
  maya = await slice.viewer('maya')
  rosa = await slice.viewer('rosa')
  grantId = await slice.activeGrant(maya, 'payments-prod-read')
  lease = await reveal(grantId)
})
afterEach(() => {
  slice.aws.clearFaults()
  slice.aws.setCloudTrailDelay(0)
})

const reveal = async (id: string): Promise<MintedLease> => {
  const result = await mintLease(slice.deps, maya, id, 'reveal')
  if (!result.ok) throw new Error(result.message)
  return result.lease
}
const settings = (from: MintedLease, address = '203.0.113.10', region = from.region) => {
  const { accessKeyId, secretAccessKey, sessionToken } = from.credentials
  return { address, region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, endpoint: slice.aws.url, systemClockOffset: slice.clock.now().getTime() - Date.now() }
}
const describe = (from = lease) => new EC2Client(settings(from)).send(new DescribeRegionsCommand({}))
const poll = () => pollTrail(slice.deps)
/** Long enough for every watch to be due and the bucket to be full. */
const later = (ms = 61_000) => slice.clock.advance(ms)
const stored = () => slice.deps.db.trailEvent.findMany({ where: { grantId }, orderBy: { eventTime: 'asc' } })

test('what a lease does appears tied to its grant, in both Regions it is recorded in', async () => {
  await describe()
  await expect(new EC2Client(settings(lease)).send(new StopInstancesCommand({ InstanceIds: ['i-0'] }))).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  await new IAMClient(settings(lease)).send(new GetRoleCommand({ RoleName: 'payments-read' })).catch(() => undefined)
  expect(await poll()).toMatchObject({ asked: 2, stored: 3, failed: 0, foreign: 0 })
  expect((await stored()).map((event) => [event.eventName, event.region, event.accessKeyId]).sort(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
    ['DescribeRegions', 'eu-central-1', lease.credentials.accessKeyId],
    ['GetRole', 'us-east-1', lease.credentials.accessKeyId],
    ['StopInstances', 'eu-central-1', lease.credentials.accessKeyId],
  ])
  const sessions = await slice.deps.db.session.findMany({ where: { grantId } })
  expect(sessions).toMatchObject([{ eventCount: 3, changeCount: 0, deniedCount: 2, principalId: expect.stringContaining(`:${lease.sessionName}`) }])
})

test('two pollers at once, and overlapping questions afterwards, count every event once', async () => {
  for (let call = 0; call < 5; call += 1) await describe()
  const [first, second] = await Promise.all([poll(), poll()])
  expect(first.stored + second.stored).toBe(5)
  expect(first.asked + second.asked).toBe(2)
  for (let round = 0; round < 3; round += 1) {
    later()
    expect(await poll()).toMatchObject({ asked: 2, stored: 0 })
  }
  expect(await slice.deps.db.session.findMany({ where: { grantId } })).toMatchObject([{ eventCount: 5 }])
})

test('of many replicas that claim at once, each watch goes to one', async () => {
  await poll()
  for (let round = 0; round < 15; round += 1) {
    later(200_000)
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimWatches(slice.deps.db, 180_000, slice.clock.now())))
    expect(claims.flat()).toHaveLength(2)
  }
})

test('a question of many pages goes on where the budget stopped it, and the cursor waits for its last page', async () => {
  for (let call = 0; call < 130; call += 1) await describe()
  const began = slice.clock.now()
  const eu = () => slice.deps.db.trailWatch.findUniqueOrThrow({ where: { grantId_region: { grantId, region: 'eu-central-1' } } })
  const before = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
  // Two tokens: two of the three pages.
  expect(await poll()).toMatchObject({ stored: 100, throttled: 0 })
  expect(await eu()).toMatchObject({ nextToken: expect.any(String), pagesRead: 2, cursorAt: before.opensAt })
  expect(await poll()).toMatchObject({ asked: 0, stored: 0 })
  slice.clock.advance(500)
  expect(await poll()).toMatchObject({ asked: 1, stored: 30 })
  expect(await eu()).toMatchObject({ nextToken: null, pagesRead: 0, cursorAt: began })
  expect(await slice.deps.db.session.findMany({ where: { grantId } })).toMatchObject([{ eventCount: 130 }])
})

test('a page token that AWS no longer takes begins the question again', async () => {
  for (let call = 0; call < 110; call += 1) await describe()
  await poll()
  await slice.deps.db.trailWatch.updateMany({ where: { grantId, region: 'eu-central-1' }, data: { nextToken: 'no-such-token' } })
  for (let round = 0; round < 4; round += 1) {
    slice.clock.advance(2_000)
    expect(await poll()).toMatchObject({ failed: 0 })
  }
  expect(await stored()).toHaveLength(110)
})

test('throttling by AWS is waited out, and is no failure', async () => {
  await describe()
  slice.aws.fail({ service: 'cloudtrail', action: 'LookupEvents', times: 2, kind: 'error', code: 'ThrottlingException', status: 400 })
  expect(await poll()).toMatchObject({ throttled: 2, failed: 0, stored: 0 })
  expect(await slice.deps.db.heartbeat.findMany({ where: { component: { startsWith: 'cloudtrail/' } } })).toEqual([])
  slice.clock.advance(1_900)
  expect(await poll()).toMatchObject({ asked: 0 })
  slice.clock.advance(100)
  expect(await poll()).toMatchObject({ asked: 2, stored: 1 })
})

test('a failure shows in the freshness of its account and Region until AWS answers again', async () => {
  slice.aws.fail({ service: 'cloudtrail', times: 2, kind: 'error', code: 'AccessDeniedException', message: 'not allowed to look', status: 400 })
  expect(await poll()).toMatchObject({ failed: 2 })
  const failing = await listFreshness(slice.deps.db, rosa)
  expect(failing.map((row) => [row.region, row.problem, row.lastSuccessAt])).toEqual([
    ['eu-central-1', 'not allowed to look', null],
    ['us-east-1', 'not allowed to look', null],
  ])
  later()
  await poll()
  expect((await listFreshness(slice.deps.db, rosa)).map((row) => [row.region, row.problem, row.lastSuccessAt])).toEqual([
    ['eu-central-1', null, slice.clock.now()],
    ['us-east-1', null, slice.clock.now()],
  ])
})

test('an event that CloudTrail delivers fifteen minutes late is found by the overlap', async () => {
  slice.aws.setCloudTrailDelay(15 * 60_000)
  await describe()
  for (let minute = 0; minute < 14; minute += 1) {
    expect(await poll()).toMatchObject({ stored: 0, failed: 0 })
    later()
    if (minute === 8) await meetClock(slice)
  }
  slice.clock.advance(60_000)
  expect(await poll()).toMatchObject({ stored: 1 })
})

test('what the portal tries under the holder\'s name, to see it denied, is no activity of the holder', async () => {
  await describe()
  await endGrant(slice.deps, maya, grantId, '')
  await revokeGrant(slice.deps, grantId)
  await expect(describe()).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  expect(await poll()).toMatchObject({ stored: 2, foreign: 0 })
  expect((await stored()).map(({ accessKeyId }) => accessKeyId)).toEqual([lease.credentials.accessKeyId, lease.credentials.accessKeyId])
})

test('watching goes on for 45 minutes after the credentials died, then the watch is gone and not opened again', async () => {
  const ended = await endGrant(slice.deps, maya, grantId, '')
  if (!ended.ok) throw new Error(ended.message)
  slice.clock.setTo(new Date(ended.credentialsDeadAt.getTime() + 44 * 60_000))
  await meetClock(slice)
  expect(await poll()).toMatchObject({ asked: 2 })
  later()
  expect(await poll()).toMatchObject({ asked: 2 })
  for (let round = 0; round < 3; round += 1) {
    later()
    await poll()
  }
  expect(await slice.deps.db.trailWatch.count()).toBe(0)
  expect(await slice.deps.db.heartbeat.count({ where: { component: { startsWith: 'cloudtrail/' } } })).toBe(0)
})

test('new events ask for detection, in the transaction that stores them', async () => {
  const jobs = () => slice.database.owner.$queryRaw<{ data: unknown }[]>`SELECT data FROM pgboss.job WHERE name = 'grant.detect' AND data->>'grantId' = ${grantId}`
  await describe()
  await poll()
  later()
  await poll()
  expect(await jobs()).toEqual([{ data: { grantId } }])
})

test('the dashboard lists whoever is inside with their activity, to those who watch, and to nobody else', async () => {
  await describe()
  await poll()
  const options = { since: new Date(slice.clock.now().getTime() - 3_600_000), until: new Date(slice.clock.now().getTime() + 1_000), slices: 12 }
  const [row, ...more] = await listInside(slice.deps.db, rosa, options)
  expect(more).toEqual([])
  expect(row).toMatchObject({ grantId, personName: 'Maya Chen', accountName: 'payments-prod', eventCount: 1, activity: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] })
  for (const id of ['maya', 'tom', 'ana', 'jon', 'olga']) {
    const other = await slice.viewer(id)
    expect(await listInside(slice.deps.db, other, options)).toEqual([])
    expect(await listFreshness(slice.deps.db, other)).toEqual([])
  }
})

test('the holder pages through the activity of their own grant, and no other requester sees it', async () => {
  for (let call = 0; call < 7; call += 1) await describe()
  await poll()
  const seen: string[] = []
  let before: string | undefined
  do {
    const page = await listGrantEvents(slice.deps.db, maya, grantId, { take: 3, before })
    seen.push(...page.events.map((event) => event.eventId))
    before = page.next
  } while (before)
  expect(seen).toHaveLength(7)
  expect(new Set(seen).size).toBe(7)
  expect((await listGrantEvents(slice.deps.db, rosa, grantId, { take: 50 })).events).toHaveLength(7)
  expect(await findGrantActivity(slice.deps.db, maya, grantId)).toMatchObject({ sessions: 1, events: 7, changes: 0, denied: 0 })
  for (const id of ['tom', 'ana', 'olga']) {
    const other = await slice.viewer(id)
    expect((await listGrantEvents(slice.deps.db, other, grantId, { take: 50 })).events).toEqual([])
    expect(await findGrantActivity(slice.deps.db, other, grantId)).toBeNull()
  }
})

test('an event that AWS tells and nobody can read is kept with its place, each once, and the others are stored', async () => {
  for (let call = 0; call < 3; call += 1) await describe()
  const { trailReader } = slice.deps
  const damaging: typeof trailReader = {
    ...trailReader,
    lookupByUsername: async (question) => {
      const answer = await trailReader.lookupByUsername(question)
      return answer.ok ? { ...answer, page: { ...answer.page, events: answer.page.events.map((event, index) => (index === 0 ? { ...event, body: event.body.slice(0, 40) } : event)) } } : answer
    },
  }
  for (let round = 0; round < 2; round += 1) {
    await pollTrail({ ...slice.deps, trailReader: damaging })
    later()
  }
  expect(await stored()).toHaveLength(2)
  const told = await slice.deps.db.trailUnreadable.findMany()
  expect(told).toMatchObject([{ source: expect.stringMatching(/^LookupEvents of \d{12}$/), file: `eu-central-1, ${lease.sessionName}`, position: expect.stringMatching(/^event [0-9a-f-]{36}$/) }])
})
