import { AwsError } from '../core/errors.ts'
import { shortHex } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import type { NotificationState } from '../core/state.ts'
import { sendFromService, serviceMaySend } from '../sqs/send-from-service.ts'
import { bucketOf, onBucket, s3Parameters, s3Trail } from './bucket-access.ts'
import { senderOf } from './notify.ts'

const common = { requestParameters: s3Parameters, trail: s3Trail }

/**
 * Queues only. S3 tries every destination first and sends it a test event.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
const putNotification: Operation = {
  ...common,
  trailName: 'PutBucketNotification',
  readOnly: false,
  access: onBucket('s3:PutBucketNotification'),
  run: (call) => {
    const bucket = bucketOf(call)
    const configurations = readConfigurations(call.http.body.toString('utf8'))
    const sender = senderOf(bucket)
    const refused = configurations.some(({ queueArn }) => call.world.state.queues[queueArn]?.region !== bucket.region || !serviceMaySend(call.world, queueArn, sender))
    if (refused) throw new AwsError('InvalidArgument', 'Unable to validate the following destination configurations')
    bucket.notifications = configurations
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: call.now.toISOString(), Bucket: bucket.name, RequestId: call.requestId, HostId: call.requestId.repeat(4) }
    for (const { queueArn } of configurations) sendFromService(call.world, queueArn, sender, test)
    return { raw: {} }
  },
}

function readConfigurations(xml: string): NotificationState[] {
  if (/<(TopicConfiguration|CloudFunctionConfiguration|EventBridgeConfiguration)\b/.test(xml)) throw new AwsError('NotImplemented', 'The local AWS notifies queues only.', 501)
  return [...xml.matchAll(/<QueueConfiguration>(.*?)<\/QueueConfiguration>/gs)].map(([, part = '']) => {
    const rules = [...part.matchAll(/<FilterRule>(.*?)<\/FilterRule>/gs)].map(([, rule = '']) => [textsIn(rule, 'Name')[0]?.toLowerCase(), textsIn(rule, 'Value')[0] ?? ''] as const)
    const filter = (name: string): string => rules.find(([found]) => found === name)?.[1] ?? ''
    return { id: textsIn(part, 'Id')[0] ?? shortHex(16), queueArn: textsIn(part, 'Queue')[0] ?? '', events: textsIn(part, 'Event'), prefix: filter('prefix'), suffix: filter('suffix') }
  })
}

const textsIn = (xml: string, name: string): string[] => [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescaped(text))
const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')

const getNotification: Operation = {
  ...common,
  trailName: 'GetBucketNotification',
  readOnly: true,
  access: onBucket('s3:GetBucketNotification'),
  run: (call) => {
    const QueueConfiguration = (bucketOf(call).notifications ?? []).map(({ id, queueArn, events, prefix, suffix }) => {
      const FilterRule = [['prefix', prefix], ['suffix', suffix]].filter(([, value]) => value !== '').map(([Name = '', Value = '']) => ({ Name, Value }))
      return { Id: id, Queue: queueArn, Event: events, Filter: FilterRule.length === 0 ? undefined : { S3Key: { FilterRule } } }
    })
    return { output: { NotificationConfiguration: { QueueConfiguration } } }
  },
}

export const notificationOperations: Record<string, Operation> = { PutBucketNotificationConfiguration: putNotification, GetBucketNotificationConfiguration: getNotification }
