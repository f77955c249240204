import type { KeyObject } from 'node:crypto'
import type { Database } from '#lib/db/client.ts'
import { type Checkpoint, verifyCheckpoint } from './anchor-head.ts'
import { chainHash, genesisHash } from './chain.ts'

export type ChainVerdict =
  | { whole: true; entries: number; anchoredUpTo: number }
  | { whole: false; brokenAt: string; why: string }

/**
 * Reads the chain from its beginning and compares it with the checkpoints kept outside the database. Names the first
 * sequence number at which something was changed, removed or inserted. Entries after the last checkpoint are whole
 * only as far as nobody rewrote them together with their seals.
 */
export async function verifyChain(db: Database, checkpoints: readonly Checkpoint[], publicKey: KeyObject): Promise<ChainVerdict> {
  const broken = (sequence: bigint | string, why: string): ChainVerdict => ({ whole: false, brokenAt: String(sequence), why })
  const forged = checkpoints.find((checkpoint) => !verifyCheckpoint(checkpoint, publicKey))
  if (forged) return broken(forged.sequence, 'The checkpoint is not signed by the key of this record.')
  const expected = new Map(checkpoints.map((checkpoint) => [checkpoint.sequence, checkpoint.hash]))
  let previousHash: Uint8Array = genesisHash
  let last = 0n
  for (;;) {
    const page = await db.recordSeal.findMany({ where: { sequence: { gt: last } }, orderBy: { sequence: 'asc' }, take: 2_000, include: { entry: true } })
    for (const seal of page) {
      if (seal.sequence !== last + 1n) return broken(last + 1n, 'A sealed entry is missing.')
      const hash = chainHash(seal.sequence, previousHash, seal.entryId, seal.entry.body)
      if (!hash.equals(seal.hash)) return broken(seal.sequence, 'The entry is not what was sealed.')
      const anchor = expected.get(String(seal.sequence))
      if (anchor !== undefined && anchor !== hash.toString('hex')) return broken(seal.sequence, 'The chain differs from the checkpoint outside the database.')
      previousHash = hash
      last = seal.sequence
    }
    if (page.length === 0) break
  }
  const anchoredUpTo = checkpoints.reduce((most, checkpoint) => Math.max(most, Number(checkpoint.sequence)), 0)
  if (anchoredUpTo > Number(last)) return broken(String(last + 1n), 'Entries up to a checkpoint are missing at the end.')
  return { whole: true, entries: Number(last), anchoredUpTo }
}
