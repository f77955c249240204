import type { AccountAssignment } from '#lib/db/generated/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { GrantDeps } from '../grant-deps.ts'

/**
 * Takes into the record what AWS was seen to have of an assignment, and makes due what its grants need. Nothing, and
 * `false`, when both agree or it changed since `seen` was read, which was before AWS was asked.
 */
export async function repairAssignment({ db, queue }: Pick<GrantDeps, 'db' | 'queue'>, seen: AccountAssignment, there: boolean, now: Date): Promise<boolean> {
  const atRest = seen.requestId === null && (seen.claimedUntil === null || seen.claimedUntil <= now)
  // Removed for certain: what is there by now, somebody else made.
  if (there && !seen.asked) return false
  if (!atRest || (seen.state !== 'present' && seen.state !== 'absent') || (seen.state === 'present') === there) return false
  return db.$transaction(async (tx) => {
    const data = { state: there ? ('present' as const) : ('absent' as const), foreign: false, asked: there, dueAt: now, version: { increment: 1 } }
    const { count } = await tx.accountAssignment.updateMany({ where: { id: seen.id, version: seen.version, state: seen.state, requestId: null }, data })
    if (count !== 1) return false
    const needs = await tx.assignmentNeed.findMany({ where: { assignmentId: seen.id }, include: { grant: true }, orderBy: { grantId: 'desc' } })
    // Whoever needs it, or else whoever needed it last.
    const concerned = needs.filter(({ releasedAt }) => releasedAt === null)
    for (const { grant } of concerned.length > 0 ? concerned : needs.slice(0, 1)) {
      await appendEntry(tx, { kind: 'reconcile.repaired', occurredAt: now, subjectId: grant.roleArn, grantId: grant.id, facts: { what: there ? 'assignment.left' : 'assignment.missing', permissionSetArn: seen.permissionSetArn } })
    }
    await queue.enqueue(tx, 'assignment.settle', { assignmentId: seen.id })
    return true
  })
}
