import type { Service } from '../core/operation.ts'
import { instanceOperations } from './instances.ts'
import { snapshotOperations } from './snapshots.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html */
export const ec2Service: Service = {
  name: 'ec2',
  eventSource: 'ec2.amazonaws.com',
  protocol: 'ec2',
  namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  operations: { ...instanceOperations, ...snapshotOperations },
}
