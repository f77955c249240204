import { decideAccess, tagKeys } from '../core/authorize.ts'
import { sessionArn, type Caller } from '../core/caller.ts'
import { AwsError } from '../core/errors.ts'
import { freshId } from '../core/ids.ts'
import { camelCased } from '../core/input.ts'
import type { Call, Operation, Outcome } from '../core/operation.ts'
import { named } from '../core/policies.ts'
import type { SessionClaims } from '../core/session-token.ts'
import type { RoleState } from '../core/state.ts'
import { effectiveIam, policyArnAccount, type World } from '../core/world.ts'
import { sessionSeconds } from './duration.ts'
import { issueCredentials, wholeSecond } from './issue.ts'
import { packedPolicySize, readSessionRequest, type SessionRequest } from './session-request.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole: Operation = {
  readOnly: true,
  access: 'own',
  requestParameters: ({ input }) => {
    const shown = camelCased(input) as Record<string, unknown>
    return input.DurationSeconds === undefined ? shown : { ...shown, durationSeconds: Number(input.DurationSeconds) }
  },
  run: (call) => {
    const asked = readSessionRequest(call.input)
    const request = inherit(call, asked)
    const role = findRole(call.world, request.roleArn)
    authorizeAssumption(call, request, role)
    // `authorizeAssumption` refuses a missing role in the same words as a forbidden one.
    const seconds = sessionSeconds(asked.durationSeconds, role!.maxSessionDuration, call.caller.kind === 'assumed-role')
    return openSession(call, request, role!, seconds)
  },
}

export function findRole(world: World, arn: string): RoleState | undefined {
  const iam = effectiveIam(world, policyArnAccount(arn))
  return Object.values(iam?.roles ?? {}).find((role) => role.arn === arn)
}

/**
 * A chained session keeps its source identity and its transitive tags; nobody can change them on the way.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
function inherit({ caller }: Call, request: SessionRequest): SessionRequest {
  if (caller.kind !== 'assumed-role') return request
  const { sourceIdentity, tags, transitiveTagKeys } = caller.session
  if (sourceIdentity !== undefined && request.sourceIdentity !== undefined && request.sourceIdentity !== sourceIdentity) {
    throw denied(caller, 'sts:SetSourceIdentity', request.roleArn)
  }
  const inherited = Object.fromEntries(transitiveTagKeys.map((key) => [key, tags[key] ?? '']))
  const taken = Object.keys(request.tags).map((key) => key.toLowerCase())
  if (transitiveTagKeys.some((key) => taken.includes(key.toLowerCase()))) {
    throw new AwsError('InvalidParameterValue', 'One of the specified transitive tag keys can\'t be set because it conflicts with a transitive tag key from the calling session.')
  }
  return {
    ...request,
    sourceIdentity: sourceIdentity ?? request.sourceIdentity,
    tags: { ...inherited, ...request.tags },
    transitiveTagKeys: [...transitiveTagKeys, ...request.transitiveTagKeys],
  }
}

/**
 * Setting a source identity and passing tags are permissions of their own, on both sides: the caller's policies and the
 * role's trust policy (see the two pages above).
 */
function authorizeAssumption(call: Call, request: SessionRequest, role: RoleState | undefined): void {
  const actions = [
    'sts:AssumeRole',
    ...(request.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ...(Object.keys(request.tags).length === 0 ? [] : ['sts:TagSession']),
  ]
  for (const action of actions) {
    if (!role || !mayAssume(call, request, role, action)) throw denied(call.caller, action, request.roleArn)
  }
}

function mayAssume(call: Call, request: SessionRequest, role: RoleState, action: string): boolean {
  const decision = decideAccess(call, {
    action,
    resource: role.arn,
    resourceAccountId: policyArnAccount(role.arn),
    resourcePolicy: named('trust policy', role.trust),
    context: assumptionContext(request, role),
  })
  return decision.decision === 'allowed'
}

export function assumptionContext(request: SessionRequest, role: RoleState): Record<string, string | string[]> {
  return {
    'sts:RoleSessionName': request.sessionName,
    ...(request.externalId !== undefined && { 'sts:ExternalId': request.externalId }),
    ...(request.sourceIdentity !== undefined && { 'sts:SourceIdentity': request.sourceIdentity }),
    ...(Object.keys(request.tags).length > 0 && { 'aws:TagKeys': Object.keys(request.tags) }),
    ...(request.transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': [...request.transitiveTagKeys] }),
    ...tagKeys('aws:RequestTag', request.tags),
    ...tagKeys('aws:ResourceTag', role.tags),
    ...tagKeys('iam:ResourceTag', role.tags),
  }
}

/** The wording of a real event; a role that does not exist is refused in the same words, so nothing is learned from it. */
const denied = (caller: Caller, action: string, roleArn: string): AwsError =>
  new AwsError('AccessDenied', `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`, 403)

/** The new session. It inherits no session policy from the one that opened it. */
export function openSession(call: Call, request: SessionRequest, role: RoleState, seconds: number, webIdentity?: SessionClaims['webIdentity']): Outcome {
  const { world, caller, now } = call
  const packedSize = packedPolicySize(request)
  const issuedAt = wholeSecond(now)
  const claims: SessionClaims = {
    accessKeyId: freshId('ASIA'),
    kind: 'assumed-role',
    accountId: policyArnAccount(role.arn),
    issuerArn: role.arn,
    issuerId: role.id,
    issuerName: role.name,
    sessionName: request.sessionName,
    sourceIdentity: request.sourceIdentity,
    tags: request.tags,
    transitiveTagKeys: request.transitiveTagKeys,
    policy: request.policy,
    policyArns: request.policyArns,
    issuedAt,
    expiresAt: issuedAt + seconds * 1000,
    chained: caller.kind === 'assumed-role',
    mfa: request.mfaSerial !== undefined || (caller.kind === 'user' && caller.session?.mfa === true),
    webIdentity,
  }
  const { credentials, trailCredentials } = issueCredentials(world, claims)
  const assumedRoleUser = { AssumedRoleId: `${role.id}:${request.sessionName}`, Arn: sessionArn(claims) }
  const shared = { AssumedRoleUser: assumedRoleUser, PackedPolicySize: packedSize, SourceIdentity: request.sourceIdentity }
  return {
    output: { Credentials: credentials, ...shared },
    trail: {
      responseElements: { credentials: trailCredentials, ...(camelCased(shared) as object) },
      resources: [{ accountId: claims.accountId, type: 'AWS::IAM::Role', ARN: role.arn }],
      alsoFor: [claims.accountId],
    },
  }
}
