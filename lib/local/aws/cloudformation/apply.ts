import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail'
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand, type Tag } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import type { Template } from '#lib/catalog/templates/template.ts'
import { completeContext, type Made, resolve, resourcesOf, type StackContext } from './resolve.ts'

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
type Clients = { iam: IAMClient; s3: S3Client; cloudtrail: CloudTrailClient }
type Properties = Record<string, unknown>

/** Makes what a template describes, resource by resource, through the SDK: what CloudFormation would do with it. */
export async function applyTemplate(endpoint: string, credentials: Keys, template: Template, given: StackContext): Promise<Made> {
  const context = completeContext(template, given)
  const settings = { endpoint, region: context.region, credentials, maxAttempts: 1 }
  const clients = { iam: new IAMClient(settings), s3: new S3Client({ ...settings, forcePathStyle: true }), cloudtrail: new CloudTrailClient(settings) }
  const made: Made = new Map()
  for (const [id, { Type, Properties }] of resourcesOf(template)) {
    made.set(id, await create(clients, Type, resolve(Properties, context, made) as Properties))
  }
  return made
}

async function create(clients: Clients, type: string, properties: Properties): Promise<{ ref: string; arn: string }> {
  switch (type) {
    case 'AWS::IAM::ManagedPolicy':
      return createPolicy(clients.iam, properties)
    case 'AWS::IAM::Role':
      return createRole(clients.iam, properties)
    case 'AWS::S3::Bucket': {
      // The local S3 has no encryption, versions or public access to block.
      const Bucket = properties.BucketName as string
      await clients.s3.send(new CreateBucketCommand({ Bucket }))
      return { ref: Bucket, arn: `arn:aws:s3:::${Bucket}` }
    }
    case 'AWS::S3::BucketPolicy':
      await clients.s3.send(new PutBucketPolicyCommand({ Bucket: properties.Bucket as string, Policy: JSON.stringify(properties.PolicyDocument) }))
      return { ref: properties.Bucket as string, arn: '' }
    case 'AWS::CloudTrail::Trail':
      return createTrail(clients.cloudtrail, properties)
    default:
      throw new Error(`The local AWS cannot make ${type}.`)
  }
}

async function createPolicy(iam: IAMClient, { ManagedPolicyName, Path, Description, PolicyDocument }: Properties): Promise<{ ref: string; arn: string }> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: ManagedPolicyName as string, Path: Path as string, Description: Description as string, PolicyDocument: JSON.stringify(PolicyDocument) }))
  return { ref: Policy!.Arn!, arn: Policy!.Arn! }
}

async function createRole(iam: IAMClient, properties: Properties): Promise<{ ref: string; arn: string }> {
  const { AssumeRolePolicyDocument, ManagedPolicyArns = [], Policies = [], ...rest } = properties
  const RoleName = rest.RoleName as string
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      Path: rest.Path as string,
      Description: rest.Description as string,
      MaxSessionDuration: rest.MaxSessionDuration as number | undefined,
      PermissionsBoundary: rest.PermissionsBoundary as string | undefined,
      Tags: rest.Tags as Tag[] | undefined,
      AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
    }),
  )
  for (const PolicyArn of ManagedPolicyArns as string[]) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  for (const { PolicyName, PolicyDocument } of Policies as { PolicyName: string; PolicyDocument: unknown }[]) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }))
  }
  return { ref: RoleName, arn: Role!.Arn! }
}

async function createTrail(cloudtrail: CloudTrailClient, { TrailName, IsLogging, ...rest }: Properties): Promise<{ ref: string; arn: string }> {
  const { TrailARN } = await cloudtrail.send(new CreateTrailCommand({ Name: TrailName as string, S3BucketName: rest.S3BucketName as string, IsMultiRegionTrail: rest.IsMultiRegionTrail as boolean, IncludeGlobalServiceEvents: rest.IncludeGlobalServiceEvents as boolean, EnableLogFileValidation: rest.EnableLogFileValidation as boolean }))
  if (IsLogging) await cloudtrail.send(new StartLoggingCommand({ Name: TrailName as string }))
  return { ref: TrailName as string, arn: TrailARN! }
}
