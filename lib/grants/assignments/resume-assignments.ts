import type { GrantDeps } from '../grant-deps.ts'
import { settleAssignment } from './settle-assignment.ts'

/**
 * Goes on with assignments of which something is due: operations that AWS is at work on, what it could not do yet, and
 * those whose job or process is gone. Returns how many were due.
 */
export async function resumeAssignments(deps: GrantDeps, onError: (error: unknown) => void, batch = 20): Promise<number> {
  const now = deps.clock()
  const due = await deps.db.accountAssignment.findMany({ where: { dueAt: { lte: now }, OR: [{ claimedUntil: null }, { claimedUntil: { lte: now } }] }, select: { id: true }, orderBy: { dueAt: 'asc' }, take: batch })
  for (const { id } of due) await settleAssignment(deps, id).catch(onError)
  return due.length
}
