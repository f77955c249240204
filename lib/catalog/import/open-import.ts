import type { Identities } from '#lib/aws/credentials.ts'
import type { IdentityCenter } from '#lib/aws/identity-center.ts'
import { openOrganizations } from '#lib/aws/organizations.ts'
import { openRoleList } from '#lib/aws/role-list.ts'
import type { Config } from '#lib/config/config.ts'
import type { ImportDeps } from './read-importable.ts'

/** What importing asks AWS with: the reader's identities, and the assigner's where Identity Center is configured. */
export function openImport({ aws, emergencyRole }: Pick<Config, 'aws' | 'emergencyRole'>, identities: Identities, identityCenter: IdentityCenter | undefined): ImportDeps {
  const ownRoles = [aws.memberReaderRoleName, aws.memberRevokerRoleName, emergencyRole, ...[aws.issuerRoleArn, aws.readerRoleArn, aws.revokerRoleArn].map((arn) => arn?.split(':role/')[1])]
  return { organizations: openOrganizations(aws, identities.hub.reader), roleList: openRoleList(aws, identities), identityCenter, managedRolePath: aws.managedRolePath, ownRoles: ownRoles.flatMap((role) => role ?? []) }
}
