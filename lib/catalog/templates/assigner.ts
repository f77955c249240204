import type { Catalog } from '../catalog-schema.ts'
import { sub } from './template.ts'

const reads = ['sso:ListInstances', 'sso:ListPermissionSets', 'sso:DescribePermissionSet', 'sso:ListAccountAssignments', 'sso:ListAccountsForProvisionedPermissionSet', 'sso:DescribeAccountAssignmentCreationStatus', 'sso:DescribeAccountAssignmentDeletionStatus', 'identitystore:GetUserId', 'identitystore:GetGroupId']

/**
 * What the assigner may do: whoever could assign anything to anybody would own every account, so it is held to the accounts
 * and permission sets that profiles of Identity Center name. A set that is named without its ARN could be any, as IAM
 * knows sets by ARN alone: write the ARN. AWS checks account and set apart, never the pair. Null where no profile needs it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
 */
export function assignerStatements(catalog: Catalog): Record<string, unknown>[] | null {
  const profiles = catalog.profiles.flatMap(({ access, account }) => (access.kind === 'identity_center' ? [{ account, set: access.permissionSet }] : []))
  if (profiles.length === 0) return null
  const accounts = catalog.accounts.filter(({ name }) => profiles.some(({ account }) => account === name)).map(({ id }) => sub(`arn:\${AWS::Partition}:sso:::account/${id}`))
  const sets = profiles.some(({ set }) => !set.startsWith('arn:')) ? [sub('arn:${AWS::Partition}:sso:::permissionSet/*/*')] : [...new Set(profiles.map(({ set }) => set))]
  return [
    { Effect: 'Allow', Action: ['sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment'], Resource: [sub('arn:${AWS::Partition}:sso:::instance/*'), ...accounts, ...sets] },
    { Effect: 'Allow', Action: reads, Resource: '*' },
  ]
}
