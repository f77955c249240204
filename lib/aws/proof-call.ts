import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, requestHandler } from './credentials.ts'
import type { LeaseCredentials } from './issuer.ts'

/** The harmless calls a profile may declare to prove that its role works. They read names and change nothing. */
export const proofCalls = ['ec2:DescribeRegions', 's3:ListAllMyBuckets', 'iam:ListRoles', 'secretsmanager:ListSecrets', 'cloudtrail:DescribeTrails'] as const
export type ProofCall = (typeof proofCalls)[number]

export type Prover = { prove(call: ProofCall, credentials: LeaseCredentials, region: string): Promise<AwsResult<object>> }

/**
 * Makes the profile's harmless call with the given credentials. `GetCallerIdentity` is not among the choices: it
 * succeeds even when everything is denied, and proves nothing.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const prover: Prover = {
  prove: async (call, { accessKeyId, secretAccessKey, sessionToken }, region) => {
    const settings = { region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 2, requestHandler }
    return openCircuit('AWS').ask(async (abortSignal) => {
      await send(call, settings, abortSignal)
      return {}
    })
  },
}

type Settings = { region: string; credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }; maxAttempts: number; requestHandler: typeof requestHandler }

async function send(call: ProofCall, settings: Settings, abortSignal: AbortSignal): Promise<unknown> {
  switch (call) {
    case 'ec2:DescribeRegions':
      return believing(new EC2Client(settings)).send(new DescribeRegionsCommand({}), { abortSignal })
    case 's3:ListAllMyBuckets':
      return believing(new S3Client(settings)).send(new ListBucketsCommand({}), { abortSignal })
    case 'iam:ListRoles':
      return believing(new IAMClient(settings)).send(new ListRolesCommand({ MaxItems: 1 }), { abortSignal })
    case 'secretsmanager:ListSecrets':
      return believing(new SecretsManagerClient(settings)).send(new ListSecretsCommand({ MaxResults: 1 }), { abortSignal })
    case 'cloudtrail:DescribeTrails':
      return believing(new CloudTrailClient(settings)).send(new DescribeTrailsCommand({}), { abortSignal })
  }
}
