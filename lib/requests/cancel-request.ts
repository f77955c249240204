import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { settledSentence } from './request-lifecycle.ts'

/** Takes back the viewer's own pending request. Somebody else's does not exist for this verb. */
export async function cancelRequest(db: Database, viewer: Viewer, requestId: string, now: Date): Promise<Result<object, 'not_found' | 'settled'>> {
  const request = await db.request.findFirst({ where: { id: requestId, personId: viewer.personId } })
  if (!request) return refuse('not_found', 'There is no such request of yours.')
  const moved = await db.$transaction(async (tx) => {
    const { count } = await tx.request.updateMany({
      where: { id: requestId, personId: viewer.personId, state: 'pending' },
      data: { state: 'cancelled', version: { increment: 1 }, settledAt: now },
    })
    if (count !== 1) return false
    await appendEntry(tx, {
      kind: 'request.cancelled',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: request.profileId,
      requestId,
      facts: { code: request.code, before: 'pending', after: 'cancelled' },
    })
    return true
  })
  if (moved) return { ok: true }
  const { state } = await db.request.findUniqueOrThrow({ where: { id: requestId } })
  return refuse('settled', state === 'pending' ? 'Try again.' : settledSentence[state])
}
