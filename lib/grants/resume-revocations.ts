import type { GrantDeps } from './grant-deps.ts'
import { revokeGrant } from './revoke-grant.ts'

/**
 * Goes on with revocations that are due: those whose job is gone, those that AWS could not do or has not spread yet, and
 * those whose credentials have died, so that the role's 10,240 characters stay free. Returns how many were due.
 */
export async function resumeRevocations(deps: GrantDeps, onError: (error: unknown) => void, batch = 20): Promise<number> {
  const due = await deps.db.revocation.findMany({ where: { closedAt: null, nextAttemptAt: { lte: deps.clock() } }, select: { grantId: true }, orderBy: { nextAttemptAt: 'asc' }, take: batch })
  for (const { grantId } of due) await revokeGrant(deps, grantId).catch(onError)
  return due.length
}
