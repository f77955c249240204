import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'

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
  /** What the role's trust policy demands as sts:ExternalId, where it does. */
  externalId?: string | undefined
}

export type Issuer = {
  /** AWS STS AssumeRole with a source identity, fixed tags and the session policy. */
  mint(input: MintInput): Promise<AwsResult<{ credentials: LeaseCredentials; roleId: string }>>
  /** The longest lease AWS will mint for this issuer: 3,600 s when it is itself a role session, else 43,200 s. */
  longestLeaseSeconds(): Promise<AwsResult<{ seconds: number }>>
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function openIssuer(aws: Config['aws'], identities: Identities): Issuer {
  const client = believing(new STSClient({ ...steady, region: aws.region, credentials: identities.issuer }))
  const circuit = openCircuit('AWS STS')
  let chained = identities.issuerIsChained
  return {
    mint: (input) => circuit.ask((abortSignal) => mint(client, input, abortSignal)),
    longestLeaseSeconds: async () => {
      if (chained !== undefined) return { ok: true, seconds: chained ? 3_600 : 43_200 }
      return circuit.ask(async (abortSignal) => {
        chained = (await client.send(new GetCallerIdentityCommand({}), { abortSignal })).Arn?.includes(':assumed-role/') ?? true
        return { seconds: chained ? 3_600 : 43_200 }
      })
    },
  }
}

async function mint(client: STSClient, input: MintInput, abortSignal: AbortSignal): Promise<{ credentials: LeaseCredentials; roleId: string }> {
  const command = new AssumeRoleCommand({
    RoleArn: input.roleArn,
    RoleSessionName: input.sessionName,
    SourceIdentity: input.sessionName,
    DurationSeconds: input.durationSeconds,
    Policy: input.sessionPolicy,
    ExternalId: input.externalId,
    Tags: Object.entries(input.tags).map(([Key, Value]) => ({ Key, Value })),
  })
  const answer = await client.send(command, { abortSignal })
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new SyntaxError('no credentials in the answer')
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiresAt: Expiration },
    roleId: answer.AssumedRoleUser?.AssumedRoleId?.split(':')[0] ?? '',
  }
}
