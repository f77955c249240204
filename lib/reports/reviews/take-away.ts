import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

/** The rights that a review can take: to ask for a profile, or to decide about it. */
export type TakenRight = 'access' | 'approvers'
const columnOf = { access: Prisma.sql`"excludedPersonIds"`, approvers: Prisma.sql`"excludedApproverIds"` }

/**
 * Takes a right from somebody, under every identity that is known to be theirs, in the caller's transaction with its
 * entry. The profile counts as changed, so that running grants are looked at.
 */
export async function takeAway(tx: Transaction, { right, personId, profileId, reviewId }: { right: TakenRight; personId: string; profileId: string; reviewId: string }, actorId: string, now: Date): Promise<void> {
  const everyone = [personId, ...(await samePersonIds(tx, personId))]
  const column = columnOf[right]
  await tx.$executeRaw`
    UPDATE access_profile SET "updatedAt" = ${now}::timestamptz, ${column} = ARRAY(SELECT DISTINCT unnest(${column} || ${everyone}::uuid[]))
    WHERE id = ${profileId}`
  await appendEntry(tx, { kind: 'review.effect.carried', occurredAt: now, actorId, subjectId: personId, facts: { review: reviewId, right, profile: profileId, people: everyone } })
}

/** Gives somebody back what a review took; an admin, never to themselves under any identity. */
export async function giveBack(db: Database, viewer: Viewer, { right, personId, profileId }: { right: TakenRight; personId: string; profileId: string }, now: Date): Promise<Result<object, 'not_allowed' | 'not_found' | 'own_person'>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins give back what a review took.')
  if ([viewer.personId, ...(await samePersonIds(db, viewer.personId))].includes(personId)) return refuse('own_person', 'Nobody gives it back to themselves.', 'Ask another admin.')
  const column = columnOf[right]
  return db.$transaction(async (tx) => {
    const everyone = [personId, ...(await samePersonIds(tx, personId))]
    const changed = await tx.$executeRaw`
      UPDATE access_profile SET "updatedAt" = ${now}::timestamptz, ${column} = ARRAY(SELECT unnest(${column}) EXCEPT SELECT unnest(${everyone}::uuid[]))
      WHERE id = ${profileId} AND ${column} && ${everyone}::uuid[]`
    if (changed !== 1) return refuse('not_found', 'No review took this from them.')
    await appendEntry(tx, { kind: 'review.given.back', occurredAt: now, actorId: viewer.personId, subjectId: personId, facts: { right, profile: profileId, people: everyone } })
    return { ok: true }
  })
}
