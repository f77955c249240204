import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { decideLine, type LineCode, type LineVerdict } from './decide-line.ts'
import { seenAs } from './reviews.queries.ts'
import { takeAway } from './take-away.ts'

export type Settled = { settled: number; /** Lines that were left as they are, and why, with how many. */ left: { message: string; count: number }[] }
export const mostAtOnce = 200

/**
 * Says keep or remove for lines that were chosen one by one. Each is decided for itself; those that may not be, or need a
 * reason of their own, are left and counted. Removing takes the right in the same transaction, whatever groups somebody is
 * in: no request, no activation, no credentials, no decision from then on; grants that run are ended within seconds. What
 * stands in AWS outside the record is not Latchkey's to remove: that it has to go is noted, until the reconciler sees it gone.
 */
export async function settleLines(db: Database, viewer: Viewer, input: { lineIds: readonly string[]; verdict: LineVerdict; reason: string }, now: Date): Promise<Result<Settled, LineCode | 'not_found'>> {
  const lineIds = [...new Set(input.lineIds)].slice(0, mostAtOnce).toSorted()
  const decider = { personId: viewer.personId, samePersonIds: await samePersonIds(db, viewer.personId), admin: hasRole(viewer, 'admin') }
  const left = new Map<string, number>()
  let settled = 0
  let first: Awaited<ReturnType<typeof settleLine>> | undefined
  for (const lineId of lineIds) {
    const answer = await db.$transaction((tx) => settleLine(tx, decider, lineId, input, now))
    first ??= answer
    if (answer.ok) settled += 1
    else left.set(answer.message, (left.get(answer.message) ?? 0) + 1)
  }
  if (!first) return refuse('not_found', 'Choose at least one line.')
  if (settled === 0 && !first.ok) return first
  return { ok: true, settled, left: [...left].map(([message, count]) => ({ message, count })) }
}

type Decider = { personId: string; samePersonIds: readonly string[]; admin: boolean }

async function settleLine(tx: Transaction, decider: Decider, lineId: string, { verdict, reason }: { verdict: LineVerdict; reason: string }, now: Date): Promise<Result<object, LineCode | 'not_found'>> {
  const line = await tx.reviewLine.findUnique({ where: { id: lineId }, include: { review: true } })
  // To whom it is nothing, it does not exist.
  if (!line || (line.reviewerId !== decider.personId && !decider.admin)) return refuse('not_found', 'There is no such line for you.')
  const { reviewId, personId, profileId, outsideKey } = line
  const review = seenAs(line.review)
  const decided = decideLine({ review, line, decider }, verdict, reason, now)
  if (!decided.ok) return decided
  const { count } = await tx.reviewLine.updateMany({ where: { id: lineId, decision: null, review: { state: 'open' } }, data: { decision: verdict, reason: decided.reason, decidedById: decider.personId, decidedAt: now } })
  if (count !== 1) return refuse('decided', 'Somebody decided this line already.', 'Reload the page.')
  const facts = { review: reviewId, about: review.about, person: personId, profile: profileId, outside: outsideKey, verdict }
  await appendEntry(tx, { kind: 'review.decided', occurredAt: now, actorId: decider.personId, subjectId: personId ?? outsideKey ?? reviewId, facts, personal: { reason: decided.reason } })
  if (verdict === 'remove' && personId && profileId && review.about !== 'standing') await takeAway(tx, { right: review.about, personId, profileId, reviewId }, decider.personId, now)
  return { ok: true }
}
