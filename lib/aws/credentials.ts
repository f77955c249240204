import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { Config } from '#lib/config/config.ts'

export type CredentialProvider = ReturnType<typeof fromNodeProviderChain>

/** Time-outs of every client: a silent endpoint costs seconds, not a hanging request. */
export const requestHandler = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true }

/** The portal's AWS identities: the base credentials of the process, and the roles it takes on from there. */
export type Identities = {
  /** Mints leases. */
  issuer: CredentialProvider
  /** Whether the issuer is itself a role session, so that AWS caps what it mints at one hour (role chaining). */
  issuerIsChained: boolean | undefined
  /** Reads in a member account. */
  readerOf(accountId: string): CredentialProvider
}

const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

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
  const readers = new Map<string, CredentialProvider>()
  return {
    issuer,
    issuerIsChained: aws.issuerRoleArn ? true : undefined,
    readerOf: (accountId) => {
      const known = readers.get(accountId)
      if (known) return known
      const roleArn = `arn:${partitionOf(aws.region)}:iam::${accountId}:role/${aws.memberReaderRoleName}`
      const provider = assume(roleArn, 'latchkey-reader', reader)
      readers.set(accountId, provider)
      return provider
    },
  }
}
