import type { KeyObject } from 'node:crypto'
import { newId } from '#lib/db/new-id.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '../append-entry.ts'
import { signingKeyId } from '../signing-key.ts'
import { type AnchorDeps, holdAnchoring } from './anchor-head.ts'
import { appendLine } from './append-line.ts'
import { signSuccession } from './checkpoint.ts'

export type KeyState =
  /** The key is the one the record was signed with last, or nothing was signed yet. */
  | { state: 'same' }
  /** The previous key handed over: proofs made with it hold under the next one, and the other way round. */
  | { state: 'handed_over'; previousKeyId: string }
  /** Another key without a word of the previous one: proofs need both public keys. */
  | { state: 'unvouched'; previousKeyId: string }
  /** This key has handed over before: it is an old one, and signs nothing. */
  | { state: 'superseded' }

/**
 * Compares the signing key with the one that signed last. Where it is another and `previousKey` is at hand, that one
 * signs the succession, which goes to the checkpoint file before the database. Idempotent; safe beside replicas that
 * still run with the previous key, which anchor nothing from then on.
 */
export async function handOverKey(db: Database, { signingKey, checkpointFile, previousKey }: AnchorDeps & { previousKey?: KeyObject | undefined }, now: Date): Promise<KeyState> {
  const keyId = signingKeyId(signingKey)
  return db.$transaction(async (tx): Promise<KeyState> => {
    await holdAnchoring(tx)
    const [checkpoint, successions] = await Promise.all([tx.recordCheckpoint.findFirst({ orderBy: { sequence: 'desc' }, select: { keyId: true, signedAt: true } }), tx.recordSuccession.findMany({ orderBy: { signedAt: 'asc' } })])
    if (successions.some(({ previousKeyId }) => previousKeyId === keyId)) return { state: 'superseded' }
    const latest = successions.at(-1)
    const lastKeyId = latest && (!checkpoint || latest.signedAt >= checkpoint.signedAt) ? latest.nextKeyId : checkpoint?.keyId
    if (lastKeyId === undefined || lastKeyId === keyId) return { state: 'same' }
    const vouched = previousKey !== undefined && signingKeyId(previousKey) === lastKeyId
    if (!vouched) return { state: 'unvouched', previousKeyId: lastKeyId }
    const head = await tx.recordSeal.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true } })
    const succession = signSuccession(previousKey, signingKey, String(head?.sequence ?? 0n), now)
    await appendLine(checkpointFile, JSON.stringify({ succession }))
    await tx.recordSuccession.create({ data: { id: newId(), previousKeyId: lastKeyId, nextKeyId: keyId, signedAt: now, statement: succession } })
    await appendEntry(tx, { kind: 'record.key.changed', occurredAt: now, facts: { previousKeyId: lastKeyId, keyId } })
    return { state: 'handed_over', previousKeyId: lastKeyId }
  })
}
