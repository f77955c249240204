import { partitionOf } from './role-arn.ts'

/**
 * What the role is called that Identity Center makes of a permission set in an account, as a pattern: the Region in its
 * path and the end of its name are its own.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export const reservedRoleOf = (permissionSetName: string, { id, region }: { id: string; region: string }): string => `arn:${partitionOf(region)}:iam::${id}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_${permissionSetName}_*`
