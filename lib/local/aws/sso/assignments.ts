import { AwsError } from '../core/errors.ts'
import { freshUuid } from '../core/ids.ts'
import { objectsOf, optionalText, requiredText } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import { pageOf } from '../core/paging.ts'
import type { XmlValue } from '../core/xml.ts'
import { instanceOf, notFound, onNamed, permissionSetOf, tooManyRequests } from './instance.ts'
import { type AssignmentOperation, type AssignmentPlace, assignmentKey, type IdentityCenterState } from './state.ts'

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const outstandingCreates = 10

/**
 * A delegated administrator cannot touch the management account's assignments.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
 */
function placeOf(call: Call, instance: IdentityCenterState): AssignmentPlace {
  const accountId = requiredText(call.input, 'TargetId')
  const principalType = requiredText(call.input, 'PrincipalType')
  if (requiredText(call.input, 'TargetType') !== 'AWS_ACCOUNT' || (principalType !== 'USER' && principalType !== 'GROUP')) throw new AwsError('ValidationException', 'TargetType must be AWS_ACCOUNT, PrincipalType USER or GROUP.')
  if (!call.world.state.organization?.parents[accountId]) throw notFound(`Account ${accountId} not found`)
  if (accountId === call.world.state.organization.managementAccountId && call.caller.accountId !== accountId) {
    throw new AwsError('AccessDeniedException', `User: ${call.caller.arn} is not authorized to perform: sso:${call.action} on the management account.`)
  }
  return { accountId, permissionSetArn: permissionSetOf(call, instance).arn, principalType, principalId: requiredText(call.input, 'PrincipalId') }
}

/**
 * Takes on an operation and answers at once. `ConflictException` while the opposite one is under way for the same
 * assignment. https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
 */
function begin(call: Call, kind: AssignmentOperation['kind']): AssignmentOperation {
  const instance = instanceOf(call)
  const place = placeOf(call, instance)
  const running = Object.values(instance.operations).filter(({ status }) => status === 'IN_PROGRESS')
  if (running.some((other) => other.kind !== kind && assignmentKey(other) === assignmentKey(place))) {
    throw new AwsError('ConflictException', 'Request conflicts with an ongoing operation on the same account assignment.')
  }
  if (kind === 'create' && running.filter((other) => other.kind === 'create').length >= outstandingCreates) throw tooManyRequests('Too many outstanding account assignments')
  if (kind === 'delete' && !instance.assignments[assignmentKey(place)]) throw notFound('Account assignment not found')
  const createdAt = call.now.getTime()
  const { operationMs, failures } = call.world.identityCenter
  const failureReason = failures.shift()
  const operation: AssignmentOperation = { ...place, requestId: freshUuid(), kind, createdAt, dueAt: createdAt + operationMs, status: 'IN_PROGRESS', ...(failureReason !== undefined && { failureReason }) }
  instance.operations[operation.requestId] = operation
  return operation
}

const shape = ({ requestId, status, failureReason, accountId, permissionSetArn, principalType, principalId, createdAt }: AssignmentOperation): XmlValue => ({
  Status: status,
  RequestId: requestId,
  // Decided when it was taken on, told when it is over.
  FailureReason: status === 'FAILED' ? failureReason : undefined,
  TargetId: accountId,
  TargetType: 'AWS_ACCOUNT',
  PermissionSetArn: permissionSetArn,
  PrincipalType: principalType,
  PrincipalId: principalId,
  CreatedDate: new Date(createdAt),
})

const change = (kind: AssignmentOperation['kind'], field: string): Operation => ({ readOnly: false, access: onNamed, run: (call) => ({ output: { [field]: shape(begin(call, kind)) } }) })

const describe = (kind: AssignmentOperation['kind'], field: string, idField: string): Operation => ({
  readOnly: true,
  access: onNamed,
  run: (call) => {
    const operation = instanceOf(call).operations[requiredText(call.input, idField)]
    if (operation?.kind !== kind) throw notFound('Request not found')
    return { output: { [field]: shape(operation) } }
  },
})

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html: at most 100 a page. */
const listAccountAssignments: Operation = {
  readOnly: true,
  access: onNamed,
  run: (call) => {
    const instance = instanceOf(call)
    const { arn } = permissionSetOf(call, instance)
    const accountId = requiredText(call.input, 'AccountId')
    const found = Object.values(instance.assignments).filter((place) => place.accountId === accountId && place.permissionSetArn === arn)
    const { items, NextToken } = pageOf(call.input, found, 100)
    return { output: { AccountAssignments: items.map((place) => ({ AccountId: accountId, PermissionSetArn: arn, PrincipalType: place.principalType, PrincipalId: place.principalId })), NextToken } }
  },
}

/**
 * A user's own assignments, and those of the groups they are in, told by the group.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentsForPrincipal.html
 */
const listForPrincipal: Operation = {
  readOnly: true,
  access: onNamed,
  run: (call) => {
    const instance = instanceOf(call)
    const principalId = requiredText(call.input, 'PrincipalId')
    const groups = requiredText(call.input, 'PrincipalType') === 'USER' ? Object.values(instance.groups).filter((group) => group.members.includes(principalId)) : []
    const ids = [principalId, ...groups.map(({ id }) => id)]
    const only = optionalText(objectsOf({ Filter: [call.input.Filter] }, 'Filter')[0] ?? {}, 'AccountId')
    const found = Object.values(instance.assignments).filter((place) => ids.includes(place.principalId) && (only === undefined || place.accountId === only))
    const { items, NextToken } = pageOf(call.input, found, 100)
    return { output: { AccountAssignments: items.map((place) => ({ AccountId: place.accountId, PermissionSetArn: place.permissionSetArn, PrincipalType: place.principalType, PrincipalId: place.principalId })), NextToken } }
  },
}

export const assignmentOperations: Record<string, Operation> = {
  CreateAccountAssignment: change('create', 'AccountAssignmentCreationStatus'),
  DeleteAccountAssignment: change('delete', 'AccountAssignmentDeletionStatus'),
  DescribeAccountAssignmentCreationStatus: describe('create', 'AccountAssignmentCreationStatus', 'AccountAssignmentCreationRequestId'),
  DescribeAccountAssignmentDeletionStatus: describe('delete', 'AccountAssignmentDeletionStatus', 'AccountAssignmentDeletionRequestId'),
  ListAccountAssignments: listAccountAssignments,
  ListAccountAssignmentsForPrincipal: listForPrincipal,
}
