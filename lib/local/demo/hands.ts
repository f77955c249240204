import { EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient } from '@aws-sdk/client-iam'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { STSClient } from '@aws-sdk/client-sts'
import type { LeaseCredentials } from '#lib/aws/issuer.ts'

export type HandsInput = { credentials: LeaseCredentials; endpoint: string; region: string; accountId: string; address: string; tool: string }

/** Unmodified SDK clients that hold a lease: what a person does in AWS with it. */
export type Hands = ReturnType<typeof openHands>

/** `address` is the network the person plays; the local AWS reads it from a header that AWS does not know. */
export function openHands({ credentials, endpoint, region, accountId, address, tool }: HandsInput) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const common = { endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, customUserAgent: tool }
  const clients = {
    ec2: new EC2Client(common),
    iam: new IAMClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    secrets: new SecretsManagerClient(common),
    cloudtrail: new CloudTrailClient(common),
    sts: new STSClient(common),
  }
  for (const client of Object.values(clients)) playFrom(client as unknown as { middlewareStack: MiddlewareStack }, address)
  return {
    ...clients,
    accountId,
    close: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

type Next = (args: { request: unknown }) => Promise<unknown>
type MiddlewareStack = { add(middleware: (next: Next) => Next, options: { step: 'build'; name: string }): void }

/** In the build step, so that the header is signed like the others. */
function playFrom({ middlewareStack }: { middlewareStack: MiddlewareStack }, address: string): void {
  const middleware = (next: Next): Next => {
    return (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers['x-local-source-ip'] = address
      return next(args)
    }
  }
  middlewareStack.add(middleware, { step: 'build', name: 'playFrom' })
}
