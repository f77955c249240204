import { chainHash, genesisHash, linkHash } from '../chain.ts'
import type { Anchors } from './anchors.ts'

export type Break = { brokenAt: string; /** The entry at that place, where one stands there. */ entryId?: string; why: string }
export type ChainVerdict =
  | {
      whole: true
      entries: number
      /** Up to here a checkpoint vouches for the chain; what comes after is not anchored yet. */
      anchoredUpTo: number
    }
  | ({ whole: false } & Break)

/**
 * Follows a chain entry by entry and compares it with every checkpoint. Names the first place that differs. Where all
 * hashes after a change were computed anew, that place is the first checkpoint after it.
 */
export class ChainVerifier {
  readonly #anchors: Anchors
  #hash: string
  #last: bigint
  #anchored = 0n

  constructor(anchors: Anchors, start: { sequence: bigint; hash: string } = { sequence: 0n, hash: genesisHash }) {
    this.#anchors = anchors
    this.#last = start.sequence
    this.#hash = start.hash
    if (start.sequence > 0n && anchors.judge(start.sequence, start.hash) === 'same') this.#anchored = start.sequence
  }

  get last(): bigint {
    return this.#last
  }
  /** In hex, as everywhere here. */
  get hash(): string {
    return this.#hash
  }
  get anchored(): bigint {
    return this.#anchored
  }

  /** The next entry with its bytes, and the hash that is written beside it. */
  entry(sequence: bigint, entryId: string, body: Uint8Array, statedHash: string): Break | undefined {
    const broken = this.#misplaced(sequence, entryId)
    if (broken) return broken
    this.#hash = chainHash(sequence, this.#hash, entryId, body)
    this.#last = sequence
    if (this.#hash !== statedHash) return { brokenAt: String(sequence), entryId, why: 'The entry is not what was sealed.' }
    return this.#compare(entryId)
  }

  /** The next entry, of which only the hashes are told. */
  link(sequence: bigint, idHash: string, bodyHash: string): Break | undefined {
    const broken = this.#misplaced(sequence)
    if (broken) return broken
    this.#hash = linkHash(sequence, this.#hash, idHash, bodyHash)
    this.#last = sequence
    return this.#compare()
  }

  /** Numbers follow each other without a gap. */
  #misplaced(sequence: bigint, entryId?: string): Break | undefined {
    const expected = this.#last + 1n
    if (sequence === expected) return undefined
    if (sequence < expected) return { brokenAt: String(sequence), ...(entryId ? { entryId } : {}), why: 'A number stands in the chain twice.' }
    return { brokenAt: String(expected), why: 'A sealed entry is missing.' }
  }

  #compare(entryId?: string): Break | undefined {
    const judged = this.#anchors.judge(this.#last, this.#hash)
    if (judged === 'same') this.#anchored = this.#last
    if (judged !== 'other') return undefined
    const first = this.#anchored + 1n
    const between = first === this.#last ? '' : ` What was changed lies between ${first} and ${this.#last}.`
    return { brokenAt: String(this.#last), ...(entryId ? { entryId } : {}), why: `The chain differs from the checkpoint outside the database.${between}` }
  }

  /** After the last entry: whether the chain reaches as far as its checkpoints. */
  end(): ChainVerdict {
    if (this.#anchors.furthest > this.#last) return { whole: false, brokenAt: String(this.#last + 1n), why: 'Entries up to a checkpoint are missing at the end.' }
    return { whole: true, entries: Number(this.#last), anchoredUpTo: Number(this.#anchored) }
  }
}
