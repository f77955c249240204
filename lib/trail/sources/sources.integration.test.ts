import { CreateTrailCommand, CloudTrailClient, StartLoggingCommand } from '@aws-sdk/client-cloudtrail'
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, DeleteObjectCommand, PutBucketNotificationConfigurationCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { openDigestKeys } from '#lib/aws/digest-keys.ts'
import { openLogBucket } from '#lib/aws/log-bucket.ts'
import { openLogQueue } from '#lib/aws/log-queue.ts'
import type { Identities } from '#lib/aws/credentials.ts'
import type { BucketSource, TrailSources } from '#lib/config/trail-sources.ts'
import { watchDigests } from '#lib/detection/digests/watch-digests.ts'
import { raiseFindings } from '#lib/detection/raise/raise-findings.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { QueueDeps } from './read-queue.ts'
import { readSources } from './read-sources.ts'

const account = accounts.paymentsProd
const region = 'us-east-1'
const hour = 3_600_000

let slice: Slice
let queueUrl: string
let folder: BucketSource
let names = 0

const client = () => ({ region, endpoint: slice.aws.url, credentials: slice.administrator(account), maxAttempts: 1, forcePathStyle: true, systemClockOffset: slice.clock.now().getTime() - Date.now() })
/** The account's own administrator reads: which rights a reader needs is the templates' matter. */
function deps(): QueueDeps & { digestKeys: ReturnType<typeof openDigestKeys> } {
  const provider = async () => slice.administrator(account)
  const identities: Identities = { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } }
  return { ...slice.deps, logBucket: openLogBucket(identities), logQueue: openLogQueue(identities), digestKeys: openDigestKeys(identities) }
}

beforeAll(async () => {
  slice = await startSlice()
  const sqs = new SQSClient(client())
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${region}:${account}:trail` }] })
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'trail', Attributes: { Policy } }))
  queueUrl = QueueUrl!
})
afterAll(() => slice.close())
beforeEach(async () => {
  names += 1
  // Later than anything that was recorded before: CloudTrail delivers in order.
  slice.clock.setTo(new Date(`2026-12-0${names}T10:00:31Z`))
  await slice.database.owner.$executeRaw`TRUNCATE trail_event, session, finding, rule_match, trail_count, trail_source, trail_unreadable CASCADE`
  const bucket = `trail-files-${names}`
  const s3 = new S3Client(client())
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: ['s3:GetBucketAcl', 's3:PutObject'], Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] }] }) }))
  const trail = new CloudTrailClient(client())
  await trail.send(new CreateTrailCommand({ Name: `trail-${names}`, S3BucketName: bucket, IsMultiRegionTrail: true, EnableLogFileValidation: true }))
  await trail.send(new StartLoggingCommand({ Name: `trail-${names}` }))
  folder = { kind: 's3', bucket, region, account, prefix: '', accounts: [account], regions: [region], from: new Date('2026-11-20T00:00:00Z'), trail: { name: `trail-${names}`, homeRegion: region } }
})

const makeUser = () => new IAMClient(client()).send(new CreateUserCommand({ UserName: `user-${names}-${slice.clock.now().getTime()}` }))
const keyOf = (path: string) => path.slice(path.indexOf('/') + 1)
const read = (sources: TrailSources = [folder]) => readSources(deps(), sources)
const userEvents = () => slice.deps.db.trailEvent.count({ where: { eventName: 'CreateUser' } })

test('log files of a bucket become events and findings, each once, whoever reads them how often', async () => {
  await makeUser()
  slice.aws.deliverTrailFiles()
  const [one, other] = await Promise.all([read(), read()])
  expect([one.failed, other.failed, one.stored + other.stored]).toEqual([0, 0, 1])
  slice.clock.advance(hour / 2)
  await makeUser()
  const lastEventAt = slice.clock.now().setMilliseconds(0)
  slice.aws.deliverTrailFiles()
  // The same events come a second time, in files of their own.
  slice.aws.deliverTrailFiles(true)
  expect((await read()).stored).toBe(1)
  await slice.database.owner.$executeRaw`TRUNCATE trail_source`
  expect(await read()).toMatchObject({ stored: 0, failed: 0 })
  // How far it is read is known also where nothing was news.
  expect(await slice.deps.db.trailSource.findMany()).toMatchObject([{ lastEventAt: new Date(lastEventAt) }])
  expect(await userEvents()).toBe(2)
  await raiseFindings(slice.deps)
  expect(await slice.deps.db.finding.findMany()).toMatchObject([{ title: 'An IAM user was created', eventCount: 2, accountId: account }])
})

test('a file of the same minute that appears behind the newest is read all the same', async () => {
  await makeUser()
  const [first] = slice.aws.deliverTrailFiles()
  await read()
  const late = keyOf(first!).replace(/_[^_]+\.json\.gz$/, '_0000000000000000.json.gz')
  const record = { eventVersion: '1.11', eventID: 'late', eventTime: '2026-12-02T09:59:00Z', eventSource: 'iam.amazonaws.com', eventName: 'CreateUser', awsRegion: region, userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/x' }, requestParameters: {}, responseElements: {}, recipientAccountId: account }
  await new S3Client(client()).send(new PutObjectCommand({ Bucket: folder.bucket, Key: late, Body: JSON.stringify({ Records: [record] }) }))
  slice.clock.advance(31_000)
  expect(await read()).toMatchObject({ stored: 1, failed: 0 })
})

test('what cannot be read is told with file and place, and the rest is read', async () => {
  await makeUser()
  const [first] = slice.aws.deliverTrailFiles()
  const broken = keyOf(first!).replace(/_[^_]+\.json\.gz$/, '_zzzzzzzzzzzzzzzz.json.gz')
  await new S3Client(client()).send(new PutObjectCommand({ Bucket: folder.bucket, Key: broken, Body: '{"Records":[{"eventName":"x"},' }))
  expect(await read()).toMatchObject({ stored: 1, failed: 0 })
  const told = await slice.deps.db.trailUnreadable.findMany()
  expect(told.length).toBeGreaterThan(0)
  expect(told.every(({ file }) => file === broken)).toBe(true)
  expect(await slice.deps.db.trailSource.findMany({ where: { kind: 's3' } })).toMatchObject([{ storedCount: 1n, unreadableCount: BigInt(told.length) }])
})

test('a queue of notifications brings the same events, each once; its messages are gone afterwards', async () => {
  const arn = queueUrl.replace(/^.*\/(\d{12})\/(.+)$/, `arn:aws:sqs:${region}:$1:$2`)
  await new S3Client(client()).send(new PutBucketNotificationConfigurationCommand({ Bucket: folder.bucket, NotificationConfiguration: { QueueConfigurations: [{ QueueArn: arn, Events: ['s3:ObjectCreated:*'] }] }  }))
  await makeUser()
  slice.aws.deliverTrailFiles()
  slice.aws.writeDigests()
  const queue: TrailSources = [{ kind: 'sqs', url: queueUrl, region, account }]
  expect(await read(queue)).toMatchObject({ stored: 1, failed: 0 })
  slice.clock.advance(400_000)
  expect(await read(queue)).toMatchObject({ stored: 0, read: 0, failed: 0 })
  expect(await userEvents()).toBe(1)
})

test('a bucket that cannot be read says so, and is read on when it can', async () => {
  expect((await read([{ ...folder, bucket: 'nowhere-at-all' }])).failed).toBe(1)
  expect(await slice.deps.db.heartbeat.findMany({ where: { component: { startsWith: 'source/s3/nowhere' } } })).toMatchObject([{ lastSuccessAt: null }])
})

test('a missing and an altered log file are each one critical finding', async () => {
  const keys: string[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    await makeUser()
    keys.push(...slice.aws.deliverTrailFiles().filter((path) => path.startsWith(folder.bucket)).map(keyOf))
    slice.aws.writeDigests()
    slice.clock.advance(hour)
  }
  slice.aws.writeDigests()
  const s3 = new S3Client(client())
  const users = keys.filter((key) => key.includes(`_CloudTrail_${region}_`))
  await s3.send(new DeleteObjectCommand({ Bucket: folder.bucket, Key: users[0]! }))
  await s3.send(new PutObjectCommand({ Bucket: folder.bucket, Key: users[1]!, Body: '{"Records":[]}' }))
  const verify = () => watchDigests(deps(), [folder])
  expect((await verify()).opened).toBe(2)
  expect((await slice.deps.db.finding.findMany({ orderBy: { title: 'asc' } })).map(({ title, severity }) => [title, severity])).toEqual([['A CloudTrail log file is missing', 'critical'], ['A CloudTrail log file was altered', 'critical']])
  await slice.database.owner.$executeRaw`TRUNCATE trail_source`
  expect((await verify()).opened).toBe(0)
})

const files = 12
const eachHas = 300
/** Log files under CloudTrail's key scheme, of sessions of a managed role that no grant explains: all of it is kept. */
async function putFiles(): Promise<void> {
  const s3 = new S3Client(client())
  const minute = (file: number) => new Date(slice.clock.now().getTime() + file * 60_000).toISOString()
  const role = `arn:aws:iam::${account}:role/latchkey/payments-read`
  for (let file = 0; file < files; file += 1) {
    const at = minute(file)
    const Records = Array.from({ length: eachHas }, (_, index) => ({
      eventVersion: '1.11', eventID: randomUUID(), eventTime: `${at.slice(0, 19)}Z`, eventSource: 'ec2.amazonaws.com', eventName: 'DescribeInstances', awsRegion: region, sourceIPAddress: '203.0.113.10', readOnly: true, recipientAccountId: account,
      userIdentity: { type: 'AssumedRole', principalId: `AROAOUTSIDE:somebody-${index % 3}`, sessionContext: { sessionIssuer: { arn: role }, attributes: { creationDate: minute(0).slice(0, 19) + 'Z' } } },
    }))
    const Key = `AWSLogs/${account}/CloudTrail/${region}/${at.slice(0, 10).replaceAll('-', '/')}/${account}_CloudTrail_${region}_${at.slice(0, 16).replaceAll(/[-:]/g, '')}Z_${randomUUID().slice(0, 16)}.json.gz`
    await s3.send(new PutObjectCommand({ Bucket: folder.bucket, Key, Body: gzipSync(JSON.stringify({ Records })) }))
  }
}

/** A process of its own that reads until it is killed, begun so much later that claims of those before it have lapsed. */
async function readUntilKilled(round: number, killAfter: number): Promise<void> {
  const { accessKeyId, secretAccessKey } = slice.administrator(account)
  const args = ['lib/local/test/read-sources-process.ts', slice.database.url, JSON.stringify(folder), accessKeyId, secretAccessKey, String(slice.clock.now().getTime() + round * 660_000)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const giveUpAt = Date.now() + 20_000
  while ((await slice.deps.db.trailEvent.count()) < killAfter && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 1))
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('of two readers at once that are killed anywhere, and others after them, each event is stored and counted in its session once', { timeout: 60_000 }, async () => {
  await putFiles()
  for (const [round, killAfter] of [300, 1_500].entries()) await Promise.all([readUntilKilled(round + 1, killAfter), readUntilKilled(round + 1, killAfter + 250)])
  const before = await slice.deps.db.trailEvent.count()
  expect(before).toBeGreaterThan(0)
  expect(before).toBeLessThan(files * eachHas)
  slice.clock.advance(2 * hour)
  for (let step = 0; step < 5; step += 1) {
    await read()
    slice.clock.advance(31_000)
  }
  expect(await slice.deps.db.trailEvent.count()).toBe(files * eachHas)
  expect(await slice.deps.db.session.findMany({ select: { eventCount: true } })).toEqual(Array.from({ length: 3 }, () => ({ eventCount: (files * eachHas) / 3 })))
  expect(await slice.deps.db.trailUnreadable.count()).toBe(0)
})
