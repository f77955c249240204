import type { Catalog, CatalogAccount } from '../catalog-schema.ts'
import { type ManagedRole, managedRolesOf, type TemplateProblem } from './managed-roles.ts'
import { givenConditions, hubAccountParameter, hubRoleArn, logicalId, policy, type Resource, splitRole, sub, tags, type Template, type TemplateNames, whenGiven } from './template.ts'

export type MemberTemplate = { ok: true; template: Template } | { ok: false; problems: TemplateProblem[] }

/** What an account of the catalogue needs: its managed roles with their boundaries, and the reader's and revoker's roles. */
export function memberTemplate(catalog: Catalog, account: CatalogAccount, names: TemplateNames): MemberTemplate {
  const managed = managedRolesOf(catalog, account, names.managedRolePath)
  if (!managed.ok) return managed
  return {
    ok: true,
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `Latchkey in ${account.name} (${account.id}): managed roles of the catalogue, reader and revoker`,
      Parameters: { ...hubAccountParameter, ...logParameters },
      Conditions: givenConditions(logParameters),
      Resources: {
        ...Object.fromEntries(managed.roles.flatMap((role) => roleResources(role, names))),
        Reader: memberReader(names),
        Revoker: memberRevoker(names),
      },
    },
  }
}

function roleResources(role: ManagedRole, names: TemplateNames): [string, Resource][] {
  const id = logicalId(role.name)
  const boundary: Resource = {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      ManagedPolicyName: role.boundary.name,
      Path: role.path,
      Description: `The most that ${role.name} can ever allow`,
      PolicyDocument: policy(...role.boundary.statements),
    },
  }
  const managed: Resource = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: role.name,
      Path: role.path,
      Description: `Granted by Latchkey as ${role.profiles.join(', ')}`.slice(0, 1_000),
      MaxSessionDuration: role.maxSessionSeconds,
      PermissionsBoundary: { Ref: `${id}Boundary` },
      AssumeRolePolicyDocument: role.vendorAccount ? vendorTrust(role.vendorAccount) : managedTrust(names, role.externalId),
      ManagedPolicyArns: role.managedPolicies,
      Policies: role.inline ? [{ PolicyName: role.inline.name, PolicyDocument: policy(...role.inline.statements) }] : [],
      Tags: tags({ 'latchkey:managed': 'true', 'latchkey:kind': role.vendorAccount ? 'third_party_trust' : 'sts_role' }),
    },
  }
  return [[`${id}Boundary`, boundary], [id, managed]]
}

/**
 * Only the issuer, only with a source identity (and the external id), only with Latchkey's own session tags. Setting the
 * identity and passing tags are permissions of their own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
function managedTrust(names: TemplateNames, externalId: string | undefined): Record<string, unknown> {
  const Principal = { AWS: hubRoleArn(names, 'issuer') }
  const identified = { Null: { 'sts:SourceIdentity': 'false' }, ...(externalId === undefined ? {} : { StringEquals: { 'sts:ExternalId': externalId } }) }
  return policy(
    { Sid: 'Issuer', Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition: identified },
    { Sid: 'Identity', Effect: 'Allow', Principal, Action: 'sts:SetSourceIdentity', Condition: { StringLike: { 'sts:SourceIdentity': '?*+*' } } },
    { Sid: 'Tags', Effect: 'Allow', Principal, Action: 'sts:TagSession', Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['latchkey:grant', 'latchkey:profile'] } } },
  )
}

/**
 * A vendor's role is closed: whom it lets in while a grant lasts is a statement that the portal adds and takes away. This
 * one stays, and keeps out whoever is not of the vendor's account, whatever else somebody writes.
 */
const vendorTrust = (vendorAccount: string): Record<string, unknown> =>
  policy({ Sid: 'Others', Effect: 'Deny', Principal: { AWS: '*' }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'], Condition: { StringNotEquals: { 'aws:PrincipalAccount': vendorAccount } } })

const trusts = (names: TemplateNames, role: 'reader' | 'revoker'): Record<string, unknown> => policy({ Effect: 'Allow', Principal: { AWS: hubRoleArn(names, role) }, Action: 'sts:AssumeRole' })

/** CloudTrail, the inventory of IAM and which Regions are enabled, reading only. */
export const readerActions = ['iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport', 'iam:GenerateServiceLastAccessedDetails', 'cloudtrail:LookupEvents', 'cloudtrail:DescribeTrails', 'cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors', 'cloudtrail:ListPublicKeys', 'ec2:DescribeRegions']

function memberReader(names: TemplateNames): Resource {
  const { path, name } = splitRole(names.memberReaderRole)
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      Path: path,
      Description: 'Latchkey reads CloudTrail and IAM with this role',
      AssumeRolePolicyDocument: trusts(names, 'reader'),
      Policies: [{ PolicyName: 'read', PolicyDocument: policy({ Effect: 'Allow', Action: readerActions, Resource: '*' }) }, ...logPolicies],
    },
  }
}

/** For the one account whose reader reads log files, wherever the bucket lies. */
const logParameters = {
  LogBucketName: { Type: 'String', Description: 'The bucket with the log files of CloudTrail, where this account reads them for Latchkey', AllowedPattern: '^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', Default: '' },
  LogQueueArn: { Type: 'String', Description: 'The queue that is told of new log files, or that EventBridge sends events to', AllowedPattern: String.raw`^$|^arn:aws(-cn|-us-gov)?:sqs:[a-z0-9-]+:\d{12}:.+$`, Default: '' },
  LogKeyArn: { Type: 'String', Description: 'The key that the bucket or the queue is encrypted with', AllowedPattern: String.raw`^$|^arn:aws(-cn|-us-gov)?:kms:[a-z0-9-]+:\d{12}:key/.+$`, Default: '' },
} as const

/** What reading a bucket and a queue needs, and only of these: see `lib/aws/log-bucket.ts` and `lib/aws/log-queue.ts`. */
const logPolicies = [
  whenGiven('LogBucketName', {
    PolicyName: 'log-files',
    PolicyDocument: policy(
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: sub('arn:${AWS::Partition}:s3:::${LogBucketName}') },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: sub('arn:${AWS::Partition}:s3:::${LogBucketName}/*AWSLogs/*') },
    ),
  }),
  whenGiven('LogQueueArn', { PolicyName: 'log-queue', PolicyDocument: policy({ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'], Resource: { Ref: 'LogQueueArn' } }) }),
  whenGiven('LogKeyArn', { PolicyName: 'log-key', PolicyDocument: policy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: { Ref: 'LogKeyArn' } }) }),
]

/**
 * Inline policies of managed roles, only while they carry their boundary, so that whatever is written can only narrow;
 * trust of vendors' roles, known by their tag, because no boundary limits trust; nothing on boundaries, ever.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
function memberRevoker(names: TemplateNames): Resource {
  const { path, name } = splitRole(names.memberRevokerRole)
  const Resource = sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role${names.managedRolePath}*`)
  const bounded = { StringLike: { 'iam:PermissionsBoundary': sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy${names.managedRolePath}*-boundary`) } }
  const boundaries = ['iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:DeletePolicyVersion', 'iam:DeletePolicy', 'iam:CreatePolicy']
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      Path: path,
      Description: 'Latchkey revokes sessions with this role',
      AssumeRolePolicyDocument: trusts(names, 'revoker'),
      Policies: [
        {
          PolicyName: 'revoke',
          PolicyDocument: policy(
            { Sid: 'Deny', Effect: 'Allow', Action: ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'], Resource, Condition: bounded },
            { Sid: 'Look', Effect: 'Allow', Action: ['iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy'], Resource },
            { Sid: 'Vendors', Effect: 'Allow', Action: 'iam:UpdateAssumeRolePolicy', Resource, Condition: { StringEquals: { 'aws:ResourceTag/latchkey:kind': 'third_party_trust' } } },
            { Sid: 'Boundaries', Effect: 'Deny', Action: boundaries, Resource: '*' },
          ),
        },
      ],
    },
  }
}
