import { freshId } from '../core/ids.ts'
import type { SessionClaims } from '../core/session-token.ts'
import type { World } from '../core/world.ts'
import { wholeSecond } from '../sts/issue.ts'
import { settleOperations } from './settle.ts'
import { assignmentKey } from './state.ts'

export type PortalSession = { readonly userName: string; readonly accountId: string; readonly permissionSet: string }
type RoleCredentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string; readonly expiresAt: string }

/**
 * What the access portal hands to a user who is assigned, directly or by a group; undefined for anybody else. The
 * credentials live for the permission set's session duration, whatever becomes of the assignment.
 * https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
 */
export function roleCredentials(world: World, { userName, accountId, permissionSet }: PortalSession): RoleCredentials | undefined {
  settleOperations(world)
  const { identityCenter } = world.state
  const user = Object.values(identityCenter?.users ?? {}).find((candidate) => candidate.userName === userName)
  const set = Object.values(identityCenter?.permissionSets ?? {}).find((candidate) => candidate.name === permissionSet)
  if (!identityCenter || !user || !set) return undefined
  const groups = Object.values(identityCenter.groups).filter((group) => group.members.includes(user.id))
  const places = [{ principalType: 'USER' as const, principalId: user.id }, ...groups.map(({ id }) => ({ principalType: 'GROUP' as const, principalId: id }))]
  if (!places.some((principal) => identityCenter.assignments[assignmentKey({ accountId, permissionSetArn: set.arn, ...principal })])) return undefined
  const role = world.state.accounts[accountId]?.iam.roles[identityCenter.provisioned[accountId]?.[set.arn] ?? '']
  if (!role) return undefined
  const issuedAt = wholeSecond(world.clock.now())
  const claims: SessionClaims = {
    accessKeyId: freshId('ASIA'),
    kind: 'assumed-role',
    accountId,
    issuerArn: role.arn,
    issuerId: role.id,
    issuerName: role.name,
    sessionName: userName,
    tags: {},
    transitiveTagKeys: [],
    policyArns: [],
    issuedAt,
    expiresAt: issuedAt + set.sessionSeconds * 1_000,
    chained: false,
    mfa: false,
    identityStoreUserId: user.id,
  }
  return { accessKeyId: claims.accessKeyId, ...world.sealer.seal(claims), expiresAt: new Date(claims.expiresAt).toISOString() }
}
