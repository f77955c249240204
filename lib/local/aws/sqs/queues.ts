import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { AwsError } from '../core/errors.ts'
import { optionalText, requiredText, textsOf, type Input } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import { attributeRanges, dropExpired, numberOf } from './queue.ts'
import { namedQueue, onQueue, queueArn, queueOf } from './queue-access.ts'
import type { QueueState } from './state.ts'

const urlOf = ({ http }: Call, queue: QueueState): string => `http://${http.headers.get('host') ?? 'localhost'}/${queue.accountId}/${queue.name}`

/** What can be set; the rest of AWS's attributes is refused, not ignored. */
function readAttributes(input: Input): Record<string, string> {
  const attributes = (input.Attributes ?? {}) as Input
  const given = Object.keys(attributes).map((name) => [name, optionalText(attributes, name) ?? ''] as const)
  for (const [name, value] of given) {
    if (name === 'Policy') checkPolicy(value)
    else checkRange(name, value)
  }
  return Object.fromEntries(given)
}

function checkPolicy(text: string): void {
  const parsed = text === '' ? undefined : parsePolicy(text, 'resource')
  if (parsed?.ok === false) throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter Policy. Reason: ${parsed.message}`)
}

function checkRange(name: string, value: string): void {
  const range = attributeRanges[name]
  if (!range) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name} (or one that the local AWS does not implement).`)
  const number = Number(value)
  if (!Number.isInteger(number) || number < range.least || number > range.most) throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
}

/** The same name with the same attributes is the same queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const createQueue: Operation = {
  readOnly: false,
  access: (call) => ({ action: 'sqs:CreateQueue', resource: queueArn(call.region, call.caller.accountId, requiredText(call.input, 'QueueName')) }),
  run: (call) => {
    const { world, caller, region, now, input } = call
    const name = requiredText(input, 'QueueName')
    if (!/^[\w-]{1,80}$/.test(name)) throw new AwsError('InvalidParameterValue', 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.')
    const attributes = readAttributes(input)
    const arn = queueArn(region, caller.accountId, name)
    const known = world.state.queues[arn]
    const differing = Object.keys(attributes).find((attribute) => known && known.attributes[attribute] !== attributes[attribute])
    if (differing !== undefined) throw new AwsError('QueueNameExists', `A queue already exists with the same name and a different value for attribute ${differing}`)
    const queue = known ?? { arn, name, accountId: caller.accountId, region, createdAt: now.getTime(), changedAt: now.getTime(), attributes, messages: [] }
    world.state.queues[arn] = queue
    return { output: { QueueUrl: urlOf(call, queue) } }
  },
}

const setQueueAttributes: Operation = {
  readOnly: false,
  access: onQueue('sqs:SetQueueAttributes'),
  run: (call) => {
    const queue = queueOf(call)
    Object.assign(queue.attributes, readAttributes(call.input))
    if (queue.attributes.Policy === '') delete queue.attributes.Policy
    queue.changedAt = call.now.getTime()
    return {}
  },
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
function attributesOf(queue: QueueState, now: number): Record<string, string> {
  dropExpired(queue, now)
  const hidden = queue.messages.filter((message) => message.visibleAt > now)
  const inFlight = hidden.filter((message) => message.receives > 0).length
  const counts = { ApproximateNumberOfMessages: queue.messages.length - hidden.length, ApproximateNumberOfMessagesNotVisible: inFlight, ApproximateNumberOfMessagesDelayed: hidden.length - inFlight }
  const times = { CreatedTimestamp: Math.floor(queue.createdAt / 1000), LastModifiedTimestamp: Math.floor(queue.changedAt / 1000) }
  const ranged = Object.fromEntries(Object.keys(attributeRanges).map((name) => [name, numberOf(queue, name)]))
  const policy = queue.attributes.Policy
  return { QueueArn: queue.arn, ...texts({ ...counts, ...times, ...ranged }), ...(policy !== undefined && { Policy: policy }) }
}

const texts = (numbers: Readonly<Record<string, number>>): Record<string, string> => Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]))

const getQueueAttributes: Operation = {
  readOnly: true,
  access: onQueue('sqs:GetQueueAttributes'),
  run: (call) => {
    const all = attributesOf(queueOf(call), call.now.getTime())
    const asked = textsOf(call.input, 'AttributeNames')
    const shown = Object.entries(all).filter(([name]) => asked.includes('All') || asked.includes(name))
    return { output: { Attributes: shown.length === 0 ? undefined : Object.fromEntries(shown) } }
  },
}

export const queueOperations: Record<string, Operation> = {
  CreateQueue: createQueue,
  GetQueueUrl: { readOnly: true, access: onQueue('sqs:GetQueueUrl', namedQueue), run: (call) => ({ output: { QueueUrl: urlOf(call, namedQueue(call)) } }) },
  GetQueueAttributes: getQueueAttributes,
  SetQueueAttributes: setQueueAttributes,
  DeleteQueue: {
    readOnly: false,
    access: onQueue('sqs:DeleteQueue'),
    run: (call) => {
      delete call.world.state.queues[queueOf(call).arn]
      return {}
    },
  },
}
