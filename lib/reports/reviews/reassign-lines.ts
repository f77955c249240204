import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { mostAtOnce } from './settle-lines.ts'

export type ReassignCode = 'not_found' | 'invalid_input' | 'closed'

/**
 * Gives lines that nobody decided yet to another reviewer, who is told: their reviewer may, an admin, and whoever opened
 * the review. Lines about the new reviewer themselves, under any identity, stay where they are and are counted.
 */
export async function reassignLines(db: Database, viewer: Viewer, input: { reviewId: string; lineIds: readonly string[]; reviewerId: string }, now: Date): Promise<Result<{ moved: number; left: number }, ReassignCode>> {
  const lineIds = [...new Set(input.lineIds)].slice(0, mostAtOnce)
  return db.$transaction(async (tx) => {
    const review = await tx.accessReview.findUnique({ where: { id: input.reviewId } })
    const coordinates = hasRole(viewer, 'admin') || (review?.openedById === viewer.personId && hasRole(viewer, 'auditor'))
    const mine = { id: { in: lineIds }, reviewId: input.reviewId, ...(coordinates ? {} : { reviewerId: viewer.personId }) }
    const found = await tx.reviewLine.count({ where: mine })
    if (!review || found === 0) return refuse('not_found', 'There is no such line for you.')
    if (review.state !== 'open') return refuse('closed', 'This review is closed.')
    const reviewer = await tx.person.findFirst({ where: { id: input.reviewerId, disabledAt: null } })
    if (!reviewer) return refuse('invalid_input', 'Choose a reviewer from the list.')
    const theirs = [reviewer.id, ...(await samePersonIds(tx, reviewer.id))]
    const { count: moved } = await tx.reviewLine.updateMany({ where: { AND: [mine, { decision: null, OR: [{ personId: null }, { personId: { notIn: theirs } }] }] }, data: { reviewerId: reviewer.id } })
    if (moved === 0) return refuse('invalid_input', 'None of these lines can go to them: nobody reviews their own access, and what is decided stays.', 'Choose somebody else.')
    await note(tx, { reviewId: review.id, reviewerId: reviewer.id, moved }, viewer, now)
    return { ok: true, moved, left: lineIds.length - moved }
  })
}

async function note(tx: Transaction, { reviewId, reviewerId, moved }: { reviewId: string; reviewerId: string; moved: number }, viewer: Viewer, now: Date): Promise<void> {
  await appendEntry(tx, { kind: 'review.reassigned', occurredAt: now, actorId: viewer.personId, subjectId: reviewId, facts: { reviewer: reviewerId, lines: moved } })
  await tellLater(tx, { kind: 'review.waiting', to: { personIds: [reviewerId] }, notTo: [viewer.personId], facts: { review: reviewId } }, now)
}
