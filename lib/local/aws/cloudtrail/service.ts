import type { Service } from '../core/operation.ts'
import { listPublicKeys } from './digest-key.ts'
import { lookupEvents } from './lookup-events.ts'
import { trailOperations } from './trails.ts'

/** JSON 1.1, `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.<Action>` */
export const cloudTrailService: Service = {
  name: 'cloudtrail',
  eventSource: 'cloudtrail.amazonaws.com',
  protocol: 'json',
  operations: { LookupEvents: lookupEvents, ListPublicKeys: listPublicKeys, ...trailOperations },
}
