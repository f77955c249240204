import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { AwsError } from '../core/errors.ts'
import { userIdOf } from '../core/caller.ts'
import { objectsOf, optionalNumber, requiredText, textsOf, type Input } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import { byHandle, deleteByHandle, enqueue, numberOf, take } from './queue.ts'
import { onQueue, queueOf } from './queue-access.ts'
import type { MessageState, QueueState } from './state.ts'

/** Data events of CloudTrail. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html */
const common = { dataEvent: true } as const

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

function within(input: Input, name: string, usual: number, least: number, most: number): number {
  const value = optionalNumber(input, name) ?? usual
  if (value < least || value > most) throw new AwsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`)
  return value
}

const sendMessage: Operation = {
  ...common,
  readOnly: false,
  access: onQueue('sqs:SendMessage'),
  run: (call) => {
    const queue = queueOf(call)
    const body = requiredText(call.input, 'MessageBody')
    if (Object.keys((call.input.MessageAttributes ?? {}) as Input).length > 0) throw new AwsError('UnsupportedOperation', 'The local AWS has no message attributes.')
    const limit = numberOf(queue, 'MaximumMessageSize')
    if (Buffer.byteLength(body) > limit) throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`)
    const delaySeconds = within(call.input, 'DelaySeconds', numberOf(queue, 'DelaySeconds'), 0, 900)
    const message = enqueue(call.world, queue, { body, senderId: userIdOf(call.caller), delaySeconds })
    return { output: { MessageId: message.id, MD5OfMessageBody: md5(body) } }
  },
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const receiveMessage: Operation = {
  ...common,
  readOnly: true,
  access: onQueue('sqs:ReceiveMessage'),
  run: async (call) => {
    const { input } = call
    const queue = queueOf(call)
    const most = within(input, 'MaxNumberOfMessages', 1, 1, 10)
    const visibility = within(input, 'VisibilityTimeout', numberOf(queue, 'VisibilityTimeout'), 0, 43_200)
    const wait = within(input, 'WaitTimeSeconds', numberOf(queue, 'ReceiveMessageWaitTimeSeconds'), 0, 20)
    const received = await poll(call, queue, wait * 1000, () => take(queue, call.world.clock.now().getTime(), most, visibility))
    const asked = new Set([...textsOf(input, 'AttributeNames'), ...textsOf(input, 'MessageSystemAttributeNames')])
    const shape = ({ message, handle }: (typeof received)[number]) => ({ MessageId: message.id, ReceiptHandle: handle, Body: message.body, MD5OfBody: md5(message.body), Attributes: attributesOf(message, asked) })
    return { output: { Messages: received.length === 0 ? undefined : received.map(shape) } }
  },
}

/**
 * Long polling: answers as soon as there is a message, at the latest when the wait is over. Who hung up meanwhile
 * receives nothing. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
async function poll<Found>(call: Call, queue: QueueState, waitMs: number, look: () => Found[]): Promise<Found[]> {
  const end = performance.now() + waitMs
  for (;;) {
    if (call.http.gone.aborted) return []
    const found = look()
    const left = end - performance.now()
    if (found.length > 0 || left <= 0) return found
    await pause(call, queue, left)
  }
}

/** Until a message arrives, the next one comes back into sight, the caller hangs up, or the time is over. */
async function pause({ world, http }: Call, queue: QueueState, leftMs: number): Promise<void> {
  const now = world.clock.now().getTime()
  const untilVisible = queue.messages.map((message) => message.visibleAt - now).filter((ms) => ms > 0)
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), Math.min(leftMs, ...untilVisible.map((ms) => ms + 1)))
  timeout.unref()
  try {
    await once(world.queues.arrivals, queue.arn, { signal: AbortSignal.any([timer.signal, http.gone]) })
  } catch {
    // The time is over or the caller is gone: looked at by the one who waits.
  } finally {
    clearTimeout(timeout)
  }
}

function attributesOf(message: MessageState, asked: ReadonlySet<string>): Record<string, string> | undefined {
  const all: Record<string, string> = {
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ApproximateReceiveCount: String(message.receives),
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
  }
  const shown = Object.entries(all).filter(([name]) => asked.has('All') || asked.has(name))
  return shown.length === 0 ? undefined : Object.fromEntries(shown)
}

const deleteMessage: Operation = {
  ...common,
  readOnly: false,
  access: onQueue('sqs:DeleteMessage'),
  run: (call) => {
    deleteByHandle(call.world, queueOf(call), requiredText(call.input, 'ReceiptHandle'))
    return {}
  },
}

/** Each entry succeeds or fails by itself. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
const deleteMessageBatch: Operation = {
  ...common,
  readOnly: false,
  access: onQueue('sqs:DeleteMessage'),
  run: (call) => {
    const entries = objectsOf(call.input, 'Entries').map((entry) => ({ Id: requiredText(entry, 'Id'), handle: requiredText(entry, 'ReceiptHandle') }))
    if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one DeleteMessageBatchRequestEntry in the request.')
    if (entries.length > 10) throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.')
    if (new Set(entries.map((entry) => entry.Id)).size < entries.length) throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.')
    const results = entries.map(({ Id, handle }) => ({ Id, error: attempt(() => deleteByHandle(call.world, queueOf(call), handle)) }))
    const Failed = results.flatMap(({ Id, error }) => (error ? [{ Id, SenderFault: true, Code: error.code, Message: error.message }] : []))
    return { output: { Successful: results.flatMap(({ Id, error }) => (error ? [] : [{ Id }])), ...(Failed.length > 0 && { Failed }) } }
  },
}

function attempt(act: () => void): AwsError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
const changeMessageVisibility: Operation = {
  ...common,
  readOnly: false,
  access: onQueue('sqs:ChangeMessageVisibility'),
  run: (call) => {
    const queue = queueOf(call)
    const now = call.now.getTime()
    const message = byHandle(queue, requiredText(call.input, 'ReceiptHandle'))
    const seconds = within(call.input, 'VisibilityTimeout', -1, 0, 43_200)
    if (!message || message.visibleAt <= now) throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.')
    message.visibleAt = now + seconds * 1000
    call.world.queues.arrivals.emit(queue.arn)
    return {}
  },
}

export const messageOperations: Record<string, Operation> = {
  SendMessage: sendMessage,
  ReceiveMessage: receiveMessage,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  ChangeMessageVisibility: changeMessageVisibility,
}
