import type { Database, Transaction } from '#lib/db/client.ts'
import { genesisHash, linkHash, sha256 } from './chain.ts'

/** Any constant works as long as no other advisory lock of the product uses it. */
const sealerLock = 0x1a7c4e01
export const liveChannel = 'latchkey_live'

const atOnce = 2_000

/** Chains everything that waits, batch by batch, and returns how many entries that were. */
export async function sealAll(db: Database, now: Date): Promise<number> {
  for (let sealed = 0; ; ) {
    const batch = await sealEntries(db, now)
    sealed += batch
    if (batch < atOnce) return sealed
  }
}

/**
 * Chains committed entries that are not sealed yet, oldest first, at most `batch` of them, and returns how many. Only
 * one process seals at a time; another one that tries returns 0 at once. Announces the kinds sealed on the live channel.
 */
export async function sealEntries(db: Database, now: Date, batch = atOnce): Promise<number> {
  return db.$transaction(async (tx) => {
    const [lock] = await tx.$queryRaw<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(${sealerLock}) AS held`
    if (!lock?.held) return 0
    const pending = await tx.$queryRaw<Pending[]>`
      SELECT e.id, e.kind, encode(sha256(e.body), 'hex') AS "bodyHash" FROM record_pending p JOIN record_entry e ON e.id = p."entryId"
      ORDER BY e."occurredAt", e.id LIMIT ${batch}`
    if (pending.length > 0) await chain(tx, pending, now)
    return pending.length
  })
}

/** The bytes of entries stay where they are: the chain needs their hash alone. */
type Pending = { id: string; kind: string; bodyHash: string }

/** One statement: with a crowd writing, a row at a time would fall behind. */
async function chain(tx: Transaction, pending: readonly Pending[], now: Date): Promise<void> {
  const head = await tx.recordSeal.findFirst({ orderBy: { sequence: 'desc' } })
  let sequence = head?.sequence ?? 0n
  let previous = head ? Buffer.from(head.hash).toString('hex') : genesisHash
  const seals = pending.map(({ id, bodyHash }) => {
    sequence += 1n
    const hash = linkHash(sequence, previous, sha256(id), bodyHash)
    const seal = { sequence: String(sequence), entryId: id, previous, hash }
    previous = hash
    return seal
  })
  const kinds = [...new Set(pending.map(({ kind }) => kind.split('.')[0]))]
  await tx.$executeRaw`
    WITH seal AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) AS given(sequence bigint, "entryId" uuid, previous text, hash text)
    ), sealed AS (
      INSERT INTO record_seal (sequence, "entryId", "previousHash", hash, "sealedAt")
      SELECT sequence, "entryId", decode(previous, 'hex'), decode(hash, 'hex'), ${now}::timestamptz FROM seal
    ), waiting AS (
      DELETE FROM record_pending p USING seal WHERE p."entryId" = seal."entryId"
    )
    SELECT pg_notify(${liveChannel}, ${kinds.join(',')})`
}
