import type { NamedPolicy } from '#lib/iam/document.ts'
import { evaluateAccess, type AccessDecision, type AccessPolicies } from '#lib/iam/evaluate.ts'
import type { RequestContext } from '#lib/iam/request-context.ts'
import { serviceControlLevels } from '../organizations/service-control.ts'
import { identityOf, userIdOf, type Caller } from './caller.ts'
import type { HttpRequest } from './http-request.ts'
import { identityPolicies, named, sessionPolicies } from './policies.ts'
import { shownAddress } from './source-address.ts'
import type { World } from './world.ts'

export type Access = {
  /** `iam:GetRole` */
  readonly action: string
  readonly resource: string
  /** Absent: the caller's own account. */
  readonly resourceAccountId?: string
  readonly context?: RequestContext
  readonly resourcePolicy?: NamedPolicy
}

type Asker = { readonly world: World; readonly caller: Caller; readonly region: string; readonly now: Date; readonly http: HttpRequest }

export function decideAccess(asker: Asker, access: Access): AccessDecision {
  const { world, caller } = asker
  const { identity, boundary, tags } = identityPolicies(world, caller)
  const session = sessionPolicies(world, caller)
  const levels = serviceControlLevels(world.state.organization, caller.accountId)
  const policies: AccessPolicies = {
    identity,
    ...(boundary && { boundary }),
    ...(session && { session }),
    ...(access.resourcePolicy && { resource: access.resourcePolicy }),
    ...(levels.length > 0 && { serviceControl: levels.map((level) => level.map(({ name, content }) => named(name, content))) }),
  }
  const request = {
    principal: identityOf(caller),
    action: access.action,
    resource: access.resource,
    resourceAccountId: access.resourceAccountId ?? caller.accountId,
    context: { ...requestContext(asker, tags), ...access.context },
  }
  return evaluateAccess(request, policies)
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function requestContext(asker: Asker, principalTags: Readonly<Record<string, string>>): RequestContext {
  const { caller, now, http, region } = asker
  const session = 'session' in caller ? caller.session : undefined
  return {
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:userid': userIdOf(caller),
    'aws:SourceIp': shownAddress(http),
    'aws:UserAgent': http.headers.get('user-agent') ?? '',
    // The stand-in speaks plain HTTP on loopback; policies that insist on TLS must meet what they meet at AWS.
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': region,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    ...(session && {
      'aws:TokenIssueTime': new Date(session.issuedAt).toISOString(),
      'aws:MultiFactorAuthPresent': String(session.mfa),
      ...(session.mfa && { 'aws:MultiFactorAuthAge': String(Math.floor((now.getTime() - session.issuedAt) / 1000)) }),
      ...(session.sourceIdentity !== undefined && { 'aws:SourceIdentity': session.sourceIdentity }),
      // https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-permissions.html
      ...(session.identityStoreUserId !== undefined && { 'identitystore:UserId': session.identityStoreUserId }),
      ...(session.webIdentity && { 'aws:FederatedProvider': session.webIdentity.provider }),
    }),
    ...tagKeys('aws:PrincipalTag', { ...principalTags, ...session?.tags }),
  }
}

export const tagKeys = (prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]))

/** Why, in the words AWS appends. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denialReason(decision: AccessDecision, action: string): string {
  if (decision.decision === 'explicitDeny') return ` with an explicit deny in ${article[decision.policyKind]}`
  if (decision.decision === 'allowed') return ''
  const kind = decision.missing[0]
  return kind === undefined ? '' : ` because no ${article[kind].replace(/^an? /, '')} allows the ${action} action`
}

const article = {
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  resource: 'a resource-based policy',
  serviceControl: 'a service control policy',
} as const
