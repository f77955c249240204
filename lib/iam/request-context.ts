import type { PrincipalIdentity } from './principals.ts'
import type { KeyLookup } from './variables.ts'

/** Condition keys of the request and their values; the lookup knows no case. No clock: `aws:CurrentTime` is given. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>

const principalTypes: Readonly<Record<PrincipalIdentity['kind'], string>> = {
  user: 'User',
  role: 'AssumedRole',
  'assumed-role': 'AssumedRole',
  federated: 'FederatedUser',
  service: 'Service',
  root: 'Account',
  anonymous: 'Anonymous',
}

/** What AWS itself puts into every request about its caller. */
function principalKeys(principal: PrincipalIdentity): [string, string][] {
  const keys: [string, string][] = [['aws:principaltype', principalTypes[principal.kind]]]
  if (principal.kind === 'anonymous') return [...keys, ['aws:userid', 'anonymous']]
  if (principal.kind === 'service') return [...keys, ['aws:principalservicename', principal.arn]]
  keys.push(['aws:principalarn', principal.roleArn ?? principal.arn])
  keys.push(['aws:principalaccount', principal.accountId], ['aws:userid', principal.userId])
  if (principal.kind === 'user') keys.push(['aws:username', principal.arn.split('/').at(-1)!])
  return keys
}

const toList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value)

/**
 * Reads condition keys of one request. What the context leaves out of aws:PrincipalArn (for a session the ARN of its
 * role), aws:PrincipalAccount, aws:PrincipalType, aws:userid, aws:username and aws:ResourceAccount comes from the
 * request itself. The index is built at the first question only.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextLookup(
  context: RequestContext,
  principal: PrincipalIdentity,
  resourceAccountId: string,
): KeyLookup {
  let index: Map<string, readonly string[]> | undefined
  const build = (): Map<string, readonly string[]> => {
    const keys = new Map<string, readonly string[]>([['aws:resourceaccount', [resourceAccountId]]])
    for (const [key, value] of principalKeys(principal)) keys.set(key, [value])
    for (const [key, value] of Object.entries(context)) keys.set(key.toLowerCase(), toList(value))
    return keys
  }
  return (key) => {
    index ??= build()
    return index.get(key.toLowerCase()) ?? []
  }
}
