import type { PrincipalIdentity } from '#lib/iam/principals.ts'
import type { SessionClaims } from './session-token.ts'

/** Who makes a call, once the signature was verified. */
export type Caller =
  | { readonly kind: 'user'; readonly accountId: string; readonly arn: string; readonly userName: string; readonly userId: string; readonly accessKeyId: string; readonly session?: SessionClaims }
  | { readonly kind: 'assumed-role'; readonly accountId: string; readonly arn: string; readonly accessKeyId: string; readonly session: SessionClaims }
  | { readonly kind: 'web-identity'; readonly accountId: ''; readonly arn: string; readonly provider: string; readonly subject: string }
  | { readonly kind: 'anonymous'; readonly accountId: ''; readonly arn: '' }

export const anonymous: Caller = { kind: 'anonymous', accountId: '', arn: '' }

/** `arn:aws:sts::<account>:assumed-role/<role name without path>/<session name>` */
export const sessionArn = (claims: Pick<SessionClaims, 'accountId' | 'issuerName' | 'sessionName'>): string =>
  `arn:aws:sts::${claims.accountId}:assumed-role/${claims.issuerName}/${claims.sessionName}`

export function callerOf(claims: SessionClaims): Caller {
  const { accountId, accessKeyId } = claims
  if (claims.kind === 'assumed-role') return { kind: 'assumed-role', accountId, arn: sessionArn(claims), accessKeyId, session: claims }
  return { kind: 'user', accountId, arn: claims.issuerArn, userName: claims.issuerName, userId: claims.issuerId, accessKeyId, session: claims }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
export function userIdOf(caller: Caller): string {
  switch (caller.kind) {
    case 'user':
      return caller.userId
    case 'assumed-role':
      return `${caller.session.issuerId}:${caller.session.sessionName}`
    case 'web-identity':
      return `${caller.provider}:${caller.subject}`
    case 'anonymous':
      return 'anonymous'
  }
}

export function identityOf(caller: Caller): PrincipalIdentity {
  const { arn, accountId } = caller
  const userId = userIdOf(caller)
  switch (caller.kind) {
    case 'assumed-role':
      return { kind: 'assumed-role', arn, accountId, roleArn: caller.session.issuerArn, userId }
    case 'web-identity':
      return { kind: 'federated', arn, accountId, userId }
    case 'user':
      return { kind: 'user', arn, accountId, userId }
    case 'anonymous':
      return { kind: 'anonymous', arn, accountId, userId }
  }
}
