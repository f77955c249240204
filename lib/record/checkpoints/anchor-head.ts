import type { KeyObject } from 'node:crypto'
import type { Database, Transaction } from '#lib/db/client.ts'
import { signingKeyId } from '../signing-key.ts'
import { appendLine } from './append-line.ts'
import { type Checkpoint, signCheckpoint } from './checkpoint.ts'

export type AnchorDeps = { signingKey: KeyObject; checkpointFile: string }

/** Any constant works as long as no other advisory lock of the product uses it. */
const anchorLock = 0x1a7c4e02

/**
 * Signs the chain's head and appends it to `checkpointFile` (one JSON object a line, synced to disk) before it is noted
 * in the database: a checkpoint that the database knows exists outside it. One process at a time. Returns undefined when
 * the head is anchored, another process is at it, or this process's key has handed over to the next.
 */
export async function anchorHead(db: Database, { signingKey, checkpointFile }: AnchorDeps, now: Date): Promise<Checkpoint | undefined> {
  return db.$transaction(async (tx) => {
    const [lock] = await tx.$queryRaw<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(${anchorLock}) AS held`
    if (!lock?.held) return undefined
    const keyId = signingKeyId(signingKey)
    const head = await tx.recordSeal.findFirst({ orderBy: { sequence: 'desc' } })
    const anchored = await tx.recordCheckpoint.findFirst({ orderBy: { sequence: 'desc' } })
    if (!head || head.sequence === anchored?.sequence) return undefined
    // A replica of the old release, while the new one runs already.
    if (await tx.recordSuccession.findFirst({ where: { previousKeyId: keyId }, select: { id: true } })) return undefined
    const checkpoint = signCheckpoint({ sequence: String(head.sequence), hash: Buffer.from(head.hash).toString('hex') }, signingKey, now)
    await appendLine(checkpointFile, JSON.stringify(checkpoint))
    await tx.recordCheckpoint.createMany({
      data: [{ sequence: head.sequence, hash: head.hash, signedAt: now, keyId, signature: Buffer.from(checkpoint.signature, 'base64') }],
      skipDuplicates: true,
    })
    return checkpoint
  })
}

/** Waits until nobody anchors, and keeps others from it to the end of the transaction. */
export async function holdAnchoring(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${anchorLock})`
}
