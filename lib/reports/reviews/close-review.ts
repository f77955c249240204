import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type CloseCode = 'not_allowed' | 'not_found' | 'undecided' | 'own_person'

/** Signs a review off: every line has been decided by somebody. Or cancels it: what was removed stays removed. For admins and auditors. */
export async function closeReview(db: Database, viewer: Viewer, reviewId: string, to: 'signed' | 'cancelled', now: Date): Promise<Result<{ kept: number; removed: number }, CloseCode>> {
  if (!hasRole(viewer, 'admin', 'auditor')) return refuse('not_allowed', 'Admins and auditors close access reviews.')
  return db.$transaction(async (tx): Promise<Result<{ kept: number; removed: number }, CloseCode>> => {
    const { count } = await tx.accessReview.updateMany({ where: { id: reviewId, state: 'open' }, data: { state: to, closedById: viewer.personId, closedAt: now } })
    if (count !== 1) return refuse('not_found', 'There is no such open review.')
    const [undecided, kept, removed] = await Promise.all([null, 'keep', 'remove'].map((decision) => tx.reviewLine.count({ where: { reviewId, decision } })))
    if (to === 'signed' && undecided) throw new Undecided(undecided)
    const result = { kept: kept ?? 0, removed: removed ?? 0 }
    await appendEntry(tx, { kind: to === 'signed' ? 'review.signed' : 'review.cancelled', occurredAt: now, actorId: viewer.personId, subjectId: reviewId, facts: { ...result, undecided: undecided ?? 0 } })
    return { ok: true, ...result }
  }).catch((error: unknown) => {
    if (!(error instanceof Undecided)) throw error
    return refuse('undecided', `${error.lines === 1 ? 'One line is' : `${error.lines} lines are`} not decided yet.`, 'Nothing is kept by silence: have them decided, or cancel the review.')
  })
}

class Undecided extends Error {
  readonly lines: number
  constructor(lines: number) {
    super('undecided')
    this.lines = lines
  }
}

/** Gives somebody back the right to ask that a review took; an admin, never for themselves under any identity. */
export async function giveBack(db: Database, viewer: Viewer, { personId, profileId }: { personId: string; profileId: string }, now: Date): Promise<Result<object, CloseCode>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins give back what a review took.')
  if ([viewer.personId, ...(await samePersonIds(db, viewer.personId))].includes(personId)) return refuse('own_person', 'Nobody gives it back to themselves.', 'Ask another admin.')
  return db.$transaction(async (tx) => {
    const everyone = [personId, ...(await samePersonIds(tx, personId))]
    const changed = await tx.$executeRaw`
      UPDATE access_profile SET "updatedAt" = ${now}::timestamptz, "excludedPersonIds" = ARRAY(SELECT unnest("excludedPersonIds") EXCEPT SELECT unnest(${everyone}::uuid[]))
      WHERE id = ${profileId} AND "excludedPersonIds" && ${everyone}::uuid[]`
    if (changed !== 1) return refuse('not_found', 'No review took this profile from them.')
    await appendEntry(tx, { kind: 'review.given.back', occurredAt: now, actorId: viewer.personId, subjectId: personId, facts: { profile: profileId, people: everyone } })
    return { ok: true }
  })
}
