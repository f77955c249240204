import { ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { AwsResult } from './aws-failure.ts'
import { type Circuit, openCircuit } from './circuit.ts'
import { believing, type Identities, requestHandler } from './credentials.ts'

/** A standard queue, its Region, and the account whose reader may read it. */
export type QueuePlace = { accountId: string; region: string; url: string }
/** `handle` is good for this receipt; `receives` counts it. */
export type QueueMessage = { id: string; handle: string; body: string; receives: number; sentAt: Date }

export type LogQueue = {
  /**
   * At most ten messages, after waiting up to `waitSeconds` (0 to 20) for the first; hidden from others for
   * `hideSeconds`. At least once: a message can come again, deleted or not. An aborted wait has received nothing.
   */
  receive(question: QueuePlace & { waitSeconds: number; hideSeconds: number; signal?: AbortSignal | undefined }): Promise<AwsResult<{ messages: QueueMessage[] }>>
  /** Deletes at most ten; answers the handles of those that AWS did not delete, which come again. */
  remove(question: QueuePlace & { handles: readonly string[] }): Promise<AwsResult<{ kept: string[] }>>
  /** Hides a message that is being worked on for `hideSeconds` from now; 0 gives it back. */
  hide(question: QueuePlace & { handle: string; hideSeconds: number }): Promise<AwsResult<object>>
}

const longestWaitMs = 20_000

/**
 * One queue as the account's reader sees it. Receiving is not retried here: whoever polls comes again anyway.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export function openLogQueue(identities: Identities): LogQueue {
  const open = new Map<string, { client: SQSClient; receives: Circuit; changes: Circuit }>()
  const placeOf = ({ accountId, region, url }: QueuePlace) => {
    const key = `${accountId}/${region}/${url}`
    const client = () => believing(new SQSClient({ region, credentials: identities.readerOf(accountId), maxAttempts: 1, useQueueUrlAsEndpoint: false, requestHandler }))
    const place = open.get(key) ?? { client: client(), receives: openCircuit(`SQS queue ${url}`, undefined, longestWaitMs + 10_000), changes: openCircuit(`SQS queue ${url}`) }
    open.set(key, place)
    return place
  }
  return {
    receive: (question) => {
      const { client, receives } = placeOf(question)
      const { url, waitSeconds, hideSeconds, signal } = question
      return receives.ask((patience) => {
        const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds, VisibilityTimeout: hideSeconds, MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'] })
        const abortSignal = signal ? AbortSignal.any([patience, signal]) : patience
        const requestTimeout = waitSeconds * 1_000 + requestHandler.requestTimeout
        return unlessStopped(signal, () => client.send(command, { abortSignal, requestTimeout }).then(({ Messages = [] }) => ({ messages: Messages.map(messageOf) })))
      })
    },
    remove: async (question) => {
      const { client, changes } = placeOf(question)
      const { url, handles } = question
      if (handles.length === 0) return { ok: true, kept: [] }
      return changes.ask(async (abortSignal) => {
        const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }))
        const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }), { abortSignal })
        return { kept: Failed.map(({ Id }) => handles[Number(Id)] ?? '') }
      })
    },
    hide: (question) => {
      const { client, changes } = placeOf(question)
      return changes.ask(async (abortSignal) => {
        await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: question.url, ReceiptHandle: question.handle, VisibilityTimeout: question.hideSeconds }), { abortSignal })
        return {}
      })
    },
  }
}

/** Stopping is no failure of the queue's. */
async function unlessStopped(signal: AbortSignal | undefined, receive: () => Promise<{ messages: QueueMessage[] }>): Promise<{ messages: QueueMessage[] }> {
  try {
    return await receive()
  } catch (error) {
    if (signal?.aborted) return { messages: [] }
    throw error
  }
}

type Received = { MessageId?: string; ReceiptHandle?: string; Body?: string; Attributes?: Partial<Record<string, string>> }

const messageOf = ({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Received): QueueMessage => ({
  id: MessageId,
  handle: ReceiptHandle,
  body: Body,
  receives: Number(Attributes.ApproximateReceiveCount ?? 1),
  sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)),
})
