import type { StsRoleAccess } from '#lib/catalog/catalog-schema.ts'
import { composeSessionPolicy, sessionPolicyLimit } from '#lib/grants/session-policy.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import type { ScopeStatement } from './scope-statements.ts'

/** Any time: all are written alike. */
const someEnd = new Date('2100-01-01T00:00:00Z')

/** Whether a lease's session policy of this scope is one that AWS takes, with the denials that every one carries. */
export function hasRoom(scope: readonly ScopeStatement[], { onwardRoles }: Pick<StsRoleAccess, 'onwardRoles'>, managedRolePath: string): boolean {
  const policy = JSON.stringify(composeSessionPolicy({ scope: scope.map(({ actions, resources }) => ({ actions: [...actions], resources: [...resources] })), onwardRoles }, someEnd, managedRolePath))
  return policy.length <= sessionPolicyLimit && parsePolicy(policy, 'session').ok
}
