import type { StsRoleAccess } from '#lib/catalog/catalog-schema.ts'
import { type PolicyJson, scopeStatements, standingDenials } from '#lib/catalog/managed-path.ts'

/** AWS's limit on an inline session policy, in characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const sessionPolicyLimit = 2_048

/**
 * The inline policy of every lease of a grant: the profile's scope, and three explicit denials that nothing can
 * outweigh. Everything from `endsAt` on, because an Allow that stops is only an implicit deny, which a resource policy
 * naming the session would bypass. Going on to roles the profile does not name, because a chained session inherits no
 * session policy. IAM writes on managed roles and boundaries.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function composeSessionPolicy(access: Pick<StsRoleAccess, 'scope' | 'onwardRoles'>, endsAt: Date, managedRolePath: string): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: [
      ...scopeStatements(access),
      { Sid: 'End', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': wholeSecond(endsAt) } } },
      ...standingDenials(access, managedRolePath),
    ],
  }
}

/** ISO 8601 to the second, rounded down: the denial never begins later than the grant ends. */
function wholeSecond(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
