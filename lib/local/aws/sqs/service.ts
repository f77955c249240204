import type { Service } from '../core/operation.ts'
import { messageOperations } from './messages.ts'
import { queueOperations } from './queues.ts'

/** JSON 1.0, `AmazonSQS.<Action>` https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html */
export const sqsService: Service = {
  name: 'sqs',
  eventSource: 'sqs.amazonaws.com',
  protocol: 'json',
  jsonVersion: '1.0',
  operations: { ...queueOperations, ...messageOperations },
}
