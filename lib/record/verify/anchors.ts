import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { checkpointFault, type KeyRing } from './key-ring.ts'

export type Fault = { brokenAt: string; why: string }

/** Checkpoints by the entry they vouch for. Every one counts: a second one with another hash is a chain rewritten and anchored anew. */
export class Anchors {
  readonly #ring: KeyRing
  readonly #hashes = new Map<bigint, string[]>()
  #furthest = 0n
  #fault: Fault | undefined

  constructor(checkpoints: readonly Checkpoint[], ring: KeyRing) {
    this.#ring = ring
    for (const checkpoint of checkpoints) this.add(checkpoint)
  }

  /** A checkpoint whose signature does not hold becomes the `fault`. */
  add(checkpoint: Checkpoint): void {
    const sequence = BigInt(checkpoint.sequence)
    const known = this.#hashes.get(sequence)
    const why = checkpointFault(checkpoint, this.#ring)
    if (why) this.#fault ??= { brokenAt: checkpoint.sequence, why }
    if (known) known.push(checkpoint.hash)
    else this.#hashes.set(sequence, [checkpoint.hash])
    if (sequence > this.#furthest) this.#furthest = sequence
  }

  /** The first checkpoint that does not count. */
  get fault(): Fault | undefined {
    return this.#fault
  }
  get furthest(): bigint {
    return this.#furthest
  }

  /** What the checkpoints say of the hash (hex) after an entry: nothing, that it is the one, or that it is another. */
  judge(sequence: bigint, hash: string): 'none' | 'same' | 'other' {
    const hashes = this.#hashes.get(sequence)
    if (!hashes) return 'none'
    return hashes.every((expected) => expected === hash) ? 'same' : 'other'
  }
}
