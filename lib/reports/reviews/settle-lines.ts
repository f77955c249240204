import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { decideLine, type LineCode, type LineVerdict } from './decide-line.ts'

export type Settled = { settled: number; /** Lines that were left as they are, and why, with how many. */ left: { message: string; count: number }[] }
const mostAtOnce = 200

/**
 * Says keep or remove for lines that were chosen one by one. Each is decided for itself; those that may not be, or need a
 * reason of their own, are left and counted. Removing takes the profile from the person in the same transaction, whatever
 * groups they are in: no request, no activation, no credentials from then on; grants that run are ended within seconds.
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
  const decided = decideLine({ reviewState: line.review.state, line, decider }, verdict, reason, now)
  if (!decided.ok) return decided
  const { count } = await tx.reviewLine.updateMany({ where: { id: lineId, decision: null, review: { state: 'open' } }, data: { decision: verdict, reason: decided.reason, decidedById: decider.personId, decidedAt: now } })
  if (count !== 1) return refuse('decided', 'Somebody decided this line already.', 'Reload the page.')
  const facts = { review: line.reviewId, person: line.personId, profile: line.profileId, verdict }
  await appendEntry(tx, { kind: 'review.decided', occurredAt: now, actorId: decider.personId, subjectId: line.personId, facts, personal: { reason: decided.reason } })
  if (verdict === 'remove') await takeAway(tx, line, decider.personId, now)
  return { ok: true }
}

/** From every identity that is known to be the same person's. The profile counts as changed, so that running grants are looked at. */
async function takeAway(tx: Transaction, { personId, profileId, reviewId }: { personId: string; profileId: string; reviewId: string }, actorId: string, now: Date): Promise<void> {
  const everyone = [personId, ...(await samePersonIds(tx, personId))]
  await tx.$executeRaw`
    UPDATE access_profile SET "updatedAt" = ${now}::timestamptz, "excludedPersonIds" = ARRAY(SELECT DISTINCT unnest("excludedPersonIds" || ${everyone}::uuid[]))
    WHERE id = ${profileId}`
  await appendEntry(tx, { kind: 'review.effect.carried', occurredAt: now, actorId, subjectId: personId, facts: { review: reviewId, profile: profileId, people: everyone } })
}
