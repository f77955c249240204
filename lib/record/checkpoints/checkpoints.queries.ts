import type { Database, Transaction } from '#lib/db/client.ts'
import { type Checkpoint, type Succession, successionSchema } from './checkpoint.ts'

type Row = { sequence: bigint; hash: Uint8Array; signedAt: Date; keyId: string; signature: Uint8Array }
export const checkpointOf = (row: Row): Checkpoint => ({
  sequence: String(row.sequence),
  hash: Buffer.from(row.hash).toString('hex'),
  signedAt: row.signedAt.toISOString(),
  keyId: row.keyId,
  signature: Buffer.from(row.signature).toString('base64'),
})

/** Checkpoints that the database knows, a page at a time in their order, beginning after `after`. */
export async function listCheckpoints(db: Database | Transaction, after = 0n, take = 5_000): Promise<Checkpoint[]> {
  const rows = await db.recordCheckpoint.findMany({ where: { sequence: { gt: after } }, orderBy: { sequence: 'asc' }, take })
  return rows.map(checkpointOf)
}

export type PlaceReached = { place: string; sequence: string; reference: string | null; lastSuccessAt: Date | null }

/** How far the places beside the checkpoint file have come. */
export async function listPlaces(db: Database): Promise<PlaceReached[]> {
  const rows = await db.recordPlace.findMany({ orderBy: { place: 'asc' } })
  return rows.map(({ sequence, ...row }) => ({ ...row, sequence: String(sequence) }))
}

/** Every handing over of the signing key, in order. */
export async function listSuccessions(db: Database | Transaction): Promise<Succession[]> {
  const rows = await db.recordSuccession.findMany({ orderBy: { signedAt: 'asc' } })
  return rows.map(({ statement }) => successionSchema.parse(statement))
}
