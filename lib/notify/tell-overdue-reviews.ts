import type { Database } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'

/** Has the reviewers told of emergency access that nobody reviewed in time, once each. Safe to run by several processes at once. */
export async function tellOverdueReviews(db: Database, now: Date, batch = 100): Promise<number> {
  const due = await db.emergencyReview.findMany({ where: { reviewedAt: null, overdueToldAt: null, dueAt: { lte: now } }, include: { request: { select: { personId: true } } }, take: batch, orderBy: { dueAt: 'asc' } })
  let told = 0
  for (const { requestId, reviewerGroups, request } of due) {
    await db.$transaction(async (tx) => {
      const { count } = await tx.emergencyReview.updateMany({ where: { requestId, reviewedAt: null, overdueToldAt: null }, data: { overdueToldAt: now } })
      if (count !== 1) return
      await tellLater(tx, { kind: 'emergency.overdue', requestId, to: { groups: reviewerGroups, roles: ['responder'] }, notTo: [request.personId] }, now)
      told += 1
    })
  }
  return told
}
