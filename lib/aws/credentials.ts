import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { Config } from '#lib/config/config.ts'

export type CredentialProvider = ReturnType<typeof fromNodeProviderChain>

/** Time-outs of every client: a silent endpoint costs seconds, not a hanging request. */
export const requestHandler = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true }

/** Every client's manners: time-outs, and at most three attempts with exponential back-off and full jitter (the SDK's standard mode). */
export const steady = { maxAttempts: 3, retryMode: 'standard', requestHandler } as const

type Stacked = { middlewareStack: { add(middleware: never, options: never): void } }
type Answered = { response?: { statusCode?: number; headers?: Record<string, string> } }

/**
 * Makes a client believe only answers that carry AWS's request id, as every service of AWS sends one: a proxy's page or
 * an empty 200 would otherwise pass for success with nothing in it.
 */
export function believing<Client extends Stacked>(client: Client): Client {
  const check = (next: (args: unknown) => Promise<Answered>) => async (args: unknown): Promise<Answered> => {
    const result = await next(args)
    const { headers = {} } = result.response ?? {}
    if (!headers['x-amzn-requestid'] && !headers['x-amz-request-id']) throw new SyntaxError('An answer that is not of AWS.')
    return result
  }
  client.middlewareStack.add(check as never, { step: 'deserialize', name: 'latchkeyBelieving' } as never)
  return client
}

/** The portal's AWS identities: the base credentials of the process, and the roles it takes on from there. */
export type Identities = {
  /** Mints leases. */
  issuer: CredentialProvider
  /** Whether the issuer is itself a role session, so that AWS caps what it mints at one hour (role chaining). */
  issuerIsChained: boolean | undefined
  /** Reads in a member account. */
  readerOf(accountId: string): CredentialProvider
  /** Writes revocations in a member account. */
  revokerOf(accountId: string): CredentialProvider
  /** The identities of the hub account, as they are before any role of a member account is taken on. */
  hub: Record<'process' | 'issuer' | 'reader' | 'revoker', CredentialProvider>
}

const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

/** The assigner: manages assignments of IAM Identity Center, in the management account or the one it delegated that to. */
export function openAssigner(region: string, roleArn: string, process: CredentialProvider): CredentialProvider {
  return fromTemporaryCredentials({ masterCredentials: process, params: { RoleArn: roleArn, RoleSessionName: 'latchkey-assigner', DurationSeconds: 900 }, clientConfig: { region, requestHandler } })
}

/** Builds the identities from the standard provider chain (variables, profile, container, instance, web identity). */
export function openIdentities(aws: Config['aws']): Identities {
  const base = fromNodeProviderChain({ clientConfig: { region: aws.region, requestHandler } })
  const assume = (roleArn: string, sessionName: string, masterCredentials: CredentialProvider): CredentialProvider =>
    fromTemporaryCredentials({
      masterCredentials,
      params: { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 900 },
      clientConfig: { region: aws.region, requestHandler },
    })
  const issuer = aws.issuerRoleArn ? assume(aws.issuerRoleArn, 'latchkey-issuer', base) : base
  const reader = aws.readerRoleArn ? assume(aws.readerRoleArn, 'latchkey-reader', base) : base
  const revoker = aws.revokerRoleArn ? assume(aws.revokerRoleArn, 'latchkey-revoker', base) : base
  const member = (roleName: string, sessionName: string, hub: CredentialProvider): ((accountId: string) => CredentialProvider) => {
    const known = new Map<string, CredentialProvider>()
    return (accountId) => {
      const provider = known.get(accountId) ?? assume(`arn:${partitionOf(aws.region)}:iam::${accountId}:role/${roleName}`, sessionName, hub)
      known.set(accountId, provider)
      return provider
    }
  }
  return {
    issuer,
    issuerIsChained: aws.issuerRoleArn ? true : undefined,
    readerOf: member(aws.memberReaderRoleName, 'latchkey-reader', reader),
    revokerOf: member(aws.memberRevokerRoleName, 'latchkey-revoker', revoker),
    hub: { process: base, issuer, reader, revoker },
  }
}
