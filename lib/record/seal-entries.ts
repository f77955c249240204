import type { Database, Transaction } from '#lib/db/client.ts'
import { chainHash, genesisHash } from './chain.ts'

/** Any constant works as long as no other advisory lock of the product uses it. */
const sealerLock = 0x1a7c4e01
export const liveChannel = 'latchkey_live'

/**
 * Chains committed entries that are not sealed yet, oldest first, at most `batch` of them, and returns how many. Only
 * one process seals at a time; another one that tries returns 0 at once. Announces the kinds sealed on the live channel.
 */
export async function sealEntries(db: Database, now: Date, batch = 1_000): Promise<number> {
  return db.$transaction(async (tx) => {
    const [lock] = await tx.$queryRaw<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(${sealerLock}) AS held`
    if (!lock?.held) return 0
    const pending = await tx.$queryRaw<{ id: string; kind: string; body: Uint8Array }[]>`
      SELECT e.id, e.kind, e.body FROM record_pending p JOIN record_entry e ON e.id = p."entryId"
      ORDER BY e."occurredAt", e.id LIMIT ${batch}`
    if (pending.length === 0) return 0
    await chain(tx, pending, now)
    await tx.recordPending.deleteMany({ where: { entryId: { in: pending.map((entry) => entry.id) } } })
    const kinds = [...new Set(pending.map((entry) => entry.kind.split('.')[0]))]
    await tx.$executeRaw`SELECT pg_notify(${liveChannel}, ${kinds.join(',')})`
    return pending.length
  })
}

async function chain(tx: Transaction, pending: readonly { id: string; body: Uint8Array }[], now: Date): Promise<void> {
  const head = await tx.recordSeal.findFirst({ orderBy: { sequence: 'desc' } })
  let sequence = head?.sequence ?? 0n
  let previousHash: Uint8Array = head?.hash ?? genesisHash
  const seals = pending.map((entry) => {
    sequence += 1n
    const hash = chainHash(sequence, previousHash, entry.id, entry.body)
    const seal = { sequence, entryId: entry.id, previousHash: Buffer.from(previousHash), hash, sealedAt: now }
    previousHash = hash
    return seal
  })
  await tx.recordSeal.createMany({ data: seals })
}
