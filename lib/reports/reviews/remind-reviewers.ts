import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'

const day = minutes(24 * 60)

/** Reminds reviewers of lines that wait: a week and a day before the day, and once when it has passed. Each once. */
export async function remindReviewers(db: Database, now: Date): Promise<void> {
  const reviews = await db.accessReview.findMany({ where: { state: 'open', dueAt: { lte: after(now, 7 * day) } }, select: { id: true, dueAt: true }, take: 100 })
  for (const { id, dueAt } of reviews) {
    const when = dueAt <= now ? 'overdue' : dueAt <= after(now, day) ? 'day' : 'week'
    const waiting = await db.reviewLine.findMany({ where: { reviewId: id, decision: null }, distinct: ['reviewerId'], select: { reviewerId: true } })
    if (waiting.length === 0) continue
    await db.$transaction((tx) => tellLater(tx, { kind: 'review.waiting', to: { personIds: waiting.map(({ reviewerId }) => reviewerId) }, facts: { review: id, when }, onceKey: `review.reminder/${id}/${when}` }, now))
  }
}
