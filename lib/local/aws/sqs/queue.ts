import { AwsError } from '../core/errors.ts'
import { freshUuid } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import type { MessageState, QueueState } from './state.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const attributeRanges: Readonly<Record<string, { least: number; most: number; usual: number }>> = {
  DelaySeconds: { least: 0, most: 900, usual: 0 },
  MaximumMessageSize: { least: 1_024, most: 1_048_576, usual: 1_048_576 },
  MessageRetentionPeriod: { least: 60, most: 1_209_600, usual: 345_600 },
  ReceiveMessageWaitTimeSeconds: { least: 0, most: 20, usual: 0 },
  VisibilityTimeout: { least: 0, most: 43_200, usual: 30 },
}

export const numberOf = (queue: QueueState, attribute: string): number => Number(queue.attributes[attribute] ?? attributeRanges[attribute]!.usual)

/** Puts a message into a queue and wakes whoever waits for one. */
export function enqueue(world: World, queue: QueueState, message: { body: string; senderId: string; delaySeconds?: number }): MessageState {
  const sentAt = world.clock.now().getTime()
  const { body, senderId, delaySeconds = numberOf(queue, 'DelaySeconds') } = message
  const kept: MessageState = { id: freshUuid(), body, senderId, sentAt, visibleAt: sentAt + delaySeconds * 1000, receives: 0 }
  queue.messages.push(kept)
  world.queues.arrivals.emit(queue.arn)
  return kept
}

/** Messages older than the retention period are gone. */
export function dropExpired(queue: QueueState, now: number): void {
  const oldest = now - numberOf(queue, 'MessageRetentionPeriod') * 1000
  queue.messages = queue.messages.filter((message) => message.sentAt > oldest)
}

/**
 * Takes what is visible, at most `most`, out of sight for the visibility timeout. Each receipt has a handle of its own.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export function take(queue: QueueState, now: number, most: number, visibilitySeconds: number): { message: MessageState; handle: string }[] {
  dropExpired(queue, now)
  const found = queue.messages.filter((message) => message.visibleAt <= now).slice(0, most)
  return found.map((message) => {
    message.visibleAt = now + visibilitySeconds * 1000
    message.receives += 1
    message.firstReceivedAt ??= now
    return { message, handle: handleOf(message) }
  })
}

const handleOf = (message: MessageState): string => Buffer.from(`${message.id} ${message.receives}`).toString('base64')

/** The message a handle is of; undefined when it is gone, or when somebody has received it since. */
export function byHandle(queue: QueueState, handle: string): MessageState | undefined {
  const [id = '', receipt] = Buffer.from(handle, 'base64').toString('utf8').split(' ')
  if (receipt === undefined) throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)
  return queue.messages.find((message) => message.id === id && message.receives === Number(receipt))
}

/**
 * Deletes by the latest handle; an older one succeeds without effect. A copy that was out of reach is delivered again.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
 */
export function deleteByHandle(world: World, queue: QueueState, handle: string): void {
  const message = byHandle(queue, handle)
  if (!message) return
  if (world.queues.duplicates > 0) {
    world.queues.duplicates -= 1
    message.visibleAt = world.clock.now().getTime()
    world.queues.arrivals.emit(queue.arn)
    return
  }
  queue.messages = queue.messages.filter((kept) => kept !== message)
}
