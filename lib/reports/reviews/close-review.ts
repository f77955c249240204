import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type CloseCode = 'not_allowed' | 'not_found' | 'undecided' | 'still_there'

/**
 * Signs a review off: every line has been decided by somebody, and what had to go from AWS has gone. Or cancels it: what
 * was removed stays removed. For admins and auditors.
 */
export async function closeReview(db: Database, viewer: Viewer, reviewId: string, to: 'signed' | 'cancelled', now: Date): Promise<Result<{ kept: number; removed: number }, CloseCode>> {
  if (!hasRole(viewer, 'admin', 'auditor')) return refuse('not_allowed', 'Admins and auditors close access reviews.')
  return db.$transaction(async (tx): Promise<Result<{ kept: number; removed: number }, CloseCode>> => {
    const { count } = await tx.accessReview.updateMany({ where: { id: reviewId, state: 'open' }, data: { state: to, closedById: viewer.personId, closedAt: now } })
    if (count !== 1) return refuse('not_found', 'There is no such open review.')
    const of = (decision: string | null) => tx.reviewLine.count({ where: { reviewId, decision } })
    const [undecided, kept, removed] = [await of(null), await of('keep'), await of('remove')]
    const still = await tx.reviewLine.count({ where: { reviewId, decision: 'remove', outside: { goneAt: null } } })
    if (to === 'signed' && (undecided > 0 || still > 0)) throw new Unfinished(undecided, still)
    await appendEntry(tx, { kind: to === 'signed' ? 'review.signed' : 'review.cancelled', occurredAt: now, actorId: viewer.personId, subjectId: reviewId, facts: { kept, removed, undecided, stillInAws: still } })
    return { ok: true, kept, removed }
  }).catch((error: unknown) => {
    if (!(error instanceof Unfinished)) throw error
    const { undecided, still } = error
    if (undecided > 0) return refuse('undecided', `${undecided === 1 ? 'One line is' : `${undecided} lines are`} not decided yet.`, 'Nothing is kept by silence: have them decided, or cancel the review.')
    return refuse('still_there', `${still === 1 ? 'One thing' : `${still} things`} to be removed ${still === 1 ? 'is' : 'are'} still in AWS.`, 'Have them removed there; the reconciler notices within minutes. Or cancel the review.')
  })
}

class Unfinished extends Error {
  readonly undecided: number
  readonly still: number
  constructor(undecided: number, still: number) {
    super('unfinished')
    this.undecided = undecided
    this.still = still
  }
}
