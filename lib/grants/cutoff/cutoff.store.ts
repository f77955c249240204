import { after, seconds } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { Grant, RoleCutoff } from '#lib/db/generated/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import type { RecordKind } from '#lib/record/record-kinds.ts'
import type { DenialNote } from '../denial-steps.ts'

/** Longer than one step takes, time-outs and retries included; then another process may go on. */
const holdMs = seconds(60)

export type ClaimedCutoff = RoleCutoff & { grant: Grant & { profile: { definition: unknown } } }

/** Takes on a cutoff that is due; `undefined` when it is not, or when another process has it. */
export async function claimCutoff(db: Database, id: string, now: Date): Promise<ClaimedCutoff | undefined> {
  const nextAttemptAt = after(now, holdMs)
  const { count } = await db.roleCutoff.updateMany({ where: { id, closedAt: null, nextAttemptAt: { lte: now } }, data: { nextAttemptAt } })
  if (count !== 1) return undefined
  return db.roleCutoff.findUniqueOrThrow({ where: { id }, include: { grant: { include: { profile: { select: { definition: true } } } } } })
}

/**
 * Writes what a step brought while the claim is held, with its record entry where it has one. `false`, and nothing
 * written, when the claim lapsed and another process took over.
 */
export async function noteCutoff(db: Database, claimed: ClaimedCutoff, { data, event, facts }: DenialNote, now: Date): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.roleCutoff.updateMany({ where: { id: claimed.id, closedAt: null, nextAttemptAt: claimed.nextAttemptAt }, data })
    if (count !== 1) return false
    if (event) await appendCutoffEntry(tx, claimed, `role.cutoff.${event}`, now, { facts: facts ?? {} })
    return true
  })
}

type Told = { facts: { readonly [key: string]: Json }; actorId?: string; reason?: string }

/** The record's line about a role: it is of no grant, though it was asked for from the page of one. */
export async function appendCutoffEntry(tx: Transaction, { id, roleArn }: Pick<RoleCutoff, 'id' | 'roleArn'>, kind: RecordKind, occurredAt: Date, { facts, actorId, reason }: Told): Promise<void> {
  await appendEntry(tx, { kind, occurredAt, actorId, subjectId: roleArn, facts: { cutoff: id, ...facts }, personal: { reason } })
}
