import type { KeyObject } from 'node:crypto'
import type { Database } from '#lib/db/client.ts'
import { listCheckpoints, listSuccessions } from '../checkpoints/checkpoints.queries.ts'
import { checkpointLine, entryLines, FileLines, successionLine } from './record-file.ts'
import { type SealedRow, sealedRows } from './sealed-rows.ts'

/**
 * The whole record as a file that can be verified without this portal: successions, checkpoints that the database knows,
 * every sealed entry, and a signed end, so that a file that was cut off is known as such. Yields bytes as they come;
 * memory stays flat. The caller has checked that its viewer may read the record.
 */
export async function* writeRecordFile(db: Database, signingKey: KeyObject, now: Date): AsyncGenerator<Buffer> {
  const lines = new FileLines(signingKey)
  const head = await db.recordSeal.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true } })
  const last = head?.sequence ?? 0n
  yield lines.head('whole', now)
  yield lines.take((await listSuccessions(db)).map(successionLine))
  for (let after = 0n; ; ) {
    const page = (await listCheckpoints(db, after)).filter(({ sequence }) => BigInt(sequence) <= last)
    if (page.length === 0) break
    yield lines.take(page.map(checkpointLine))
    after = BigInt(page.at(-1)?.sequence ?? 0)
  }
  for await (const rows of sealedRows(db, 1n, last)) yield lines.take(rows.flatMap(lined))
  yield lines.end()
}

/** An entry whose row is gone leaves a gap that the verifier names. */
const lined = ({ entry, ...row }: SealedRow): string[] => (entry ? entryLines({ ...row, body: entry.body }) : [])
