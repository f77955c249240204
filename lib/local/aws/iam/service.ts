import type { Service } from '../core/operation.ts'
import { accessKeyOperations } from './access-keys.ts'
import { accountOperations } from './account.ts'
import { policyOperations } from './policies.ts'
import { principalPolicyOperations } from './principal-policies.ts'
import { roleOperations } from './roles.ts'
import { userOperations } from './users.ts'

/** Global, recorded in us-east-1. https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html */
export const iamService: Service = {
  name: 'iam',
  eventSource: 'iam.amazonaws.com',
  protocol: 'query',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  global: true,
  operations: {
    ...roleOperations,
    ...userOperations,
    ...accessKeyOperations,
    ...principalPolicyOperations('Role'),
    ...principalPolicyOperations('User'),
    ...policyOperations,
    ...accountOperations,
  },
}
