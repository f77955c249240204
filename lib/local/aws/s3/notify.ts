import { shortHex } from '../core/ids.ts'
import type { BucketState, NotificationState } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { sendFromService } from '../sqs/send-from-service.ts'

export type Occasion = {
  readonly event: 'ObjectCreated:Put' | 'ObjectRemoved:Delete'
  /** `AWS:AROA…:session` for a person, a service's name for a service. */
  readonly principalId: string
  readonly sourceIp: string
  readonly requestId: string
}

const service = 's3.amazonaws.com'
export const senderOf = (bucket: BucketState) => ({ service, sourceArn: `arn:aws:s3:::${bucket.name}`, sourceAccountId: bucket.accountId })

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
export function notify(world: World, bucket: BucketState, key: string, occasion: Occasion): void {
  for (const configuration of bucket.notifications ?? []) {
    if (!concerns(configuration, key, occasion.event)) continue
    sendFromService(world, configuration.queueArn, senderOf(bucket), { Records: [eventRecord(world, bucket, key, occasion, configuration.id)] })
  }
}

const concerns = ({ events, prefix, suffix }: NotificationState, key: string, event: string): boolean =>
  key.startsWith(prefix) && key.endsWith(suffix) && events.some((name) => name === `s3:${event}` || (name.endsWith('*') && `s3:${event}`.startsWith(name.slice(0, -1))))

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function eventRecord(world: World, bucket: BucketState, key: string, { event, principalId, sourceIp, requestId }: Occasion, configurationId: string): object {
  const object = bucket.objects[key]
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: world.clock.now().toISOString(),
    eventName: event,
    userIdentity: { principalId },
    requestParameters: { sourceIPAddress: sourceIp },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId.repeat(4) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket.name, ownerIdentity: { principalId: bucket.accountId }, arn: `arn:aws:s3:::${bucket.name}` },
      object: { key: urlEncoded(key), ...(object && { size: object.size, eTag: object.etag }), sequencer: shortHex(9).toUpperCase() },
    },
  }
}

/** A blank is a plus, as AWS's own example has it; slashes stay. */
const urlEncoded = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+').replaceAll(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
