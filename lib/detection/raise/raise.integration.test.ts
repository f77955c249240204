import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { ingestRecords } from '#lib/trail/ingest/ingest-records.ts'
import { openEventWatch } from '../watch/open-event-watch.ts'
import { readRuleShelf } from '../watch/rule-shelf.ts'
import { forgetMatches, raiseFindings } from './raise-findings.ts'

const accountId = '301122334455'
const managedRole = `arn:aws:iam::${accountId}:role/latchkey/payments-read`
const start = new Date('2026-11-20T10:00:00Z')

let slice: Slice
beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.setTo(new Date(start.getTime() + 3_600_000))
  await slice.database.owner.$executeRaw`TRUNCATE "grant", trail_event, session, finding, rule_match, rule_switch, trail_count, rate_budget CASCADE`
})

const at = (seconds: number): string => new Date(start.getTime() + seconds * 1_000).toISOString().replace('.000Z', 'Z')
const user = { type: 'IAMUser', principalId: 'AIDAX', arn: `arn:aws:iam::${accountId}:user/tom`, accountId, userName: 'tom' }
const session = (name: string, key: string, roleArn = managedRole) => ({
  type: 'AssumedRole',
  principalId: `AROAX:${name}`,
  arn: `arn:aws:sts::${accountId}:assumed-role/${roleArn.split('/').at(-1)}/${name}`,
  accountId,
  accessKeyId: key,
  sessionContext: { sessionIssuer: { type: 'Role', arn: roleArn, accountId }, attributes: { creationDate: at(-60), mfaAuthenticated: 'false' } },
})
const record = (eventName: string, seconds: number, more: Record<string, unknown> = {}) => ({
  eventVersion: '1.11', eventID: randomUUID(), eventTime: at(seconds), eventName, eventSource: 'ec2.amazonaws.com', awsRegion: 'eu-central-1', sourceIPAddress: '203.0.113.10', userAgent: 'aws-cli/2.1',
  userIdentity: user, requestParameters: null, responseElements: null, readOnly: true, eventType: 'AwsApiCall', managementEvent: true, recipientAccountId: accountId, ...more,
})
const userCreated = (seconds: number, more: Record<string, unknown> = {}) =>
  record('CreateUser', seconds, { eventSource: 'iam.amazonaws.com', readOnly: false, requestParameters: { userName: 'backdoor' }, responseElements: { user: { userName: 'backdoor' } }, ...more })
const denied = (name: string, seconds: number, identity: object = user) => record(name, seconds, { errorCode: 'AccessDenied', userIdentity: identity })
const ingest = (records: readonly object[], eventWatch = slice.deps.eventWatch) => ingestRecords({ ...slice.deps, eventWatch }, { records }, slice.clock.now())
const raise = () => raiseFindings(slice.deps)
const findings = () => slice.deps.db.finding.findMany({ orderBy: { createdAt: 'asc' } })

test('what is nobody\'s matter is counted and passed by; what a rule speaks about is kept whole and is a finding', async () => {
  const made = userCreated(0)
  expect(await ingest([record('DescribeInstances', 0), record('DescribeVpcs', 1), made])).toMatchObject({ stored: 1, passed: 2, unreadable: [] })
  await raise()
  expect(await slice.deps.db.trailEvent.findMany({ select: { eventId: true, body: true, grantId: true } })).toEqual([{ eventId: made.eventID, body: made, grantId: null }])
  expect(await slice.deps.db.trailCount.findMany({ select: { accountId: true, eventSource: true, events: true } })).toEqual([{ accountId, eventSource: 'ec2.amazonaws.com', events: 2n }])
  expect(await findings()).toMatchObject([{ severity: 'medium', accountId, grantId: null, eventCount: 1, state: 'open', summary: expect.stringContaining('tom') }])
})

test('the same records twice, and in two processes at once, are each event and finding once', async () => {
  const records = [...Array.from({ length: 40 }, (_, index) => record('DescribeInstances', index, { userIdentity: session('ci', 'ASIAOUT') })), userCreated(5), userCreated(6)]
  const other = openEventWatch(slice.deps.db, readRuleShelf([]), new Map())
  await Promise.all([ingest(records), ingest(records.toReversed(), other), ingest(records.slice(10), other)])
  await Promise.all([raise(), raise(), raiseFindings({ ...slice.deps, eventWatch: other })])
  await raise()
  expect(await slice.deps.db.trailEvent.count()).toBe(42)
  expect(await slice.deps.db.session.findMany()).toMatchObject([{ eventCount: 40, grantId: null, clients: ['cli'], roleArn: managedRole }])
  expect((await findings()).map(({ detector, eventCount }) => `${detector.split(':')[0]} ${eventCount}`).toSorted()).toEqual(['outside-the-record 40', 'sigma 2'])
})

test('a batch that dies before it is through leaves nothing, and is whole the next time', async () => {
  const records = [userCreated(0), record('DescribeInstances', 1)]
  const dying = ingestRecords(slice.deps, { records, also: () => Promise.reject(new Error('killed')) }, slice.clock.now())
  await expect(dying).rejects.toThrow('killed')
  expect([await slice.deps.db.trailEvent.count(), await slice.deps.db.ruleMatch.count(), await slice.deps.db.trailCount.count()]).toEqual([0, 0, 0])
  expect(await ingest(records)).toMatchObject({ stored: 1, passed: 1 })
})

test('unreadable records are told by their place, and the others are read', async () => {
  const odd = [null, 'x', [], {}, { eventID: 'e' }, { ...record('A', 0), recipientAccountId: 'nobody' }]
  const outcome = await ingest([...odd, userCreated(0)] as object[])
  expect(outcome.unreadable.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
  expect(outcome.stored).toBe(1)
})

test('a managed role in use without a grant is outside the record: a session and one finding with how it was taken on', async () => {
  const taking = record('AssumeRole', -60, { eventSource: 'sts.amazonaws.com', requestParameters: { roleArn: managedRole, roleSessionName: 'ci' }, responseElements: { credentials: { accessKeyId: 'ASIAOUT' }, assumedRoleUser: { assumedRoleId: 'AROAX:ci' } } })
  await ingest([taking])
  await raise()
  expect(await findings()).toMatchObject([{ detector: 'outside-the-record', severity: 'high', eventCount: 1 }])
  await ingest([record('TerminateInstances', 9, { readOnly: false, userIdentity: session('ci', 'ASIAOUT') })])
  await raise()
  expect(await findings()).toMatchObject([{ detector: 'outside-the-record', severity: 'critical', eventCount: 2, state: 'open' }])
})

test('what a rule finds in a session of a grant is tied to the grant and its holder', async () => {
  const maya = await slice.viewer('maya')
  slice.clock.follow()
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  const minted = await mintLease(slice.deps, maya, grantId, 'reveal')
  if (!minted.ok) throw new Error(minted.message)
  await ingest([userCreated(0, { userIdentity: session('x', minted.lease.credentials.accessKeyId) })])
  await raise()
  expect(await findings()).toMatchObject([{ grantId, summary: expect.stringContaining('Maya') }])
})

const names = Array.from({ length: 10 }, (_, index) => `Action${index}`)

test('a correlation holds over batches in any order, with duplicates, over a restart, at the edge of its window', async () => {
  const tries = names.map((name, index) => denied(name, index === 9 ? 600 : index * 10))
  await ingest([tries[9]!, tries[3]!, tries[3]!])
  await raise()
  const restarted = openEventWatch(slice.deps.db, readRuleShelf([]), new Map())
  await ingest([...tries.slice(4, 9), tries[3]!], restarted)
  await raiseFindings({ ...slice.deps, eventWatch: restarted })
  expect(await findings()).toEqual([])
  expect(await slice.deps.db.trailEvent.count()).toBe(0)
  await ingest(tries.slice(0, 3), restarted)
  await raiseFindings({ ...slice.deps, eventWatch: restarted })
  expect(await findings()).toMatchObject([{ title: 'One session was denied many different calls', eventCount: 10 }])
  // Its evidence is kept whole.
  expect(await slice.deps.db.trailEvent.count()).toBe(10)
  await ingest(tries)
  await raise()
  expect(await slice.deps.db.finding.count()).toBe(1)
})

test('a second more than the window is none', async () => {
  await ingest(names.map((name, index) => denied(name, index === 9 ? 601 : index * 10)))
  await raise()
  expect(await findings()).toEqual([])
})

test('closed is closed: what comes afterwards opens the next one', async () => {
  await ingest([userCreated(0)])
  await raise()
  await slice.deps.db.finding.updateMany({ data: { state: 'closed' } })
  await raise()
  expect(await slice.deps.db.finding.count()).toBe(1)
  await ingest([userCreated(10)])
  await raise()
  expect(await findings()).toMatchObject([{ state: 'closed', eventCount: 1 }, { state: 'open', eventCount: 1 }])
})

test('a rule that is switched off says nothing; what waits of it is settled without a finding', async () => {
  const rosa = await slice.viewer('rosa')
  await ingest([userCreated(0)])
  const [waiting] = await slice.deps.db.ruleMatch.findMany()
  await slice.deps.db.ruleSwitch.create({ data: { ruleId: waiting!.ruleId, enabled: false, changedAt: slice.clock.now(), changedById: rosa.personId } })
  const afterwards = openEventWatch(slice.deps.db, readRuleShelf([]), new Map())
  await raiseFindings({ ...slice.deps, eventWatch: afterwards })
  expect(await ingest([userCreated(1)], afterwards)).toMatchObject({ stored: 0, passed: 1 })
  expect([await slice.deps.db.finding.count(), await slice.deps.db.ruleMatch.count({ where: { settledAt: null } })]).toEqual([0, 0])
})

test('matches leave when nothing can follow any more', async () => {
  await ingest([denied('A', 0)])
  await raise()
  await forgetMatches(slice.deps.db, new Date(slice.clock.now().getTime() + 24 * 3_600_000))
  expect(await slice.deps.db.ruleMatch.count()).toBe(1)
  await forgetMatches(slice.deps.db, new Date(slice.clock.now().getTime() + 24 * 3_600_000 + 601_000))
  expect(await slice.deps.db.ruleMatch.count()).toBe(0)
})
