import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '#lib/db/client.ts'
import type { RecordCommitment, RecordEntry } from '#lib/db/generated/client.ts'
import { type Checkpoint, verifyCheckpoint } from './anchor-head.ts'
import { chainHash, commitment, genesisHash } from './chain.ts'

export type ChainVerdict =
  | { whole: true; entries: number; anchoredUpTo: number }
  | { whole: false; brokenAt: string; why: string }

/**
 * Reads the chain from its beginning and compares it with the checkpoints kept outside the database. Names the first
 * sequence number at which something was changed, removed or inserted, also in what is shown beside the sealed bytes. Entries
 * after the last checkpoint are whole only as far as nobody rewrote them together with their seals.
 */
export async function verifyChain(db: Database, checkpoints: readonly Checkpoint[], publicKey: KeyObject): Promise<ChainVerdict> {
  const broken = (sequence: bigint | string, why: string): ChainVerdict => ({ whole: false, brokenAt: String(sequence), why })
  const forged = checkpoints.find((checkpoint) => !verifyCheckpoint(checkpoint, publicKey))
  if (forged) return broken(forged.sequence, 'The checkpoint is not signed by the key of this record.')
  // Every checkpoint counts: a second one with another hash would be a chain that was rewritten and anchored anew.
  const expected = Map.groupBy(checkpoints, (checkpoint) => checkpoint.sequence)
  let previousHash: Uint8Array = genesisHash
  let last = 0n
  for (;;) {
    const page = await db.recordSeal.findMany({ where: { sequence: { gt: last } }, orderBy: { sequence: 'asc' }, take: 2_000, include: { entry: { include: { commitments: true } } } })
    for (const seal of page) {
      if (seal.sequence !== last + 1n) return broken(last + 1n, 'A sealed entry is missing.')
      const hash = chainHash(seal.sequence, previousHash, seal.entryId, seal.entry.body)
      if (!hash.equals(seal.hash)) return broken(seal.sequence, 'The entry is not what was sealed.')
      const anchors = expected.get(String(seal.sequence)) ?? []
      if (anchors.some((anchor) => anchor.hash !== hash.toString('hex'))) return broken(seal.sequence, 'The chain differs from the checkpoint outside the database.')
      const differs = whatDiffers(seal.entry)
      if (differs) return broken(seal.sequence, differs)
      previousHash = hash
      last = seal.sequence
    }
    if (page.length === 0) break
  }
  const anchoredUpTo = checkpoints.reduce((most, checkpoint) => Math.max(most, Number(checkpoint.sequence)), 0)
  if (anchoredUpTo > Number(last)) return broken(String(last + 1n), 'Entries up to a checkpoint are missing at the end.')
  const [loose] = await db.$queryRaw<{ id: string }[]>`
    SELECT e.id::text FROM record_entry e
    WHERE NOT EXISTS (SELECT FROM record_seal s WHERE s."entryId" = e.id) AND NOT EXISTS (SELECT FROM record_pending p WHERE p."entryId" = e.id) LIMIT 1`
  if (loose) return broken(String(last + 1n), `Entry ${loose.id} is neither sealed nor waiting for it.`)
  return { whole: true, entries: Number(last), anchoredUpTo }
}

type WholeEntry = RecordEntry & { commitments: RecordCommitment[] }
const bodySchema = z.looseObject({ personal: z.record(z.string(), z.string()) })

/**
 * What people see of an entry is read from columns beside its bytes, for the sake of lists, and from the values behind
 * its commitments: whether those say what was sealed. A value may be gone (forgotten), never another.
 */
function whatDiffers(entry: WholeEntry): string | undefined {
  const body = bodySchema.parse(JSON.parse(Buffer.from(entry.body).toString('utf8')))
  const { id, kind, actorId, subjectId, requestId, grantId } = entry
  const columns = { id, kind, occurredAt: entry.occurredAt.toISOString(), actor: actorId, subject: subjectId, request: requestId, grant: grantId }
  const column = Object.entries(columns).find(([name, value]) => body[name] !== value)
  if (column) return `The column beside the entry says another ${column[0]} than was sealed.`
  const value = entry.commitments.find(({ salt, field, value: text }) => body.personal[field] !== commitment(salt, field, text))
  return value && `The ${value.field} shown is not what was committed to.`
}
