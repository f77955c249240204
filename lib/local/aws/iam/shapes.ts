import type { ManagedPolicyState, RoleState, UserState } from '../core/state.ts'

/** Policy documents travel URL-encoded (RFC 3986). https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const encoded = (document: string): string =>
  encodeURIComponent(document).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

export const tagList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
const optionalTags = (tags: Readonly<Record<string, string>>) => (Object.keys(tags).length === 0 ? undefined : tagList(tags))
const boundaryShape = (arn: string | undefined) =>
  arn === undefined ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn }

/** What lists answer: a subset, without tags, boundary and last use (documented for ListRoles). */
export const roleSummary = (role: RoleState) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encoded(role.trust),
  Description: role.description,
  MaxSessionDuration: role.maxSessionDuration,
})

export const roleShape = (role: RoleState) => ({
  ...roleSummary(role),
  PermissionsBoundary: boundaryShape(role.boundary),
  Tags: optionalTags(role.tags),
  RoleLastUsed: role.lastUsed ? { LastUsedDate: new Date(role.lastUsed.at), Region: role.lastUsed.region } : {},
})

export const userSummary = (user: UserState) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: new Date(user.createdAt),
})

export const userShape = (user: UserState) => ({
  ...userSummary(user),
  PermissionsBoundary: boundaryShape(user.boundary),
  Tags: optionalTags(user.tags),
})

export const policyShape = (policy: ManagedPolicyState, attachments: number, boundaries: number) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: attachments,
  PermissionsBoundaryUsageCount: boundaries,
  IsAttachable: true,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.updatedAt),
})

const policyName = (arn: string): string => arn.split('/').at(-1)!
export const attachedShape = (arn: string) => ({ PolicyName: policyName(arn), PolicyArn: arn })

export const versionShape = (policy: ManagedPolicyState, version: ManagedPolicyState['versions'][number], withDocument: boolean) => ({
  Document: withDocument ? encoded(version.document) : undefined,
  VersionId: version.id,
  IsDefaultVersion: version.id === policy.defaultVersion,
  CreateDate: new Date(version.createdAt),
})
