import type { KeyObject } from 'node:crypto'
import { type Checkpoint, type Succession, verifyCheckpoint, verifySuccession } from '../checkpoints/checkpoint.ts'
import { parsePublicKey, signingKeyId } from '../signing-key.ts'

type Trusted = { key: KeyObject; /** Beyond this entry the key has handed over. */ until: bigint | null }
/** Keys whose checkpoints count, by id. */
export type KeyRing = ReadonlyMap<string, Trusted>

/**
 * The keys that the given ones vouch for: each succession signed by both of its keys, one of them trusted, makes the
 * other trusted. A statement that does not verify adds nothing.
 */
export function keyRing(given: readonly KeyObject[], successions: readonly Succession[] = []): KeyRing {
  const ring = new Map<string, Trusted>(given.map((key) => [signingKeyId(key), { key, until: null }]))
  const open = new Set(successions.filter(holds))
  for (let before = -1; before !== open.size; ) {
    before = open.size
    for (const succession of open) {
      const [previous, next] = [parsePublicKey(succession.previous), parsePublicKey(succession.next)] as [KeyObject, KeyObject]
      const [previousId, nextId] = [signingKeyId(previous), signingKeyId(next)]
      if (!ring.get(previousId)?.key.equals(previous) && !ring.get(nextId)?.key.equals(next)) continue
      open.delete(succession)
      ring.set(previousId, { key: previous, until: BigInt(succession.sequence) })
      if (!ring.has(nextId)) ring.set(nextId, { key: next, until: null })
    }
  }
  return ring
}

function holds(succession: Succession): boolean {
  const [previous, next] = [parsePublicKey(succession.previous), parsePublicKey(succession.next)]
  return previous !== undefined && next !== undefined && verifySuccession(succession, { previous, next })
}

/** Why a checkpoint does not count; undefined when it does. */
export function checkpointFault(checkpoint: Checkpoint, ring: KeyRing): string | undefined {
  const trusted = ring.get(checkpoint.keyId)
  if (!trusted) return `A checkpoint is signed by key ${checkpoint.keyId}, for which the key given does not vouch.`
  if (!verifyCheckpoint(checkpoint, trusted.key)) return 'The checkpoint is not signed by the key of this record.'
  if (trusted.until !== null && BigInt(checkpoint.sequence) > trusted.until) return `A checkpoint is signed by key ${checkpoint.keyId}, which had handed over to another key before.`
  return undefined
}
