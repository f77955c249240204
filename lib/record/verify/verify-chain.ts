import type { Database } from '#lib/db/client.ts'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { type SealedRow, sealedRows } from '../file/sealed-rows.ts'
import { Anchors } from './anchors.ts'
import { type Break, ChainVerifier, type ChainVerdict } from './chain-verifier.ts'
import { differingColumn, differingValue } from './entry-words.ts'
import type { KeyRing } from './key-ring.ts'

/**
 * Reads the chain from its beginning to the head it finds and compares it with the checkpoints kept outside the database.
 * Names the first sequence number at which something was changed, removed, inserted or moved, also in what is shown beside
 * the sealed bytes. Entries after the last checkpoint are whole only as far as nobody rewrote them together with their
 * seals. `onProgress` hears how many entries held so far.
 */
export async function verifyChain(db: Database, checkpoints: readonly Checkpoint[], ring: KeyRing, onProgress?: (entries: number) => void | Promise<void>): Promise<ChainVerdict> {
  const anchors = new Anchors(checkpoints, ring)
  if (anchors.fault) return { whole: false, ...anchors.fault }
  const verifier = new ChainVerifier(anchors)
  const head = await db.recordSeal.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true } })
  const below = await db.recordSeal.findFirst({ where: { sequence: { lte: 0n } }, select: { sequence: true } })
  if (below) return { whole: false, brokenAt: String(below.sequence), why: 'An entry stands before the first.' }
  for await (const rows of sealedRows(db, 1n, head?.sequence ?? 0n)) {
    for (const row of rows) {
      const broken = verifyRow(verifier, row)
      if (broken) return { whole: false, ...broken }
    }
    await onProgress?.(Number(verifier.last))
  }
  const verdict = verifier.end()
  return verdict.whole ? ((await looseEntry(db, verifier.last)) ?? verdict) : verdict
}

function verifyRow(verifier: ChainVerifier, { sequence, entryId, previousHash, hash, entry, values }: SealedRow): Break | undefined {
  const at = { brokenAt: String(sequence), entryId }
  if (!entry) return { ...at, why: 'The entry is missing; its seal stands without it.' }
  const before = verifier.hash
  const broken = verifier.entry(sequence, entryId, entry.body, hash.toString('hex'))
  if (broken) return broken
  if (before !== previousHash.toString('hex')) return { ...at, why: 'The seal names another entry before it.' }
  const body = entry.body.toString('utf8')
  const column = differingColumn(body, entry.columns)
  if (column) return { ...at, why: `The column beside the entry says another ${column} than was sealed.` }
  const field = differingValue(body, values)
  return field === undefined ? undefined : { ...at, why: `The ${field} shown is not what was committed to.` }
}

/** An entry that nobody sealed and that does not wait for it was put there past the application. */
async function looseEntry(db: Database, last: bigint): Promise<ChainVerdict | undefined> {
  const [loose] = await db.$queryRaw<{ id: string }[]>`
    SELECT e.id::text FROM record_entry e
    WHERE NOT EXISTS (SELECT FROM record_seal s WHERE s."entryId" = e.id) AND NOT EXISTS (SELECT FROM record_pending p WHERE p."entryId" = e.id) LIMIT 1`
  return loose && { whole: false, brokenAt: String(last + 1n), entryId: loose.id, why: `Entry ${loose.id} is neither sealed nor waiting for it.` }
}
