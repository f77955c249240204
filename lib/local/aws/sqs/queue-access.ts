import type { Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { optionalText, requiredText } from '../core/input.ts'
import type { Call } from '../core/operation.ts'
import { named } from '../core/policies.ts'
import type { QueueState } from './state.ts'

export const queueArn = (region: string, accountId: string, name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`

/** The queue's owner and name are the last two parts of its URL; the Region is the one that was signed for. */
export function queueOf(call: Call): QueueState {
  const [, accountId = '', name = ''] = /\/(\d{12})\/([\w-]{1,80})$/.exec(requiredText(call.input, 'QueueUrl')) ?? []
  return queueAt(call, accountId, name)
}

export function queueAt({ world, region }: Pick<Call, 'world' | 'region'>, accountId: string, name: string): QueueState {
  const queue = world.state.queues[queueArn(region, accountId, name)]
  if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
  return queue
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
export const onQueue =
  (action: string, find: (call: Call) => QueueState = queueOf) =>
  (call: Call): Access => {
    const queue = find(call)
    const policy = queue.attributes.Policy
    return { action, resource: queue.arn, resourceAccountId: queue.accountId, ...(policy !== undefined && { resourcePolicy: named('queue policy', policy) }) }
  }

export const namedQueue = (call: Call): QueueState => queueAt(call, optionalText(call.input, 'QueueOwnerAWSAccountId') ?? call.caller.accountId, requiredText(call.input, 'QueueName'))
