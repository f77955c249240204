import type { Operation, Service } from '../core/operation.ts'
import { accessKeyOperations } from './access-keys.ts'
import { accountOperations } from './account.ts'
import { policyOperations } from './policies.ts'
import { principalPolicyOperations } from './principal-policies.ts'
import { AwsError } from '../core/errors.ts'
import { optionalText } from '../core/input.ts'
import { iamOf } from './lookup.ts'
import { roleOperations } from './roles.ts'
import { userOperations } from './users.ts'

/**
 * Roles that a service of AWS keeps are changed by nobody else.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
 */
function guarded(operation: Operation): Operation {
  return {
    ...operation,
    run: (call) => {
      const role = iamOf(call).roles[optionalText(call.input, 'RoleName') ?? '']
      const kept = role && call.action !== 'CreateRole' && /^\/(aws-reserved|aws-service-role)\//.test(role.path)
      if (kept) throw new AwsError('UnmodifiableEntity', `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`, 400, 'UnmodifiableEntityException')
      return operation.run(call)
    },
  }
}

const operations: Record<string, Operation> = {
  ...roleOperations,
  ...userOperations,
  ...accessKeyOperations,
  ...principalPolicyOperations('Role'),
  ...principalPolicyOperations('User'),
  ...policyOperations,
  ...accountOperations,
}

/** Global, recorded in us-east-1. https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html */
export const iamService: Service = {
  name: 'iam',
  eventSource: 'iam.amazonaws.com',
  protocol: 'query',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  global: true,
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, operation.readOnly ? operation : guarded(operation)])),
}
