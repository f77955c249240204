import type { World } from '../core/world.ts'
import { provisionRole } from './reserved-role.ts'
import { type AssignmentOperation, assignmentKey, type IdentityCenterState } from './state.ts'

/** Carries out the operations that are due. What fails shows in the status only, as at AWS. */
export function settleOperations(world: World): void {
  const { identityCenter } = world.state
  if (!identityCenter) return
  const now = world.clock.now().getTime()
  for (const operation of Object.values(identityCenter.operations)) {
    if (operation.status !== 'IN_PROGRESS' || operation.dueAt > now) continue
    const failureReason = operation.failureReason ?? (operation.kind === 'create' ? create(world, identityCenter, operation) : remove(identityCenter, operation))
    Object.assign(operation, failureReason === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', failureReason })
    world.save()
  }
}

/**
 * A group that was deleted and the account's quota of roles show only now.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentCreationStatus.html
 */
function create(world: World, instance: IdentityCenterState, { accountId, permissionSetArn, principalType, principalId, ...operation }: AssignmentOperation): string | undefined {
  const account = world.state.accounts[accountId]
  const set = instance.permissionSets[permissionSetArn]
  if (!account || !set) return 'Received a 404 status error: The account or the permission set no longer exists.'
  const known = principalType === 'USER' ? instance.users[principalId] : instance.groups[principalId]
  if (!known) return `Received a 404 status error: ${principalType} not found.`
  const { rolesPerAccount } = world.identityCenter
  if (instance.provisioned[accountId]?.[permissionSetArn] === undefined && Object.keys(account.iam.roles).length >= rolesPerAccount) {
    return `Received a 409 status error: Cannot exceed quota for RolesPerAccount: ${rolesPerAccount}.`
  }
  provisionRole(instance, account, set, operation.createdAt)
  const place = { accountId, permissionSetArn, principalType, principalId }
  instance.assignments[assignmentKey(place)] = place
  return undefined
}

function remove(instance: IdentityCenterState, operation: AssignmentOperation): undefined {
  delete instance.assignments[assignmentKey(operation)]
}
