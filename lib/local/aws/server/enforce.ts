import type { AccessDecision } from '#lib/iam/evaluate.ts'
import { decideAccess, denialReason, type Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { shortHex } from '../core/ids.ts'
import type { Call, Service } from '../core/operation.ts'

/** Throws the refusal AWS would give for the first access that is not allowed. */
export function refuseUnlessAllowed(service: Service, call: Call, wanted: Access | readonly Access[]): void {
  for (const access of isList(wanted) ? wanted : [wanted]) {
    const decision = decideAccess(call, access)
    if (decision.decision !== 'allowed') throw refusal(service, call, access, decision)
  }
}

const isList = (wanted: Access | readonly Access[]): wanted is readonly Access[] => Array.isArray(wanted)

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusal(service: Service, { caller }: Call, { action, resource }: Access, decision: AccessDecision): AwsError {
  if (caller.kind === 'anonymous') return new AwsError('AccessDenied', 'Access Denied', 403)
  const on = resource === '*' ? '' : ` on resource: ${service.name === 's3' ? `"${resource}"` : resource}`
  const message = `User: ${caller.arn} is not authorized to perform: ${action}${on}${denialReason(decision, action)}`
  switch (service.protocol) {
    case 'ec2':
      return new AwsError(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. ${message}. Encoded authorization failure message: ${shortHex(32)}`,
        403,
        'Client.UnauthorizedOperation',
      )
    case 'json':
      return new AwsError('AccessDeniedException', message, 400, 'AccessDenied')
    case 'query':
    case 'rest-xml':
      return new AwsError('AccessDenied', message, 403)
  }
}
