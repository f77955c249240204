import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Config } from '#lib/config/config.ts'
import { awsFailure, type AwsResult } from './aws-failure.ts'
import { type Identities, requestHandler } from './credentials.ts'

/** Credentials of one lease. The secret parts exist only in memory between AWS and the person who asked. */
export type LeaseCredentials = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiresAt: Date
}

export type MintInput = {
  roleArn: string
  /** RoleSessionName and SourceIdentity alike. */
  sessionName: string
  durationSeconds: number
  /** The inline session policy, at most 2,048 characters. */
  sessionPolicy: string
  tags: Readonly<Record<string, string>>
}

export type Issuer = {
  /** AWS STS AssumeRole with a source identity, fixed tags and the session policy. */
  mint(input: MintInput): Promise<AwsResult<{ credentials: LeaseCredentials; roleId: string }>>
  /** The longest lease AWS will mint for this issuer: 3,600 s when it is itself a role session, else 43,200 s. */
  longestLeaseSeconds(): Promise<AwsResult<{ seconds: number }>>
  /** Whether the issuer's credentials are good and STS answers. Says nothing about roles: GetCallerIdentity needs no right. */
  check(): Promise<AwsResult<object>>
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function openIssuer(aws: Config['aws'], identities: Identities): Issuer {
  const client = new STSClient({ region: aws.region, credentials: identities.issuer, maxAttempts: 3, requestHandler })
  let chained = identities.issuerIsChained
  return {
    mint: async (input) => {
      try {
        const answer = await client.send(
          new AssumeRoleCommand({
            RoleArn: input.roleArn,
            RoleSessionName: input.sessionName,
            SourceIdentity: input.sessionName,
            DurationSeconds: input.durationSeconds,
            Policy: input.sessionPolicy,
            Tags: Object.entries(input.tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        )
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
        if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) return awsFailure(new SyntaxError('no credentials in the answer'))
        return {
          ok: true,
          credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiresAt: Expiration },
          roleId: answer.AssumedRoleUser?.AssumedRoleId?.split(':')[0] ?? '',
        }
      } catch (error) {
        return awsFailure(error)
      }
    },
    check: async () => {
      try {
        await client.send(new GetCallerIdentityCommand({}))
        return { ok: true }
      } catch (error) {
        return awsFailure(error)
      }
    },
    longestLeaseSeconds: async () => {
      try {
        chained ??= (await client.send(new GetCallerIdentityCommand({}))).Arn?.includes(':assumed-role/') ?? true
        return { ok: true, seconds: chained ? 3_600 : 43_200 }
      } catch (error) {
        return awsFailure(error)
      }
    },
  }
}
