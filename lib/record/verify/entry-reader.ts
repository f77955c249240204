import type { Break, ChainVerifier } from './chain-verifier.ts'

/** Mark, number, id and hash with the tabs between them take 121 letters. */
const longestHead = 128
export const unreadable = 'A line of the file cannot be read.'

/** Reads the lines of a record file that are entries, and follows the chain with them. */
export class EntryReader {
  #at: { brokenAt: string; entryId: string } | undefined
  #entries = 0

  get entries(): number {
    return this.#entries
  }

  /** A mistake beside the entry read last, or before the one that `chain` expects. */
  here(why: string, chain: ChainVerifier | undefined): Break {
    return this.#at ? { ...this.#at, why } : { brokenAt: String((chain?.last ?? 0n) + 1n), why }
  }

  /** Between entries: what is said next is not about the last one. */
  leave(): void {
    this.#at = undefined
  }

  /** Whether a value may stand here: behind its entry. */
  get atEntry(): boolean {
    return this.#at !== undefined
  }

  /** `e  <sequence>  <entry id>  <hash>  <body>`, between `start` and `end`. */
  entry(bytes: Buffer, start: number, end: number, chain: ChainVerifier): Break | undefined {
    const head = bytes.toString('latin1', start + 2, Math.min(end, start + longestHead))
    const idAt = head.indexOf('\t') + 1
    const hashAt = head.indexOf('\t', idAt) + 1
    const bodyAt = head.indexOf('\t', hashAt) + 1
    const number = head.slice(0, Math.max(0, idAt - 1))
    if (idAt === 0 || hashAt === 0 || bodyAt === 0 || !/^\d{1,16}$/.test(number)) return this.here(unreadable, chain)
    const entryId = head.slice(idAt, hashAt - 1)
    this.#at = { brokenAt: number, entryId }
    this.#entries += 1
    return chain.entry(BigInt(number), entryId, bytes.subarray(start + 2 + bodyAt, end), head.slice(hashAt, bodyAt - 1))
  }
}
