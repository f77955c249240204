import type { CatalogAccount } from '../catalog-schema.ts'
import { logicalId, policy, splitRole, sub, tags, type Template } from './template.ts'

/** Seconds: nobody works in an emergency on a session, or a second factor, older than this. */
const longest = 3_600

/** What a person in an emergency has no reason to do: hide what they do, or make access that outlives it. */
const neverInAnEmergency = [
  'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors',
  'iam:CreateAccessKey', 'iam:CreateUser', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:UpdateAssumeRolePolicy',
  'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary', 'iam:DeleteUserPermissionsBoundary',
  'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'organizations:LeaveOrganization', 'account:CloseAccount', 'sts:AssumeRole',
]

/**
 * A role for the day on which the portal or the identity provider is down: taken on by one principal outside of both, with
 * a second factor that is fresh, and with a source identity that says who it is. It lies outside the managed path, because
 * the organisation's policy keeps everybody but the portal out of that, and because the portal cannot touch it there.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthage
 */
export function emergencyTemplate(account: CatalogAccount, emergencyRole = 'latchkey-emergency/latchkey-emergency'): Template {
  const { path, name } = splitRole(emergencyRole)
  const Principal = { AWS: { Ref: 'EmergencyPrincipalArn' } }
  const Condition = {
    StringLike: { 'sts:SourceIdentity': '?*' },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    NumericLessThanEquals: { 'aws:MultiFactorAuthAge': String(longest) },
  }
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Latchkey in ${account.name} (${account.id}): a role for the day on which the portal or the identity provider is down`,
    Parameters: {
      EmergencyPrincipalArn: { Type: 'String', Description: 'An IAM user of the security account, with MFA, whose key is sealed', AllowedPattern: String.raw`^arn:aws[a-z-]*:iam::\d{12}:user/[\w+=,.@/-]+$` },
      ManagedPolicyArns: { Type: 'CommaDelimitedList', Description: 'What the role allows within its boundary, such as arn:aws:iam::aws:policy/PowerUserAccess' },
    },
    Resources: {
      [`${logicalId(name)}Boundary`]: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          ManagedPolicyName: `${name}-boundary`,
          Path: path,
          Description: `The most that ${name} can ever allow`,
          PolicyDocument: policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: neverInAnEmergency, Resource: '*' }),
        },
      },
      [logicalId(name)]: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: name,
          Path: path,
          Description: 'Only while Latchkey or the identity provider is down; every use is a critical finding',
          MaxSessionDuration: longest,
          PermissionsBoundary: { Ref: `${logicalId(name)}Boundary` },
          AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Condition }),
          ManagedPolicyArns: { Ref: 'ManagedPolicyArns' },
          Tags: tags({ 'latchkey:kind': 'emergency' }),
        },
      },
    },
    Outputs: { EmergencyRoleArn: { Description: 'To be taken on with --serial-number, --token-code and --source-identity', Value: sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role${path}${name}`) } },
  }
}
