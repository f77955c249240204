import { readObjectKey } from './object-keys.ts'

/** An object that came into a bucket. */
export type NamedObject = { bucket: string; key: string }
export type Notice =
  /** Log files to read. */
  | { kind: 'objects'; objects: NamedObject[] }
  /** Records of CloudTrail, in the message itself. */
  | { kind: 'records'; records: object[] }
  /** Understood, and nothing to do: a test, a digest, an object that is not CloudTrail's. */
  | { kind: 'nothing' }
  | { kind: 'unreadable'; reason: string }

/** SNS wraps once; more wrappings are somebody's joke. */
const deepest = 3

type Json = Record<string, unknown>

/**
 * What a message of a queue says is to be read: S3's notification, EventBridge's envelope of S3 or CloudTrail, CloudTrail's
 * own notification, bare records, each as it is or wrapped by SNS. Total: it never throws.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
 */
export const parseNotification = (body: string): Notice => parseAt(body, 0)

function parseAt(text: string, depth: number): Notice {
  const message = parse(text)
  if (!isObject(message)) return { kind: 'unreadable', reason: 'The message is no JSON object.' }
  if (typeof message.Message === 'string' && typeof message.TopicArn === 'string') {
    return depth < deepest ? parseAt(message.Message, depth + 1) : { kind: 'unreadable', reason: 'The message is wrapped too often.' }
  }
  return readMessage(message)
}

function readMessage(message: Json): Notice {
  if (message.Event === 's3:TestEvent') return { kind: 'nothing' }
  if (typeof message['detail-type'] === 'string') return readEnvelope(message['detail-type'], message.detail)
  if (typeof message.s3Bucket === 'string' && Array.isArray(message.s3ObjectKey)) return readOwnNotification(message.s3Bucket, message.s3ObjectKey)
  if (Array.isArray(message.Records)) return readRecords(message.Records)
  return isRecord(message) ? { kind: 'records', records: [message] } : { kind: 'unreadable', reason: 'The message is of no known form.' }
}

/** EventBridge does not encode keys. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function readEnvelope(type: string, detail: unknown): Notice {
  if (!isObject(detail)) return { kind: 'unreadable', reason: 'The event has no detail.' }
  if (type.endsWith(' via CloudTrail')) return isRecord(detail) ? { kind: 'records', records: [detail] } : { kind: 'unreadable', reason: "The event's detail is no record of CloudTrail." }
  if (type !== 'Object Created') return { kind: 'nothing' }
  const [bucket, key] = [textAt(detail, 'bucket', 'name'), textAt(detail, 'object', 'key')]
  return bucket === undefined || key === undefined ? { kind: 'unreadable', reason: 'The event names no object.' } : logsOf([{ bucket, key }])
}

const readOwnNotification = (bucket: string, keys: unknown[]): Notice =>
  keys.every((key) => typeof key === 'string') ? logsOf(keys.map((key) => ({ bucket, key }))) : { kind: 'unreadable', reason: 'The notification names something else than keys.' }

/** Of S3 or of CloudTrail, never both. */
function readRecords(found: unknown[]): Notice {
  if (found.length > 0 && found.every(isRecord)) return { kind: 'records', records: found }
  const objects: NamedObject[] = []
  for (const record of found) {
    const read = readS3Record(record)
    if (read === 'unreadable') return { kind: 'unreadable', reason: 'The notification has a record that names no object.' }
    if (read !== 'passed by') objects.push(read)
  }
  return logsOf(objects)
}

function readS3Record(record: unknown): NamedObject | 'passed by' | 'unreadable' {
  if (!isObject(record) || typeof record.eventName !== 'string') return 'unreadable'
  if (!/^(s3:)?ObjectCreated:/.test(record.eventName)) return 'passed by'
  const [bucket, encoded] = [textAt(record, 's3', 'bucket', 'name'), textAt(record, 's3', 'object', 'key')]
  const key = encoded === undefined ? undefined : decoded(encoded)
  return bucket === undefined || key === undefined ? 'unreadable' : { bucket, key }
}

function logsOf(objects: NamedObject[]): Notice {
  const logs = objects.filter(({ key }) => readObjectKey(key)?.kind === 'log')
  return logs.length === 0 ? { kind: 'nothing' } : { kind: 'objects', objects: logs }
}

/** In S3's own notifications a blank is a plus. */
function decoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Json => isObject(value) && typeof value.eventID === 'string' && typeof value.eventName === 'string' && typeof value.eventSource === 'string'
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function textAt(value: unknown, ...path: string[]): string | undefined {
  let at = value
  for (const name of path) at = isObject(at) ? at[name] : undefined
  return typeof at === 'string' ? at : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
