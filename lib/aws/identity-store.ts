import { GetGroupIdCommand, GetUserIdCommand, type IdentitystoreClient } from '@aws-sdk/client-identitystore'
import { type AwsResult, ownFailure } from './aws-failure.ts'
import type { Principal } from './identity-center.ts'

/** Names that one user goes by (their user name there), or the name of a group. */
export type PrincipalNames = { userNames: readonly string[] } | { group: string }

/**
 * Who in the identity store goes by these names. Names that are of two people are refused: access for the wrong one
 * would be worse than none.
 * https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
 */
export async function findPrincipal(store: IdentitystoreClient, IdentityStoreId: string, names: PrincipalNames, abortSignal: AbortSignal): Promise<AwsResult<{ principal: Principal }>> {
  const id = (command: Promise<{ UserId?: string; GroupId?: string }>) => command.then(({ UserId, GroupId }) => UserId ?? GroupId, nobody)
  const by = (AttributePath: string, AttributeValue: string) => ({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } } })
  if ('group' in names) {
    const groupId = await id(store.send(new GetGroupIdCommand(by('displayName', names.group)), { abortSignal }))
    return groupId ? { ok: true, principal: { type: 'GROUP', id: groupId } } : ownFailure('not_found', 'NoGroup', `Identity Center has no group "${names.group}".`)
  }
  const found = new Set<string>()
  for (const name of new Set(names.userNames)) {
    const userId = await id(store.send(new GetUserIdCommand(by('userName', name)), { abortSignal }))
    if (userId) found.add(userId)
  }
  const [userId, another] = found
  if (another) return ownFailure('invalid', 'SeveralUsers', 'Identity Center has several users of these names.')
  return userId ? { ok: true, principal: { type: 'USER', id: userId } } : ownFailure('not_found', 'NoUser', 'Identity Center has no user of this name.')
}

function nobody(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
  throw error
}
