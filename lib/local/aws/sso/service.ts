import type { Service } from '../core/operation.ts'
import { assignmentOperations } from './assignments.ts'
import { admitRequest, visibleInstance } from './instance.ts'
import { permissionSetOperations } from './permission-sets.ts'

/** JSON 1.1, `SWBExternalService.<Action>`. https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html */
export const ssoService: Service = {
  name: 'sso',
  eventSource: 'sso.amazonaws.com',
  protocol: 'json',
  admit: admitRequest,
  operations: {
    /** Members of the organisation see no instance; neither does another Region. */
    ListInstances: {
      readOnly: true,
      access: () => ({ action: 'sso:ListInstances', resource: '*' }),
      run: (call) => {
        const instance = visibleInstance(call)
        const OwnerAccountId = call.world.state.organization?.managementAccountId
        return { output: { Instances: instance ? [{ InstanceArn: instance.instanceArn, IdentityStoreId: instance.identityStoreId, OwnerAccountId, CreatedDate: new Date(instance.createdAt), Status: 'ACTIVE' }] : [] } }
      },
    },
    ...permissionSetOperations,
    ...assignmentOperations,
  },
}
