import { after, minutes } from '#lib/config/clock.ts'
import { type RetentionRule, retentionDays } from '#lib/config/retention.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { recordKinds } from '#lib/record/record-kinds.ts'
import { noLongerKept } from './forget-person.ts'
import { lockForgetting } from './legal-holds.ts'

const entriesAtOnce = 5_000

/**
 * Lets go of the personal values of entries older than their kind is kept, and of the same words in requests and
 * decisions beside them. What a legal hold keeps is passed by; a release begins anew. Each step is one transaction with
 * its record entry and goes on where the last one ended. Answers how many values went.
 */
export async function expirePersonal(db: Database, rules: readonly RetentionRule[], now: Date, entries = entriesAtOnce): Promise<number> {
  let gone = 0
  for (const kind of Object.keys(recordKinds)) {
    const days = retentionDays(rules, kind)
    if (days === undefined) continue
    for (let step = await expireStep(db, kind, after(now, -minutes(days * 24 * 60)), now, entries); step.entries > 0; ) {
      gone += step.values
      if (step.entries < entries) break
      step = await expireStep(db, kind, after(now, -minutes(days * 24 * 60)), now, entries)
    }
  }
  return gone
}

type Old = { id: string; occurredAt: Date; requestId: string | null; held: boolean }

async function expireStep(db: Database, kind: string, until: Date, now: Date, entries: number): Promise<{ entries: number; values: number }> {
  return db.$transaction(async (tx) => {
    await lockForgetting(tx)
    const old = await oldest(tx, kind, until, entries)
    const last = old.at(-1)
    if (!last) return { entries: 0, values: 0 }
    const free = old.filter(({ held }) => !held)
    const { count: values } = await tx.recordCommitment.deleteMany({ where: { entryId: { in: free.map(({ id }) => id) } } })
    await expireRows(tx, kind, free.flatMap(({ requestId }) => requestId ?? []))
    const reached = { occurredAt: last.occurredAt, entryId: last.id }
    await tx.retentionReach.upsert({ where: { kind }, create: { kind, ...reached }, update: reached })
    if (values > 0) await appendEntry(tx, { kind: 'retention.applied', occurredAt: now, facts: { kind, until: last.occurredAt.toISOString(), values } })
    return { entries: old.length, values }
  })
}

/** Entries of a kind in their order, from where the last step ended; `held` where a hold is on whom they are about. */
function oldest(tx: Transaction, kind: string, until: Date, take: number): Promise<Old[]> {
  return tx.$queryRaw<Old[]>`
    SELECT e.id::text, e."occurredAt", e."requestId"::text, EXISTS (
        SELECT FROM legal_hold h WHERE h."releasedAt" IS NULL
          AND (h."personId" IS NULL OR h."personId" = e."actorId" OR h."personId"::text = e."subjectId" OR h."personId" = r."personId")
      ) AS held
    FROM record_entry e LEFT JOIN request r ON r.id = e."requestId" LEFT JOIN retention_reach reach ON reach.kind = ${kind}
    WHERE e.kind = ${kind} AND e."occurredAt" < ${until}::timestamptz
      AND e."occurredAt" >= coalesce(reach."occurredAt", '-infinity'::timestamptz)
      AND (reach.kind IS NULL OR (e."occurredAt", e.id) > (reach."occurredAt", reach."entryId"))
    ORDER BY e."occurredAt", e.id LIMIT ${take}`
}

/** The words that a kind's entries committed to, where they stand in tables as well. */
async function expireRows(tx: Transaction, kind: string, requestIds: readonly string[]): Promise<void> {
  const ids = [...new Set(requestIds)]
  if (ids.length === 0) return
  if (kind === 'request.created' || kind === 'request.emergency' || kind === 'request.extension') {
    await tx.request.updateMany({ where: { id: { in: ids }, state: { not: 'pending' } }, data: { justification: noLongerKept, ticketReference: null } })
    await tx.request.updateMany({ where: { id: { in: ids }, state: { not: 'pending' }, incidentReference: { not: null } }, data: { incidentReference: noLongerKept } })
  } else if (kind.startsWith('request.') && kind !== 'request.emergency.reviewed') await tx.decision.updateMany({ where: { requestId: { in: ids } }, data: { reason: null } })
  else if (kind === 'request.emergency.reviewed') await tx.emergencyReview.updateMany({ where: { requestId: { in: ids }, note: { not: null } }, data: { note: noLongerKept } })
  else if (kind.startsWith('grant.')) await tx.grant.updateMany({ where: { requestId: { in: ids }, endNote: { not: null }, state: 'ended' }, data: { endNote: noLongerKept } })
}
