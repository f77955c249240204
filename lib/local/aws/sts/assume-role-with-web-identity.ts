import { decideAccess } from '../core/authorize.ts'
import type { Caller } from '../core/caller.ts'
import { AwsError } from '../core/errors.ts'
import { camelCased, requiredText } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import { named } from '../core/policies.ts'
import type { RoleState } from '../core/state.ts'
import { policyArnAccount } from '../core/world.ts'
import { assumptionContext, findRole, openSession } from './assume-role.ts'
import { sessionSeconds } from './duration.ts'
import { readSessionRequest, type SessionRequest } from './session-request.ts'
import { verifyWebIdentity, type WebIdentity } from './web-identity.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const assumeRoleWithWebIdentity: Operation = {
  readOnly: true,
  access: 'own',
  requestParameters: ({ input }) => {
    const { WebIdentityToken: _, ...shown } = input
    return camelCased(shown)
  },
  run: async (call) => {
    const asked = readSessionRequest(call.input)
    const accountId = policyArnAccount(asked.roleArn)
    const identity = await verifyWebIdentity(call.world, accountId, requiredText(call.input, 'WebIdentityToken'))
    const request = { ...asked, sourceIdentity: identity.sourceIdentity, tags: identity.tags, transitiveTagKeys: identity.transitiveTagKeys }
    const caller: Caller = { kind: 'web-identity', accountId: '', arn: identity.providerArn, provider: identity.host, subject: identity.subject }
    const federated = { ...call, caller }
    const role = findRole(call.world, request.roleArn)
    if (!role || !trusted(federated, request, role, identity)) {
      throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
    }
    const seconds = sessionSeconds(asked.durationSeconds, role.maxSessionDuration, false)
    const outcome = openSession(federated, request, role, seconds, { provider: identity.providerArn, subject: identity.subject })
    const extra = { SubjectFromWebIdentityToken: identity.subject, Audience: identity.audience, Provider: identity.providerArn }
    return {
      ...outcome,
      caller,
      output: { ...(outcome.output as Record<string, never>), ...extra },
      trail: { ...outcome.trail, responseElements: { ...(outcome.trail?.responseElements as object), ...(camelCased(extra) as object) } },
    }
  },
}

function trusted(call: Call, request: SessionRequest, role: RoleState, identity: WebIdentity): boolean {
  const actions = [
    'sts:AssumeRoleWithWebIdentity',
    ...(request.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ...(Object.keys(request.tags).length === 0 ? [] : ['sts:TagSession']),
  ]
  // Condition keys of the token carry the provider's host and path, without the scheme.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
  const context = {
    ...assumptionContext(request, role),
    [`${identity.host}:sub`]: identity.subject,
    [`${identity.host}:aud`]: identity.audience,
    ...(identity.amr.length > 0 && { [`${identity.host}:amr`]: identity.amr }),
  }
  return actions.every((action) => {
    const access = { action, resource: role.arn, resourceAccountId: policyArnAccount(role.arn), resourcePolicy: named('trust policy', role.trust), context }
    return decideAccess(call, access).decision === 'allowed'
  })
}
