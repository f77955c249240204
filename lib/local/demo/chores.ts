import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail'
import { CreateTagsCommand, DescribeInstancesCommand, DescribeRegionsCommand, DescribeSnapshotsCommand, DescribeVpcsCommand, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateRoleCommand, CreateUserCommand, DeleteRoleCommand, GetAccountAuthorizationDetailsCommand, GetRoleCommand, ListAttachedRolePoliciesCommand, ListPoliciesCommand, ListRolesCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetBucketLocationCommand, GetBucketPolicyCommand, GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { DescribeSecretCommand, GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { Hands } from './hands.ts'

/** One thing a person does in AWS. Refusals of AWS are part of the story. */
export type Chore = (hands: Hands) => Promise<unknown>

const instances: Chore = ({ ec2 }) => ec2.send(new DescribeInstancesCommand({}))
const regions: Chore = ({ ec2 }) => ec2.send(new DescribeRegionsCommand({}))
const vpcs: Chore = ({ ec2 }) => ec2.send(new DescribeVpcsCommand({}))
const snapshots: Chore = ({ ec2 }) => ec2.send(new DescribeSnapshotsCommand({}))
const buckets: Chore = ({ s3 }) => s3.send(new ListBucketsCommand({}))
const roles: Chore = ({ iam }) => iam.send(new ListRolesCommand({}))
const users: Chore = ({ iam }) => iam.send(new ListUsersCommand({}))
const policies: Chore = ({ iam }) => iam.send(new ListPoliciesCommand({ Scope: 'Local' }))
const secrets: Chore = (hands) => hands.secrets.send(new ListSecretsCommand({}))
const trails: Chore = ({ cloudtrail }) => cloudtrail.send(new DescribeTrailsCommand({}))
const whoAmI: Chore = ({ sts }) => sts.send(new GetCallerIdentityCommand({}))
const objects = (Bucket: string): Chore => ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket }))
const place = (Bucket: string): Chore => ({ s3 }) => s3.send(new GetBucketLocationCommand({ Bucket }))
const bucketPolicy = (Bucket: string): Chore => ({ s3 }) => s3.send(new GetBucketPolicyCommand({ Bucket }))
const download = (Bucket: string, Key: string): Chore => ({ s3 }) => s3.send(new GetObjectCommand({ Bucket, Key }))
const upload = (Bucket: string, Key: string): Chore => ({ s3 }) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'week,orders\n46,812\n' }))
const aboutSecret = (SecretId: string): Chore => (hands) => hands.secrets.send(new DescribeSecretCommand({ SecretId }))
const readSecret = (SecretId: string): Chore => (hands) => hands.secrets.send(new GetSecretValueCommand({ SecretId }))
const aboutRole = (RoleName: string): Chore => ({ iam }) => iam.send(new GetRoleCommand({ RoleName }))
const rolePolicies = (RoleName: string): Chore => ({ iam }) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
const inventory: Chore = ({ iam }) => iam.send(new GetAccountAuthorizationDetailsCommand({}))

/** Finds the machine by its name first, as one does. */
const machine = (name: string, what: 'start' | 'stop' | 'tag'): Chore => async ({ ec2 }) => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const found = Reservations.flatMap(({ Instances = [] }) => Instances).find(({ Tags = [] }) => Tags.some(({ Value }) => Value === name))
  const InstanceIds = found?.InstanceId ? [found.InstanceId] : []
  if (what === 'tag') return ec2.send(new CreateTagsCommand({ Resources: InstanceIds, Tags: [{ Key: 'checked', Value: 'yes' }] }))
  return ec2.send(what === 'start' ? new StartInstancesCommand({ InstanceIds }) : new StopInstancesCommand({ InstanceIds }))
}

/** A role tried out and removed again, some seconds later where CloudTrail can tell. */
const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] })
export const makeRole = (RoleName: string): Chore => ({ iam }) => iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
export const removeRole = (RoleName: string): Chore => ({ iam }) => iam.send(new DeleteRoleCommand({ RoleName }))
export const makeUser = (UserName: string): Chore => ({ iam }) => iam.send(new CreateUserCommand({ UserName }))

/** What people do with a profile: everyday work, and now and then a call that it does not allow. */
export const choresOf: Readonly<Record<string, { work: readonly Chore[]; beyond: readonly Chore[] }>> = {
  'payments-prod-read': { work: [instances, regions, vpcs, buckets, roles, trails, objects('northwind-invoices'), rolePolicies('payments-read')], beyond: [machine('gateway-1', 'stop'), readSecret('payments/acquirer-key'), place('northwind-invoices')] },
  'payments-prod-operate': { work: [instances, buckets, secrets, aboutSecret('payments/acquirer-key'), machine('gateway-1', 'stop'), machine('gateway-1', 'start'), machine('ledger-1', 'start'), upload('northwind-invoices', 'reprocessed/inv-1042.json')], beyond: [readSecret('payments/acquirer-key'), users] },
  'payments-prod-admin': { work: [instances, roles, policies, inventory, aboutRole('payments-operate'), rolePolicies('payments-read'), machine('ledger-1', 'tag'), trails, whoAmI], beyond: [] },
  'payments-reconciliation': { work: [buckets, objects('northwind-invoices'), download('northwind-invoices', '2026/11/inv-1041.json'), whoAmI, buckets], beyond: [instances] },
  'acquirer-support': { work: [regions, objects('northwind-disputes'), download('northwind-disputes', 'open/case-77.txt'), whoAmI], beyond: [buckets] },
  'data-staging-analyst': { work: [buckets, regions, objects('northwind-warehouse'), download('northwind-warehouse', 'orders/2026-11-01.csv')], beyond: [bucketPolicy('northwind-warehouse'), instances] },
  'data-staging-engineer': { work: [buckets, instances, snapshots, place('northwind-warehouse'), objects('northwind-warehouse'), upload('northwind-warehouse', 'orders/backfill.csv'), vpcs], beyond: [roles, secrets] },
  'data-export': { work: [buckets, download('northwind-warehouse', 'exports/weekly.csv'), whoAmI], beyond: [place('northwind-warehouse')] },
  'warehouse-vendor': { work: [buckets, objects('northwind-warehouse'), download('northwind-warehouse', 'orders/2026-11-01.csv'), whoAmI], beyond: [snapshots] },
  'sandbox-builder': { work: [instances, machine('playground', 'stop'), machine('playground', 'start'), machine('playground', 'tag'), buckets, secrets, readSecret('sandbox/demo-token'), upload('northwind-scratch', 'try.txt'), vpcs], beyond: [roles, makeUser('tryout')] },
  'sandbox-admin': { work: [roles, users, policies, inventory, aboutRole('sandbox-builder'), rolePolicies('sandbox-builder'), instances, secrets], beyond: [] },
  'sandbox-ci': { work: [buckets, instances, upload('northwind-scratch', 'builds/latest.txt'), place('northwind-scratch'), snapshots], beyond: [readSecret('sandbox/demo-token')] },
}


/** Does it, and takes AWS's refusal as an answer. Anything else (no connection) is thrown. */
export async function attempt(chore: Chore, hands: Hands): Promise<'done' | 'refused'> {
  try {
    await chore(hands)
    return 'done'
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
    if ($metadata?.httpStatusCode === undefined || $metadata.httpStatusCode >= 500) throw error
    return 'refused'
  }
}
