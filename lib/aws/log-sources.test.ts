import { PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { clientsOf } from '#lib/local/aws/test-clients.ts'
import { adminKey, home, portalKey, testOrganisation } from '#lib/local/aws/test-organisation.ts'
import type { Identities } from './credentials.ts'
import { openDigestKeys } from './digest-keys.ts'
import { openLogBucket } from './log-bucket.ts'
import { openLogQueue } from './log-queue.ts'

let aws: LocalAws
beforeAll(async () => {
  const objects = Object.fromEntries(Array.from({ length: 1_003 }, (_, index) => [`pages/${1_000 + index}`, '']))
  const [bucket] = testOrganisation.buckets!
  aws = await startLocalAws({ seed: { ...testOrganisation, buckets: [{ ...bucket!, objects: { ...bucket!.objects, ...objects } }] } })
  process.env.AWS_ENDPOINT_URL = aws.url
})
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL
  await aws.close()
})

function identitiesOf(key: typeof adminKey): Identities {
  const provider = async () => key
  return { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } }
}
const reader = identitiesOf(adminKey)
const stranger = identitiesOf(portalKey)
const place = { accountId: home, region: 'us-east-1' }

describe('A bucket of log files', () => {
  const logs = { ...place, bucket: 'example-reports' }
  const put = (Key: string, Body: string | Buffer, Metadata?: Record<string, string>) => clientsOf(aws, adminKey).s3.send(new PutObjectCommand({ Bucket: logs.bucket, Key, Body, Metadata }))
  const read = async (key: string, maxBytes: number, identities = reader) => {
    const chunks: Uint8Array[] = []
    const answer = await openLogBucket(identities).readObject({ ...logs, key, maxBytes, take: (chunk) => void chunks.push(chunk) })
    return { answer, text: Buffer.concat(chunks).toString('utf8') }
  }

  test('lists what comes after a key under a prefix, page by page', async () => {
    const bucket = openLogBucket(reader)
    const first = await bucket.listObjects({ ...logs, prefix: 'pages/' })
    expect(first.ok && [first.objects.length, first.objects.at(-1)!.key, first.more]).toEqual([1000, 'pages/1999', true])
    const rest = await bucket.listObjects({ ...logs, prefix: 'pages/', after: 'pages/1999' })
    expect(rest.ok && [rest.objects.map(({ key }) => key), rest.more]).toEqual([['pages/2000', 'pages/2001', 'pages/2002'], false])
    expect(await bucket.listObjects({ ...logs, prefix: 'pages/', after: 'pages/2002' })).toMatchObject({ ok: true, objects: [], more: false })
  })

  test('hands an object over whole, with its metadata', async () => {
    const body = 'x'.repeat(300_000)
    await put('whole', body, { signature: 'abc' })
    expect(await read('whole', 300_000)).toEqual({ answer: { ok: true, size: 300_000, metadata: { signature: 'abc' } }, text: body })
  })

  test('takes nothing of an object that is larger than it may be', async () => {
    await put('large', 'x'.repeat(500_001))
    expect(await read('large', 500_000)).toMatchObject({ answer: { ok: false, code: 'invalid', awsCode: 'ObjectTooLarge', retryable: false }, text: '' })
  })

  test('says what is not there, and what may not be read', async () => {
    expect((await read('nothing', 10)).answer).toMatchObject({ ok: false, code: 'not_found', awsCode: 'NoSuchKey' })
    expect((await read('report.csv', 10, stranger)).answer).toMatchObject({ ok: false, code: 'access_denied' })
    expect(await openLogBucket(reader).listObjects({ ...logs, bucket: 'nowhere', prefix: '' })).toMatchObject({ ok: false, code: 'not_found', awsCode: 'NoSuchBucket' })
  })
})

describe('A queue of notifications', () => {
  const make = async (QueueName: string) => ({ ...place, url: (await clientsOf(aws, adminKey).sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl! })
  const send = (queue: { url: string }, MessageBody: string) => clientsOf(aws, adminKey).sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }))
  const receive = async (queue: { url: string }, hideSeconds = 60) => {
    const answer = await openLogQueue(reader).receive({ ...place, ...queue, waitSeconds: 0, hideSeconds })
    return answer.ok ? answer.messages : []
  }

  test('is waited at, and what was received is hidden until it is removed or given back', async () => {
    const queue = await make('waited')
    const port = openLogQueue(reader)
    const waiting = port.receive({ ...queue, waitSeconds: 20, hideSeconds: 60 })
    await send(queue, 'one')
    expect(await waiting).toMatchObject({ ok: true, messages: [{ body: 'one', receives: 1, sentAt: expect.any(Date) }] })
    aws.clock.advance(45_000)
    expect(await receive(queue)).toEqual([])
    aws.clock.advance(15_000)
    const [again] = await receive(queue)
    expect(again).toMatchObject({ body: 'one', receives: 2 })
    expect(await port.hide({ ...queue, handle: again!.handle, hideSeconds: 0 })).toEqual({ ok: true })
    const [third] = await receive(queue)
    expect(await port.remove({ ...queue, handles: [third!.handle, 'bm9uc2Vuc2U='] })).toEqual({ ok: true, kept: ['bm9uc2Vuc2U='] })
    aws.clock.advance(60_000)
    expect(await receive(queue)).toEqual([])
    aws.clock.reset()
  })

  test('a wait that is stopped ends at once and is no failure', async () => {
    const queue = await make('stopped')
    const stop = new AbortController()
    const waiting = openLogQueue(reader).receive({ ...queue, waitSeconds: 20, hideSeconds: 60, signal: stop.signal })
    stop.abort()
    expect(await waiting).toEqual({ ok: true, messages: [] })
  })

  test('says what is not there, and what may not be received', async () => {
    const queue = await make('closed')
    const ask = { waitSeconds: 0, hideSeconds: 60 }
    expect(await openLogQueue(reader).receive({ ...queue, url: `${aws.url}/${home}/nowhere`, ...ask })).toMatchObject({ ok: false, code: 'not_found' })
    expect(await openLogQueue(stranger).receive({ ...queue, ...ask })).toMatchObject({ ok: false, code: 'access_denied' })
    expect(await openLogQueue(reader).hide({ ...queue, handle: 'bm9uc2Vuc2U=', hideSeconds: 0 })).toMatchObject({ ok: false, code: 'invalid' })
  })
})

test('The keys of digests are those of the Region and the time', async () => {
  const port = openDigestKeys(reader)
  const span = { from: aws.clock.now(), to: aws.clock.now() }
  const [here, there] = [await port.listKeys({ ...place, ...span }), await port.listKeys({ ...place, region: 'eu-central-1', ...span })]
  expect(here).toMatchObject({ ok: true, keys: [{ fingerprint: expect.stringMatching(/^[\da-f]{32}$/), publicKey: expect.stringMatching(/^MII/) }] })
  expect(there).not.toEqual(here)
  expect(await port.listKeys({ ...place, from: new Date('2020-01-01'), to: new Date('2020-01-02') })).toEqual({ ok: true, keys: [] })
  expect(await openDigestKeys(stranger).listKeys({ ...place, ...span })).toMatchObject({ ok: false, code: 'access_denied' })
})
