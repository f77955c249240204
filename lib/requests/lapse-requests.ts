import type { Database } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

/** Ends pending requests nobody decided in time; returns how many. Safe to run by several processes at once. */
export async function lapseRequests(db: Database, now: Date, batch = 200): Promise<number> {
  const due = await db.request.findMany({ where: { state: 'pending', lapsesAt: { lte: now } }, take: batch, orderBy: { lapsesAt: 'asc' } })
  let lapsed = 0
  for (const request of due) {
    await db.$transaction(async (tx) => {
      const { count } = await tx.request.updateMany({
        where: { id: request.id, state: 'pending', lapsesAt: { lte: now } },
        data: { state: 'lapsed', version: { increment: 1 }, settledAt: now },
      })
      if (count !== 1) return
      lapsed += 1
      await appendEntry(tx, {
        kind: 'request.lapsed',
        occurredAt: now,
        subjectId: request.profileId,
        requestId: request.id,
        facts: { code: request.code, before: 'pending', after: 'lapsed' },
      })
      await tellLater(tx, { kind: 'request.lapsed', requestId: request.id, to: { personIds: [request.personId] } }, now)
    })
  }
  return lapsed
}
