import type { Break, ChainVerifier } from './chain-verifier.ts'

const tab = 0x09
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

  /** `e  <sequence>  <entry id>  <hash>  <body>` */
  entry(line: Buffer, chain: ChainVerifier): Break | undefined {
    const idAt = line.indexOf(tab, 2) + 1
    const hashAt = line.indexOf(tab, idAt) + 1
    const bodyAt = line.indexOf(tab, hashAt) + 1
    const number = line.toString('latin1', 2, Math.max(2, idAt - 1))
    if (idAt === 0 || hashAt === 0 || bodyAt === 0 || !/^\d{1,16}$/.test(number)) return this.here(unreadable, chain)
    const entryId = line.toString('latin1', idAt, hashAt - 1)
    const body = line.subarray(bodyAt)
    this.#at = { brokenAt: number, entryId }
    this.#entries += 1
    return chain.entry(BigInt(number), entryId, body, line.toString('latin1', hashAt, bodyAt - 1))
  }
}
