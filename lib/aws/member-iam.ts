import { IAMClient } from '@aws-sdk/client-iam'
import { type Circuit, openCircuit } from './circuit.ts'
import { believing, type CredentialProvider, steady } from './credentials.ts'

type Place = { client: IAMClient; circuit: Circuit }

export const roleNameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1)

/** IAM in the account of a role, by one identity of that account; a client and a circuit an account, made when first asked for. */
export function openMemberIam(region: string, credentialsOf: (accountId: string) => CredentialProvider): (roleArn: string) => Place {
  const open = new Map<string, Place>()
  return (roleArn) => {
    const accountId = roleArn.split(':')[4] ?? ''
    const place = open.get(accountId) ?? { client: believing(new IAMClient({ ...steady, region, credentials: credentialsOf(accountId) })), circuit: openCircuit(`IAM of ${accountId}`) }
    open.set(accountId, place)
    return place
  }
}
