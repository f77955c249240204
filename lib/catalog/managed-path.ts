/** What a lease must never do to the portal's own roles and boundaries, whatever the role allows. */
export const iamWrites = ['iam:Add*', 'iam:Attach*', 'iam:Create*', 'iam:Delete*', 'iam:Detach*', 'iam:Put*', 'iam:Remove*', 'iam:Set*', 'iam:Tag*', 'iam:Untag*', 'iam:Update*'] as const

/** Every role and policy under the managed path, in any account. */
export const managedResources = (managedRolePath: string): string[] => [`arn:*:iam::*:role${managedRolePath}*`, `arn:*:iam::*:policy${managedRolePath}*`]

export type PolicyJson = { Version: '2012-10-17'; Statement: readonly Record<string, unknown>[] }
type Scoped = { scope: readonly { actions: readonly string[]; resources: readonly string[] }[]; onwardRoles: readonly string[] }

/** What a profile allows, as statements; everything when it names no scope. */
export const scopeStatements = ({ scope }: Pick<Scoped, 'scope'>): Record<string, unknown>[] =>
  (scope.length > 0 ? scope : [{ actions: ['*'], resources: ['*'] }]).map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources }))

/**
 * What leases and managed roles are denied alike: going on to roles the profile does not name, because a chained session
 * inherits no session policy, and IAM writes on managed roles and boundaries.
 */
export const standingDenials = ({ onwardRoles }: Pick<Scoped, 'onwardRoles'>, managedRolePath: string): Record<string, unknown>[] => [
  { Sid: 'Onward', Effect: 'Deny', Action: 'sts:Assume*', ...(onwardRoles.length > 0 ? { NotResource: [...onwardRoles] } : { Resource: '*' }) },
  { Sid: 'Managed', Effect: 'Deny', Action: iamWrites, Resource: managedResources(managedRolePath) },
]
