import type { Catalog } from '../catalog-schema.ts'
import { assignerStatements } from './assigner.ts'
import { hubRoles, policy, type Resource, sub, type Template, type TemplateNames } from './template.ts'

/**
 * The portal's identities in the hub account, each with what it needs and nothing else: the issuer takes on managed
 * roles, the reader and the revoker their roles in the accounts of the catalogue; the assigner, where profiles need it, assigns
 * people in Identity Center, which this account must manage then. All trust the portal alone.
 */
export function hubTemplate(catalog: Catalog, names: TemplateNames): Template {
  const { managedRolePath, memberReaderRole, memberRevokerRole } = names
  const inEveryAccount = (role: string) => catalog.accounts.map(({ id }) => sub(`arn:\${AWS::Partition}:iam::${id}:role/${role}`))
  const issue = { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'], Resource: inEveryAccount(`${managedRolePath.slice(1)}*`) }
  const notPortal = { Effect: 'Deny', Action: 'sts:*', Resource: [...inEveryAccount(memberReaderRole), ...inEveryAccount(memberRevokerRole)] }
  const assume = (role: string) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: inEveryAccount(role) })
  const organization = { Effect: 'Allow', Action: ['organizations:DescribeOrganization', 'organizations:ListAccounts', 'organizations:ListRoots', 'organizations:ListOrganizationalUnitsForParent', 'organizations:ListAccountsForParent'], Resource: '*' }
  const assign = assignerStatements(catalog)
  const roles: Record<string, Resource> = {
    Issuer: hubRole(names, hubRoles.issuer, 'Takes on managed roles for the holders of grants', { issue: policy(issue, notPortal) }),
    Reader: hubRole(names, hubRoles.reader, 'Reads CloudTrail, IAM and the organisation', { read: policy(assume(memberReaderRole), organization) }),
    Revoker: hubRole(names, hubRoles.revoker, 'Revokes sessions', { revoke: policy(assume(memberRevokerRole)) }),
    ...(assign && { Assigner: hubRole(names, hubRoles.assigner, 'Assigns people in IAM Identity Center', { assign: policy(...assign) }) }),
  }
  const output = (id: string, variable: string) => ({ Description: variable, Value: { 'Fn::GetAtt': [id, 'Arn'] } })
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Latchkey in its hub account: issuer, reader, revoker${assign ? ', assigner' : ''}`,
    Parameters: {
      PortalPrincipalArn: { Type: 'String', Description: 'The role that Latchkey runs as (task role, instance role, web identity role)', AllowedPattern: String.raw`^arn:aws(-cn|-us-gov)?:iam::\d{12}:(role|user)/.+$` },
    },
    Resources: roles,
    Outputs: {
      IssuerRoleArn: output('Issuer', 'LATCHKEY_ISSUER_ROLE_ARN'),
      ReaderRoleArn: output('Reader', 'LATCHKEY_READER_ROLE_ARN'),
      RevokerRoleArn: output('Revoker', 'LATCHKEY_REVOKER_ROLE_ARN'),
      ...(assign && { AssignerRoleArn: output('Assigner', 'LATCHKEY_ASSIGNER_ROLE_ARN') }),
    },
  }
}

function hubRole(names: TemplateNames, RoleName: string, Description: string, policies: Record<string, unknown>): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      Path: names.managedRolePath,
      Description,
      AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: { Ref: 'PortalPrincipalArn' } }, Action: 'sts:AssumeRole' }),
      Policies: Object.entries(policies).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument })),
    },
  }
}
