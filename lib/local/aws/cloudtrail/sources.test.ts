import { CreateTrailCommand, ListPublicKeysCommand, StartLoggingCommand, StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail'
import { CreateUserCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { DeleteObjectCommand, GetBucketNotificationConfigurationCommand, GetObjectCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf } from '../test-clients.ts'
import { adminKey, home, policy, testOrganisation } from '../test-organisation.ts'

const hour = 3_600_000
const bucket = 'example-reports'
const queueArn = `arn:aws:sqs:us-east-1:${home}:trail`
const [first, ...rest] = testOrganisation.accounts

type Digest = Record<string, string | null> & { logFiles: { s3Object: string; hashValue: string }[] }

describe('What CloudTrail sends elsewhere', () => {
  let aws: LocalAws
  beforeEach(async () => {
    aws = await startLocalAws({ seed: { ...testOrganisation, accounts: [{ ...first!, trails: [{ name: 'main', bucket }] }, ...rest] } })
  })
  afterEach(() => aws.close())
  const admin = () => clientsOf(aws, adminKey)
  const doSomething = (name: string) => admin().iam.send(new CreateUserCommand({ UserName: name }))

  async function makeQueue(service: string): Promise<string> {
    const Policy = JSON.stringify(policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: queueArn, Condition: { StringEquals: { 'aws:SourceAccount': home } } }))
    return (await admin().sqs.send(new CreateQueueCommand({ QueueName: 'trail', Attributes: { Policy } }))).QueueUrl!
  }
  async function messages(QueueUrl: string): Promise<Record<string, unknown>[]> {
    const { Messages = [] } = await admin().sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    return Messages.map((message) => JSON.parse(message.Body!) as Record<string, unknown>)
  }
  const notifyQueue = (rules: { Name: 'prefix' | 'suffix'; Value: string }[] = []) =>
    admin().s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: { QueueConfigurations: [{ Id: 'new', QueueArn: queueArn, Events: ['s3:ObjectCreated:*'], Filter: { Key: { FilterRules: rules } } }] } }))

  it('a bucket tells a queue of new objects, in the form of S3, log files of CloudTrail among them', async () => {
    const url = await makeQueue('s3.amazonaws.com')
    await notifyQueue([{ Name: 'suffix', Value: '.gz' }])
    expect(await messages(url)).toMatchObject([{ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket }])
    const { QueueConfigurations } = await admin().s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }))
    expect(QueueConfigurations).toMatchObject([{ Id: 'new', QueueArn: queueArn, Events: ['s3:ObjectCreated:*'], Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.gz' }] } } }])
    await admin().s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a b+c/ü.gz', Body: 'x' }))
    await admin().s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'passed/by.txt', Body: 'x' }))
    await admin().s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a b+c/ü.gz' }))
    const [file] = aws.deliverTrailFiles()
    const told = await messages(url)
    expect(told).toMatchObject([
      { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', awsRegion: 'us-east-1', s3: { bucket: { name: bucket }, object: { key: 'a+b%2Bc/%C3%BC.gz', size: 1 } } }] },
      { Records: [{ s3: { object: { key: file!.slice(bucket.length + 1) } } }] },
    ])
  })

  it('tells no queue whose policy does not let S3 send', async () => {
    await makeQueue('sns.amazonaws.com')
    await expect(notifyQueue()).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  it('events reach a queue in the envelope of EventBridge, read-only ones only where the rule asks for all', async () => {
    const url = await makeQueue('events.amazonaws.com')
    const rule = { name: 'trail', accountId: home, region: 'us-east-1', queueArn }
    aws.putEventRule({ ...rule, state: 'ENABLED' })
    await doSomething('one')
    await admin().iam.send(new ListRolesCommand({}))
    const [event, ...others] = await messages(url)
    expect(others).toEqual([])
    expect(event).toMatchObject({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.iam', account: home, region: 'us-east-1', detail: { eventName: 'CreateUser', eventID: aws.recorded(home).find((record) => record.eventName === 'CreateUser')!.eventID } })
    aws.putEventRule({ ...rule, state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', pattern: { source: ['aws.iam'] } })
    await admin().iam.send(new ListRolesCommand({}))
    expect(await messages(url)).toMatchObject([{ detail: { eventName: 'ListRoles' } }])
    aws.putEventRule({ ...rule, state: 'DISABLED' })
    await doSomething('two')
    expect(await messages(url)).toEqual([])
  })

  it('events need a trail that is logging', async () => {
    const url = await makeQueue('events.amazonaws.com')
    aws.putEventRule({ name: 'trail', accountId: home, region: 'us-east-1', queueArn, state: 'ENABLED' })
    await admin().cloudtrail.send(new StopLoggingCommand({ Name: 'main' }))
    await doSomething('one')
    expect(await messages(url)).toEqual([])
  })

  it('files are delivered again when it is told to: the same events under other names', async () => {
    await doSomething('one')
    const [file] = aws.deliverTrailFiles()
    const [copy] = aws.deliverTrailFiles(true)
    expect(copy).not.toBe(file)
    expect((await read(copy!)).text).toBe((await read(file!)).text)
    expect(aws.deliverTrailFiles()).toEqual([])
  })

  async function read(file: string): Promise<{ text: string; hash: string; metadata: Record<string, string> }> {
    const { Body, Metadata = {} } = await admin().s3.send(new GetObjectCommand({ Bucket: bucket, Key: file.slice(bucket.length + 1) }))
    const bytes = gunzipSync(await Body!.transformToByteArray())
    return { text: bytes.toString('utf8'), hash: createHash('sha256').update(bytes).digest('hex'), metadata: Metadata }
  }
  async function digestAt(file: string): Promise<{ digest: Digest; hash: string; signature: string }> {
    const { text, hash, metadata } = await read(file)
    const digest = JSON.parse(text) as Digest
    const { PublicKeyList } = await admin().cloudtrail.send(new ListPublicKeysCommand({ StartTime: new Date(digest.digestStartTime!), EndTime: new Date(digest.digestEndTime!) }))
    const key = PublicKeyList!.find(({ Fingerprint }) => Fingerprint === digest.digestPublicKeyFingerprint)!
    const publicKey = createPublicKey({ key: Buffer.from(key.Value!), format: 'der', type: 'pkcs1' })
    const signed = `${digest.digestEndTime}\n${digest.digestS3Bucket}/${digest.digestS3Object}\n${hash}\n${digest.previousDigestSignature ?? 'null'}`
    expect(verify('sha256', Buffer.from(signed), publicKey, Buffer.from(metadata.signature!, 'hex'))).toBe(true)
    expect([metadata['signature-algorithm'], `${digest.digestS3Bucket}/${digest.digestS3Object}`]).toEqual(['SHA256withRSA', file])
    return { digest, hash, signature: metadata.signature! }
  }

  it('digests name the files of their hour with their hashes, are signed, and each holds on to the one before', async () => {
    aws.clock.setTo(new Date('2026-11-23T10:00:31Z'))
    await doSomething('one')
    const files = aws.deliverTrailFiles()
    const [starting] = aws.writeDigests()
    expect(starting).toBe(`${bucket}/AWSLogs/${home}/CloudTrail-Digest/us-east-1/2026/11/23/${home}_CloudTrail-Digest_us-east-1_main_us-east-1_20261123T100031Z.json.gz`)
    const one = await digestAt(starting!)
    expect(one.digest).toMatchObject({ digestStartTime: '2026-11-23T09:00:31Z', previousDigestS3Object: null, previousDigestHashValue: null, previousDigestSignature: null })
    expect(one.digest.logFiles).toMatchObject([{ s3Object: files[0]!.slice(bucket.length + 1), hashValue: (await read(files[0]!)).hash }])
    expect(aws.writeDigests()).toEqual([])
    aws.clock.advance(2 * hour)
    const [second, third] = aws.writeDigests()
    const two = await digestAt(second!)
    expect(two.digest).toMatchObject({ logFiles: [], newestEventTime: null, oldestEventTime: null, previousDigestS3Object: starting!.slice(bucket.length + 1), previousDigestHashValue: one.hash, previousDigestSignature: one.signature })
    expect((await digestAt(third!)).digest).toMatchObject({ digestStartTime: two.digest.digestEndTime, previousDigestSignature: two.signature })
  })

  it('a trail that is stopped ends its chain with one digest more; started again it begins a new one', async () => {
    aws.clock.setTo(new Date('2026-11-23T10:00:00Z'))
    const [starting] = aws.writeDigests()
    aws.clock.advance(60_000)
    await admin().cloudtrail.send(new StopLoggingCommand({ Name: 'main' }))
    const [file] = aws.deliverTrailFiles()
    expect((await read(file!)).text).toContain('StopLogging')
    aws.clock.advance(60_000)
    const [last, ...none] = aws.writeDigests()
    expect(none).toEqual([])
    expect((await digestAt(last!)).digest).toMatchObject({ digestEndTime: '2026-11-23T10:02:00Z', previousDigestS3Object: starting!.slice(bucket.length + 1), logFiles: [{ s3Object: file!.slice(bucket.length + 1) }] })
    aws.clock.advance(5 * hour)
    expect(aws.writeDigests()).toEqual([])
    await admin().cloudtrail.send(new StartLoggingCommand({ Name: 'main' }))
    expect(aws.writeDigests()).toEqual([])
    aws.clock.advance(hour)
    const [again] = aws.writeDigests()
    expect((await digestAt(again!)).digest).toMatchObject({ digestStartTime: '2026-11-23T15:02:00Z', previousDigestS3Bucket: null, previousDigestHashAlgorithm: null, previousDigestSignature: null })
  })

  it('trails without validation have no digests, and files of that time are in none', async () => {
    const { cloudtrail } = admin()
    await cloudtrail.send(new CreateTrailCommand({ Name: 'plain', S3BucketName: bucket, S3KeyPrefix: 'plain' }))
    await cloudtrail.send(new StartLoggingCommand({ Name: 'plain' }))
    aws.clock.advance(2 * hour)
    await doSomething('one')
    expect(aws.deliverTrailFiles().filter((file) => file.startsWith(`${bucket}/plain/`))).toHaveLength(1)
    expect(aws.writeDigests().filter((file) => file.includes('plain'))).toEqual([])
    await cloudtrail.send(new UpdateTrailCommand({ Name: 'plain', EnableLogFileValidation: true }))
    aws.clock.advance(hour)
    const [starting] = aws.writeDigests().filter((file) => file.includes('plain'))
    expect((await digestAt(starting!)).digest).toMatchObject({ logFiles: [], previousDigestSignature: null })
  })
})
