/** The organisation's instance of IAM Identity Center: permission sets, assignments, and the identity store. */
export type IdentityCenterState = {
  readonly instanceArn: string
  readonly identityStoreId: string
  readonly region: string
  readonly createdAt: number
  readonly permissionSets: Record<string, PermissionSetState>
  /** By {@link assignmentKey}. */
  readonly assignments: Record<string, AssignmentPlace>
  /** Asynchronous operations by request id, oldest first. */
  readonly operations: Record<string, AssignmentOperation>
  /** Permission sets that an account has a role of: account → set → the role's name. */
  readonly provisioned: Record<string, Record<string, string>>
  readonly users: Record<string, StoreUser>
  readonly groups: Record<string, StoreGroup>
}

export type PermissionSetState = {
  readonly arn: string
  readonly name: string
  description: string
  readonly createdAt: number
  sessionSeconds: number
  managed: string[]
  inline?: string
  tags: Record<string, string>
}

export type AssignmentPlace = { readonly accountId: string; readonly permissionSetArn: string; readonly principalType: 'USER' | 'GROUP'; readonly principalId: string }

export type AssignmentOperation = AssignmentPlace & {
  readonly requestId: string
  readonly kind: 'create' | 'delete'
  readonly createdAt: number
  /** When it is carried out, and its status stops being IN_PROGRESS. */
  readonly dueAt: number
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'
  failureReason?: string
}

export type StoreUser = { readonly id: string; readonly userName: string; readonly displayName: string; readonly email: string; readonly externalId?: { readonly issuer: string; readonly id: string } }
export type StoreGroup = { readonly id: string; readonly displayName: string; members: string[] }

export const assignmentKey = ({ accountId, permissionSetArn, principalType, principalId }: AssignmentPlace): string => `${accountId}/${permissionSetArn}/${principalType}/${principalId}`
