import { ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand, DeleteQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf } from '../test-clients.ts'
import { adminKey, home, otherAdminKey, policy, portalKey, testOrganisation } from '../test-organisation.ts'

describe('SQS', () => {
  let aws: LocalAws
  beforeAll(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterAll(() => aws.close())
  const sqs = () => clientsOf(aws, adminKey).sqs
  const create = async (QueueName: string, Attributes?: Record<string, string>) => (await sqs().send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!
  const send = (QueueUrl: string, MessageBody: string) => sqs().send(new SendMessageCommand({ QueueUrl, MessageBody }))
  const receive = async (QueueUrl: string, rest: object = {}) => (await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...rest }))).Messages ?? []
  const bodies = async (QueueUrl: string) => (await receive(QueueUrl)).map((message) => message.Body)

  it('hands a message out, hides it for its visibility timeout, and forgets it when it is deleted', async () => {
    const url = await create('first', { VisibilityTimeout: '60' })
    await send(url, 'a "quoted" body, ünïcode')
    const [message] = await receive(url, { MessageSystemAttributeNames: ['All'] })
    expect(message).toMatchObject({ Body: 'a "quoted" body, ünïcode', Attributes: { ApproximateReceiveCount: '1' } })
    expect(await receive(url)).toEqual([])
    aws.clock.advance(60_000)
    const [again] = await receive(url)
    expect(again!.MessageId).toBe(message!.MessageId)
    expect(again!.ReceiptHandle).not.toBe(message!.ReceiptHandle)
    await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle }))
    aws.clock.advance(60_000)
    const [third] = await receive(url)
    expect(third!.MessageId).toBe(message!.MessageId)
    await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: third!.ReceiptHandle }))
    aws.clock.advance(60_000)
    expect(await receive(url)).toEqual([])
    aws.clock.reset()
  })

  it('gives ten at most, deletes in batches, each entry by itself', async () => {
    const url = await create('batch')
    for (let count = 0; count < 12; count += 1) await send(url, String(count))
    const first = await receive(url)
    expect(first.length).toBe(10)
    const Entries = [...first.slice(0, 9).map((message, index) => ({ Id: `m${index}`, ReceiptHandle: message.ReceiptHandle })), { Id: 'bad', ReceiptHandle: 'bm9uc2Vuc2U=' }]
    const answer = await sqs().send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    expect([answer.Successful?.length, answer.Failed?.map(({ Id, Code }) => [Id, Code])]).toEqual([9, [['bad', 'ReceiptHandleIsInvalid']]])
    expect(await bodies(url)).toEqual(['10', '11'])
    const { Attributes } = await sqs().send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({ QueueArn: `arn:aws:sqs:us-east-1:${home}:batch`, ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '3', VisibilityTimeout: '30' })
    await expect(sqs().send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [] }))).rejects.toMatchObject({ name: 'EmptyBatchRequest' })
  })

  it('changes how long a message stays hidden', async () => {
    const url = await create('longer')
    await send(url, 'x')
    const [message] = await receive(url)
    const change = (VisibilityTimeout: number) => sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout }))
    await change(600)
    aws.clock.advance(599_000)
    expect(await receive(url)).toEqual([])
    await change(0)
    expect((await receive(url)).length).toBe(1)
    await expect(change(10)).rejects.toMatchObject({ name: 'MessageNotInflight' })
    aws.clock.reset()
  })

  it('waits for a message as long as it was told, and answers as soon as there is one', async () => {
    const url = await create('polled')
    const waiting = receive(url, { WaitTimeSeconds: 20 })
    await send(url, 'at last')
    expect((await waiting).map((message) => message.Body)).toEqual(['at last'])
    expect(await receive(url, { WaitTimeSeconds: 1 })).toEqual([])
  })

  it('gives nothing to who hung up while waiting', async () => {
    const url = await create('hung-up')
    const leaving = new AbortController()
    const waiting = sqs().send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), { abortSignal: leaving.signal })
    await sqs().send(new GetQueueAttributesCommand({ QueueUrl: url }))
    leaving.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    // Another question goes round the server, so that it has seen the connection close.
    await sqs().send(new GetQueueAttributesCommand({ QueueUrl: url }))
    await send(url, 'for somebody else')
    expect(await bodies(url)).toEqual(['for somebody else'])
  })

  it('delivers a deleted message a second time when it is told to', async () => {
    const url = await create('twice')
    await send(url, 'once more')
    aws.duplicateMessages(1)
    const [message] = await receive(url)
    await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle }))
    const [copy] = await receive(url)
    expect(copy!.MessageId).toBe(message!.MessageId)
    await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: copy!.ReceiptHandle }))
    expect(await receive(url)).toEqual([])
  })

  it('is for those who are allowed, by their own policies or by the policy of the queue', async () => {
    const url = await create('guarded')
    const stranger = clientsOf(aws, otherAdminKey).sqs
    const nobody = clientsOf(aws, portalKey).sqs
    const ask = (client: SQSClient) => client.send(new ReceiveMessageCommand({ QueueUrl: url }))
    await expect(ask(stranger)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(ask(nobody)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const Policy = JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${home}:user/portal` }, Action: 'sqs:ReceiveMessage', Resource: '*' }))
    await sqs().send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }))
    await expect(ask(nobody)).resolves.toBeDefined()
    await expect(nobody.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: 'x' }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(ask(stranger)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('answers in the words of SQS', async () => {
    const url = await create('worded', { VisibilityTimeout: '30' })
    expect(await create('worded', { VisibilityTimeout: '30' })).toBe(url)
    await expect(create('worded', { VisibilityTimeout: '31' })).rejects.toMatchObject({ name: 'QueueNameExists' })
    await expect(create('worded.fifo')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(create('other', { FifoQueue: 'true' })).rejects.toMatchObject({ name: 'InvalidAttributeName' })
    await expect(create('other', { VisibilityTimeout: '43201' })).rejects.toMatchObject({ name: 'InvalidAttributeValue' })
    await expect(receive(url, { MaxNumberOfMessages: 11 })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(sqs().send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    expect((await sqs().send(new GetQueueUrlCommand({ QueueName: 'worded' }))).QueueUrl).toBe(url)
    await expect(sqs().send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' })
    await sqs().send(new DeleteQueueCommand({ QueueUrl: url }))
    await expect(receive(url)).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  })

  it('keeps messages over a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'local-aws-'))
    const before = await startLocalAws({ seed: testOrganisation, dataDir })
    const { QueueUrl } = await clientsOf(before, adminKey).sqs.send(new CreateQueueCommand({ QueueName: 'kept' }))
    await clientsOf(before, adminKey).sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'still here' }))
    await before.close()
    const after = await startLocalAws({ seed: testOrganisation, dataDir })
    expect((await clientsOf(after, adminKey).sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body).toBe('still here')
    await after.close()
    rmSync(dataDir, { recursive: true })
  })
})
