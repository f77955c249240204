import { CreateUserCommand } from '@aws-sdk/client-iam'
import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Identities } from '#lib/aws/credentials.ts'
import { openLogBucket } from '#lib/aws/log-bucket.ts'
import { openLogQueue, type QueuePlace } from '#lib/aws/log-queue.ts'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { clientsOf } from '#lib/local/aws/test-clients.ts'
import { adminKey, home, policy, testOrganisation } from '#lib/local/aws/test-organisation.ts'
import { parseNotification } from './parse-notification.ts'
import { openLogFeed } from './read-log-file.ts'

const bucket = 'example-reports'
const provider = async () => adminKey
const identities: Identities = { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } }
const account = { accountId: home, region: 'us-east-1' }

let aws: LocalAws
beforeAll(async () => {
  const [first, ...rest] = testOrganisation.accounts
  aws = await startLocalAws({ seed: { ...testOrganisation, accounts: [{ ...first!, trails: [{ name: 'main', bucket }] }, ...rest] } })
  process.env.AWS_ENDPOINT_URL = aws.url
})
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL
  await aws.close()
})

const admin = () => clientsOf(aws, adminKey)
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${home}:${name}`
async function makeQueue(name: string, service: string): Promise<QueuePlace> {
  const Policy = JSON.stringify(policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: arnOf(name) }))
  const { QueueUrl } = await admin().sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }))
  return { ...account, url: QueueUrl! }
}

/** What a reader of a queue does: receive, read what each message names, remove. */
async function readAll(queue: QueuePlace): Promise<{ names: unknown[]; unreadable: string[] }> {
  const [names, unreadable]: [unknown[], string[]] = [[], []]
  const received = await openLogQueue(identities).receive({ ...queue, waitSeconds: 0, hideSeconds: 60 })
  for (const { body } of received.ok ? received.messages : []) {
    const notice = parseNotification(body)
    if (notice.kind === 'records') names.push(...notice.records.map((record) => (record as { eventName: string }).eventName))
    if (notice.kind === 'unreadable') unreadable.push(notice.reason)
    for (const object of notice.kind === 'objects' ? notice.objects : []) {
      const feed = openLogFeed({ record: (record) => names.push((record as { eventName: string }).eventName), unreadable: (_, reason) => unreadable.push(reason) })
      expect(await openLogBucket(identities).readObject({ ...account, ...object, maxBytes: 1_000_000, take: feed.take })).toMatchObject({ ok: true })
      await feed.end()
    }
  }
  return { names, unreadable }
}

test('log files that a bucket tells a queue of are read, and test events and digests passed by', async () => {
  const queue = await makeQueue('objects', 's3.amazonaws.com')
  await admin().s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: { QueueConfigurations: [{ QueueArn: arnOf('objects'), Events: ['s3:ObjectCreated:*'] }] } }))
  await admin().iam.send(new CreateUserCommand({ UserName: 'one' }))
  aws.deliverTrailFiles()
  aws.writeDigests()
  expect(await readAll(queue)).toEqual({ names: ['CreateQueue', 'PutBucketNotification', 'CreateUser'], unreadable: [] })
})

test('calls that EventBridge sends to a queue are read from its messages', async () => {
  const queue = await makeQueue('events', 'events.amazonaws.com')
  aws.putEventRule({ name: 'trail', ...account, queueArn: arnOf('events'), state: 'ENABLED' })
  await admin().iam.send(new CreateUserCommand({ UserName: 'two' }))
  expect(await readAll(queue)).toEqual({ names: ['CreateUser'], unreadable: [] })
})
