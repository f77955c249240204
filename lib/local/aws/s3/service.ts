import type { Service } from '../core/operation.ts'
import { bucketOperations } from './buckets.ts'
import { notificationOperations } from './notifications.ts'
import { objectOperations } from './objects.ts'

export const s3Service: Service = {
  name: 's3',
  eventSource: 's3.amazonaws.com',
  protocol: 'rest-xml',
  operations: { ...bucketOperations, ...notificationOperations, ...objectOperations },
}
