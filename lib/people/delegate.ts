import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { samePersonIds } from './deciders.queries.ts'
import { hasRole, type Viewer } from './viewer.ts'

export type DelegationInput = { toId: string; startsAt: Date; endsAt: Date; reason: string }
export type DelegationField = 'to' | 'startsAt' | 'endsAt' | 'reason'
export type DelegationCode = 'invalid_input' | 'too_many' | 'not_found'
export type DelegationResult = Result<{ delegationId: string }, DelegationCode> & { fields?: Partial<Record<DelegationField, string>> }

const longestDays = 90
const most = 20

/**
 * Lets somebody else decide in the viewer's right for a period. The delegate can do what the viewer could, never more,
 * not what either asked for, and cannot pass it on; decisions say in whose right they were made.
 */
export async function delegate(db: Database, viewer: Viewer, input: DelegationInput, now: Date): Promise<DelegationResult> {
  const reason = input.reason.trim()
  const to = await db.person.findUnique({ where: { id: input.toId } })
  const mine = [viewer.personId, ...(await samePersonIds(db, viewer.personId))]
  const fields: DelegationResult['fields'] = {
    ...(!to || to.disabledAt ? { to: 'Choose somebody who signs in to Latchkey.' } : mine.includes(to.id) ? { to: 'Choose somebody other than yourself.' } : {}),
    ...(input.startsAt < after(now, -minutes(5)) ? { startsAt: 'This start has passed.' } : {}),
    ...(input.endsAt <= input.startsAt || input.endsAt <= now ? { endsAt: 'The end has to come after the start.' } : input.endsAt > after(input.startsAt, minutes(longestDays * 24 * 60)) ? { endsAt: `At most ${longestDays} days at a time.` } : {}),
    ...(reason.length < 3 || reason.length > 300 ? { reason: 'Say why in 3 to 300 characters, such as "Holidays".' } : {}),
  }
  if (Object.keys(fields).length > 0) return { ...refuse('invalid_input', 'Some fields need another look.'), fields }
  return db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM person WHERE id = ${viewer.personId}::uuid FOR UPDATE`
    const open = await tx.delegation.count({ where: { fromId: viewer.personId, revokedAt: null, endsAt: { gt: now } } })
    if (open >= most) return refuse('too_many', `You delegated to ${most} people already.`, 'End one of those first.')
    const delegation = await tx.delegation.create({ data: { fromId: viewer.personId, toId: input.toId, startsAt: input.startsAt, endsAt: input.endsAt, reason, createdAt: now } })
    await appendEntry(tx, {
      kind: 'delegation.given',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: delegation.id,
      facts: { to: input.toId, startsAt: input.startsAt.toISOString(), endsAt: input.endsAt.toISOString() },
      personal: { reason },
    })
    return { ok: true, delegationId: delegation.id }
  })
}

/** Ends a delegation before its time: by who gave it, who received it, or an admin. */
export async function endDelegation(db: Database, viewer: Viewer, delegationId: string, now: Date): Promise<Result<object, 'not_found'>> {
  const everyone = hasRole(viewer, 'admin')
  const mine = { OR: [{ fromId: viewer.personId }, { toId: viewer.personId }] }
  return db.$transaction(async (tx) => {
    const { count } = await tx.delegation.updateMany({ where: { id: delegationId, revokedAt: null, endsAt: { gt: now }, ...(everyone ? {} : mine) }, data: { revokedAt: now } })
    if (count !== 1) return refuse('not_found', 'There is no such delegation that you could end.')
    await appendEntry(tx, { kind: 'delegation.ended', occurredAt: now, actorId: viewer.personId, subjectId: delegationId, facts: {} })
    return { ok: true }
  })
}
