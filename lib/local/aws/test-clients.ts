import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient } from '@aws-sdk/client-iam'
import { IdentitystoreClient } from '@aws-sdk/client-identitystore'
import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts'
import type { LocalAws } from './server/start.ts'
import { portalKey } from './test-organisation.ts'

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

/** Unmodified SDK clients; one attempt, so that a test sees the first answer. */
export function clientsOf(aws: LocalAws, credentials: Keys, region = 'us-east-1') {
  const common = { endpoint: aws.url, region, credentials, maxAttempts: 1 }
  return {
    sts: new STSClient(common),
    iam: new IAMClient(common),
    cloudtrail: new CloudTrailClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    secrets: new SecretsManagerClient(common),
    ec2: new EC2Client(common),
    sqs: new SQSClient(common),
    sso: new SSOAdminClient(common),
    store: new IdentitystoreClient(common),
    organizations: new OrganizationsClient(common),
  }
}

export async function sessionOf(aws: LocalAws, input: Partial<AssumeRoleCommandInput> & { RoleArn: string }, credentials: Keys = portalKey): Promise<Keys> {
  const { Credentials } = await clientsOf(aws, credentials).sts.send(new AssumeRoleCommand({ RoleSessionName: 'g-1', ...input }))
  return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
}
