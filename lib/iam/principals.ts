import { asList } from './document.ts'
import type { PrincipalElement } from './document.ts'

/** Who asks. */
export type PrincipalIdentity = {
  readonly kind: 'user' | 'role' | 'assumed-role' | 'federated' | 'service' | 'root' | 'anonymous'
  /**
   * The caller's ARN. For `assumed-role` the STS session (`arn:aws:sts::ACCOUNT:assumed-role/Role/session`); for
   * `federated` the provider's ARN or host name, or the ARN of a GetFederationToken session; for `service` its host
   * name (`ec2.amazonaws.com`).
   */
  readonly arn: string
  readonly accountId: string
  /** For `assumed-role`: `arn:aws:iam::ACCOUNT:role/path/Role`. */
  readonly roleArn?: string
  /** `AROA…:session`, `AIDA…`. */
  readonly userId: string
  /** The account's 64-character id in S3's `CanonicalUser` principals. */
  readonly canonicalUserId?: string
}

/**
 * How a Principal element names the caller. It decides which implicit denies of other policies still count:
 * `caller` itself (session, user, service, everyone), the `role` behind its session, or its whole `account`.
 */
export type PrincipalReach = 'caller' | 'role' | 'account'

const strongest: readonly PrincipalReach[] = ['caller', 'role', 'account']

const uniqueId = (principal: PrincipalIdentity): string => principal.userId.split(':')[0]!

function rootArnAccount(value: string): string | undefined {
  return /^arn:[\w-]+:iam::(\d{12}):root$/u.exec(value)?.[1]
}

function reachOfAws(value: string, principal: PrincipalIdentity): PrincipalReach | undefined {
  if (value === '*') return 'caller'
  if (principal.kind === 'anonymous' || principal.kind === 'service') return undefined
  if (principal.kind === 'federated' && !principal.arn.includes(':federated-user/')) return undefined
  if (value === principal.arn && principal.kind !== 'root') return principal.kind === 'role' ? 'role' : 'caller'
  if (value === principal.roleArn) return 'role'
  if (value === principal.accountId || rootArnAccount(value) === principal.accountId) return 'account'
  // IAM stores a principal by its unique id, and shows that id once the principal is gone.
  if (/^A[A-Z]{3}[A-Z0-9]{12,}$/u.test(value) && value === uniqueId(principal)) {
    return principal.kind === 'user' ? 'caller' : 'role'
  }
  return undefined
}

function reachOfEntry(type: string, value: string, principal: PrincipalIdentity): PrincipalReach | undefined {
  if (type === 'AWS') return reachOfAws(value, principal)
  if (type === 'CanonicalUser') return value === principal.canonicalUserId ? 'account' : undefined
  const kind = type === 'Service' ? 'service' : 'federated'
  return principal.kind === kind && (value === '*' || value === principal.arn) ? 'caller' : undefined
}

function entriesOf(element: PrincipalElement): readonly (readonly [type: string, value: string])[] {
  if (element === '*') return [['AWS', '*']]
  return Object.entries(element).flatMap(([type, values]) => asList(values).map((value) => [type, value] as const))
}

/**
 * The most direct way in which a Principal element names the caller; `undefined` if it does not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function principalReach(element: PrincipalElement, principal: PrincipalIdentity): PrincipalReach | undefined {
  const found = new Set(entriesOf(element).map(([type, value]) => reachOfEntry(type, value, principal)))
  return strongest.find((reach) => found.has(reach))
}

/**
 * Whether a statement with NotPrincipal applies. A Deny spares the caller only if every name it goes by is listed (its
 * account, its role, its session), an Allow reaches it only if none is: what is left out never opens anything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function notPrincipalApplies(
  element: PrincipalElement,
  principal: PrincipalIdentity,
  effect: 'Allow' | 'Deny',
): boolean {
  const entries = entriesOf(element)
  if (entries.some(([type, value]) => type === 'AWS' && value === '*')) return false
  const found = new Set(entries.map(([type, value]) => reachOfEntry(type, value, principal)))
  found.delete(undefined)
  if (effect === 'Allow' || found.size === 0) return found.size === 0
  const awsNames: readonly PrincipalReach[] = ['caller', 'account']
  const required: Readonly<Record<PrincipalIdentity['kind'], readonly PrincipalReach[]>> = {
    user: awsNames,
    role: ['role', 'account'],
    'assumed-role': strongest,
    federated: ['caller'],
    service: ['caller'],
    root: ['account'],
    anonymous: ['caller'],
  }
  return !required[principal.kind].every((name) => found.has(name))
}
