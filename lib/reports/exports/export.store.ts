import type { Database, Transaction } from '#lib/db/client.ts'
import type { ExportJob } from '#lib/db/generated/client.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'

/** What pages that show exports listen for. */
export const liveTopic = 'export'

/** Tells open pages, in the transaction that changed something. */
export async function tellPages(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${liveChannel}, ${liveTopic})`
}

/** Takes the making of an export over from whoever had it; undefined where it is finished or gone. */
export async function claimExport(db: Database, id: string, now: Date): Promise<ExportJob | undefined> {
  const [claimed] = await db.exportJob.updateManyAndReturn({ where: { id, state: { in: ['waiting', 'running'] } }, data: { state: 'running', claim: { increment: 1 }, beatAt: now } })
  return claimed
}

/** That somebody else makes it now, or nobody wants it any more. */
export class Overtaken extends Error {}

type Claim = Pick<ExportJob, 'id' | 'claim'>

/** Changes an export for whoever still holds its claim. Throws `Overtaken` for anybody else. */
export async function whileHeld(tx: Transaction | Database, { id, claim }: Claim, data: Parameters<Database['exportJob']['updateMany']>[0]['data']): Promise<void> {
  const { count } = await tx.exportJob.updateMany({ where: { id, claim, state: 'running' }, data })
  if (count !== 1) throw new Overtaken('The export is not ours any more.')
}

/** Drops what was made of it, to begin anew. */
export async function beginAnew(db: Database, job: Claim): Promise<void> {
  await db.$transaction(async (tx) => {
    await whileHeld(tx, job, { cursor: null, chunks: 0, rows: 0, bytes: 0, restarts: { increment: 1 } })
    await tx.exportChunk.deleteMany({ where: { exportId: job.id } })
  })
}

export type Progress = { chunks: number; rows: bigint; bytes: bigint; cursor: string | null }

/** Keeps a chunk together with how far the export is: both or neither. */
export async function keepChunk(db: Database, job: Claim, before: Progress, chunk: { bytes: Buffer; rows: number; cursor: string | null }, now: Date): Promise<Progress> {
  const reached = { chunks: before.chunks + 1, rows: before.rows + BigInt(chunk.rows), bytes: before.bytes + BigInt(chunk.bytes.length), cursor: chunk.cursor }
  await db.$transaction(async (tx) => {
    await whileHeld(tx, job, { ...reached, beatAt: now })
    await tx.exportChunk.create({ data: { exportId: job.id, index: before.chunks, start: before.bytes, bytes: new Uint8Array(chunk.bytes) } })
    await tellPages(tx)
  })
  return reached
}

const chunksAtOnce = 4

/** The bytes of an export from `first` to `last`, both included, a chunk at a time. */
export async function* readChunks(db: Database, exportId: string, first: bigint, last: bigint): AsyncGenerator<Uint8Array> {
  const holder = await db.exportChunk.findFirst({ where: { exportId, start: { lte: first } }, orderBy: { index: 'desc' }, select: { index: true } })
  for (let index = holder?.index ?? 0; ; ) {
    const chunks = await db.exportChunk.findMany({ where: { exportId, index: { gte: index }, start: { lte: last } }, orderBy: { index: 'asc' }, take: chunksAtOnce })
    for (const { start, bytes } of chunks) {
      const from = first > start ? Number(first - start) : 0
      yield bytes.subarray(from, Math.min(bytes.length, Number(last - start) + 1))
    }
    if (chunks.length < chunksAtOnce) return
    index = (chunks.at(-1)?.index ?? index) + 1
  }
}
