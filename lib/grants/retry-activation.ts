import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { GrantDeps } from './grant-deps.ts'
import { moveGrant } from './move-grant.ts'
import { openWindow } from './vendor/vendor.store.ts'

/** An approval speaks of the need it was given for: later than this, somebody has to look at it again. */
const approvalLasts = minutes(24 * 60)

/**
 * Tries a failed activation again, by its holder, an admin or a responder, within a day of the approval. The window
 * starts anew, as no credentials were handed out, and its length is the approved one.
 */
export async function retryActivation({ db, queue, clock }: Pick<GrantDeps, 'db' | 'queue' | 'clock'>, viewer: Viewer, grantId: string): Promise<Result<object, 'not_found' | 'not_failed' | 'approval_too_old'>> {
  const now = clock()
  const grant = await db.grant.findUnique({ where: { id: grantId } })
  if (!grant || (grant.personId !== viewer.personId && !hasRole(viewer, 'admin', 'responder'))) return refuse('not_found', 'There is no such grant for you.')
  if (grant.state === 'failed' && now.getTime() - grant.createdAt.getTime() > approvalLasts) {
    return refuse('approval_too_old', 'This was approved more than a day ago, and an approval starts access only within a day.', 'Ask for access again.')
  }
  const endsAt = after(now, minutes(grant.durationMinutes))
  const moved = await db.$transaction(async (tx) => {
    const done = await moveGrant(tx, grant, { event: 'retry', kind: 'grant.activating', actorId: viewer.personId, data: { endsAt }, facts: { endsAt: endsAt.toISOString() } }, now)
    if (!done) return false
    await openWindow(tx, grant, now)
    await queue.enqueue(tx, 'grant.activate', { grantId })
    await queue.enqueue(tx, 'grant.end', { grantId }, endsAt)
    return true
  })
  return moved ? { ok: true } : refuse('not_failed', 'This grant is not waiting for another try.')
}
