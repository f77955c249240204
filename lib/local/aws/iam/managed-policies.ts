import { seededId } from '../core/ids.ts'

/** A few of the policies AWS manages, written here in their spirit: valid actions, far fewer of them. */
type Managed = { readonly path: string; readonly actions: readonly string[]; readonly notActions?: readonly string[] }

const reads = (services: readonly string[]): string[] =>
  services.flatMap((service) => [`${service}:Describe*`, `${service}:Get*`, `${service}:List*`])

const catalogue: Readonly<Record<string, Managed>> = {
  AdministratorAccess: { path: '/', actions: ['*'] },
  PowerUserAccess: {
    path: '/',
    notActions: ['iam:*', 'organizations:*', 'account:*'],
    actions: ['account:GetAccountInformation', 'iam:CreateServiceLinkedRole', 'iam:ListRoles', 'organizations:DescribeOrganization'],
  },
  ReadOnlyAccess: {
    path: '/',
    actions: [
      ...reads(['athena', 'cloudformation', 'cloudtrail', 'dynamodb', 'ec2', 'ecs', 'eks', 'iam', 'lambda', 'logs', 'rds', 's3', 'sns', 'sqs']),
      'cloudtrail:LookupEvents',
      'dynamodb:Query',
      'dynamodb:Scan',
      'iam:Generate*',
      'logs:FilterLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecrets',
    ],
  },
  ViewOnlyAccess: {
    path: '/job-function/',
    actions: ['cloudtrail:DescribeTrails', 'cloudtrail:LookupEvents', 'ec2:Describe*', 'iam:Get*', 'iam:List*', 'lambda:List*', 's3:GetBucketLocation', 's3:ListAllMyBuckets', 's3:ListBucket'],
  },
  SecurityAudit: {
    path: '/',
    actions: ['cloudtrail:Describe*', 'cloudtrail:Get*', 'cloudtrail:LookupEvents', 'ec2:Describe*', 'iam:Generate*', 'iam:Get*', 'iam:List*', 's3:GetBucket*', 's3:ListAllMyBuckets', 'secretsmanager:ListSecrets'],
  },
  IAMReadOnlyAccess: { path: '/', actions: ['iam:Generate*', 'iam:Get*', 'iam:List*', 'iam:Simulate*'] },
  IAMFullAccess: { path: '/', actions: ['iam:*', 'organizations:DescribeAccount', 'organizations:ListPolicies'] },
  AmazonS3ReadOnlyAccess: { path: '/', actions: ['s3:Get*', 's3:List*', 's3:Describe*'] },
  AmazonS3FullAccess: { path: '/', actions: ['s3:*', 's3-object-lambda:*'] },
  AmazonEC2ReadOnlyAccess: { path: '/', actions: ['ec2:Describe*', 'ec2:Get*', 'elasticloadbalancing:Describe*', 'cloudwatch:ListMetrics', 'cloudwatch:Describe*'] },
  AmazonEC2FullAccess: { path: '/', actions: ['ec2:*', 'elasticloadbalancing:*', 'cloudwatch:*', 'autoscaling:*'] },
  SecretsManagerReadWrite: { path: '/', actions: ['secretsmanager:*', 'kms:DescribeKey', 'kms:ListAliases', 'kms:ListKeys', 'lambda:ListFunctions', 'rds:DescribeDBInstances', 'tag:GetResources'] },
  AWSCloudTrail_ReadOnlyAccess: { path: '/', actions: ['cloudtrail:Get*', 'cloudtrail:Describe*', 'cloudtrail:List*', 'cloudtrail:LookupEvents', 's3:ListAllMyBuckets'] },
  CloudWatchLogsReadOnlyAccess: { path: '/', actions: ['logs:Describe*', 'logs:Get*', 'logs:List*', 'logs:FilterLogEvents', 'logs:StartQuery', 'logs:StopQuery'] },
  AmazonRDSReadOnlyAccess: { path: '/', actions: ['rds:Describe*', 'rds:ListTagsForResource', 'ec2:DescribeVpcs'] },
  AmazonDynamoDBReadOnlyAccess: { path: '/', actions: ['dynamodb:BatchGetItem', 'dynamodb:Describe*', 'dynamodb:GetItem', 'dynamodb:List*', 'dynamodb:Query', 'dynamodb:Scan'] },
}

export type AwsManagedPolicy = { readonly name: string; readonly path: string; readonly arn: string; readonly id: string; readonly document: string }

export const awsManagedPolicies: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  Object.entries(catalogue).map(([name, { path, actions, notActions }]) => {
    const arn = `arn:aws:iam::aws:policy${path}${name}`
    const statements = [
      ...(notActions ? [{ Effect: 'Allow', NotAction: notActions, Resource: '*' }] : []),
      { Effect: 'Allow', Action: actions, Resource: '*' },
    ]
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
    return [arn, { name, path, arn, id: seededId('ANPA', arn), document }]
  }),
)

export const managedPolicyDocument = (arn: string): string | undefined => awsManagedPolicies.get(arn)?.document
