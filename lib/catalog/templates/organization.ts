import type { Catalog } from '../catalog-schema.ts'
import { hubAccountParameter, hubRoleArn, policy, sub, type Template, type TemplateNames } from './template.ts'

/**
 * A resource control policy: in every account it is attached to, roles under the managed path can be taken on by the
 * portal's identities alone, and vendors' roles by the vendors of the catalogue alone, whatever somebody writes into a trust policy. A boundary does not limit trust; this does.
 * The hub account is left out: its roles trust the portal's own principal.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function organizationTemplate(catalog: Catalog, names: TemplateNames): Template {
  const vendors = [...new Set(catalog.profiles.flatMap(({ access }) => (access.kind === 'third_party_trust' ? [access.vendorAccount] : [])))].toSorted()
  const vendorTag = { 'aws:ResourceTag/latchkey:kind': 'third_party_trust' }
  const only = (Sid: string, role: string, identities: ('issuer' | 'reader' | 'revoker')[], except: Record<string, string> = {}): Record<string, unknown> => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'],
    Resource: sub(`arn:\${AWS::Partition}:iam::*:role/${role}`),
    Condition: {
      ArnNotEquals: { 'aws:PrincipalArn': identities.map((identity) => hubRoleArn(names, identity)) },
      StringNotEquals: { 'aws:ResourceAccount': { Ref: 'HubAccountId' }, ...except },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  })
  const vendorsAlone = (): Record<string, unknown> => ({
    ...only('Vendors', `${names.managedRolePath.slice(1)}*`, []),
    Condition: { StringEquals: vendorTag, StringNotEquals: { 'aws:ResourceAccount': { Ref: 'HubAccountId' }, 'aws:PrincipalAccount': vendors }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
  })
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Latchkey in the management account: nobody else takes on managed roles',
    Parameters: {
      ...hubAccountParameter,
      TargetIds: { Type: 'CommaDelimitedList', Description: 'Roots, organisational units or accounts that the policy applies to' },
    },
    Resources: {
      ManagedRoles: {
        Type: 'AWS::Organizations::Policy',
        Properties: {
          Name: 'latchkey-managed-roles',
          Description: 'Roles under the managed path are for Latchkey alone',
          Type: 'RESOURCE_CONTROL_POLICY',
          TargetIds: { Ref: 'TargetIds' },
          Content: policy(
            only('Portal', `${names.managedRolePath.slice(1)}*`, ['issuer', 'reader', 'revoker'], vendors.length > 0 ? vendorTag : {}),
            ...(vendors.length > 0 ? [vendorsAlone()] : []),
            only('Reader', names.memberReaderRole, ['reader']),
            only('Revoker', names.memberRevokerRole, ['revoker']),
          ),
        },
      },
    },
  }
}
