import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { sharedGroup, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export const reviewVerdicts = ['justified', 'not_justified'] as const
export type ReviewVerdict = (typeof reviewVerdicts)[number]
export type ReviewCode = 'not_found' | 'own_request' | 'already_reviewed' | 'note_missing'

const shortestNote = 10
const longestNote = 2_000

/**
 * Says afterwards whether emergency access was justified, once, by somebody of the profile's reviewers who is not the
 * one who took it, under no identity (PRODUCT rule 1).
 */
export async function reviewEmergency(db: Database, viewer: Viewer, requestId: string, verdict: ReviewVerdict, note: string, now: Date): Promise<Result<object, ReviewCode>> {
  const review = await db.emergencyReview.findUnique({ where: { requestId }, include: { request: { select: { personId: true, profileId: true, code: true } } } })
  const entitledBy = review && sharedGroup(viewer, review.reviewerGroups)
  if (!review || !entitledBy) return refuse('not_found', 'There is no emergency access for you to review.')
  const mine = [viewer.personId, ...(await samePersonIds(db, viewer.personId))]
  if (mine.includes(review.request.personId)) return refuse('own_request', 'Nobody reviews their own emergency access.', 'Another reviewer has to do it.')
  const text = note.trim()
  if (text.length < shortestNote || text.length > longestNote) return refuse('note_missing', `Say in ${shortestNote} to ${longestNote.toLocaleString('en')} characters what was done and why that was right or not.`, 'Write it and send the review again.')
  const written = await db.$transaction(async (tx) => {
    const { count } = await tx.emergencyReview.updateMany({ where: { requestId, reviewedAt: null }, data: { verdict, note: text, reviewedById: viewer.personId, reviewedAt: now } })
    if (count !== 1) return false
    await appendEntry(tx, {
      kind: 'request.emergency.reviewed',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: review.request.profileId,
      requestId,
      facts: { code: review.request.code, verdict, entitledBy, overdue: now > review.dueAt },
      personal: { note: text },
    })
    return true
  })
  return written ? { ok: true } : refuse('already_reviewed', 'Somebody reviewed this already.')
}
