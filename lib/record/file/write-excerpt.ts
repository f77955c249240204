import type { KeyObject } from 'node:crypto'
import { genesisHash, sha256 } from '../chain.ts'
import { checkpointOf, listSuccessions } from '../checkpoints/checkpoints.queries.ts'
import type { Database } from '#lib/db/client.ts'
import { checkpointLine, entryLines, FileLines, linkLine, startLine, successionLine } from './record-file.ts'
import { type SealedRow, sealedRows } from './sealed-rows.ts'

type Stretch = { from: bigint; to: bigint; wanted: Set<string> }

/**
 * Some entries of the record as a file that proves their place in the chain: each stretch begins and ends where a
 * checkpoint vouches for the chain, and of the entries between only hashes are told. Entries that are not sealed yet are
 * left out; stretches after the last checkpoint end at the chain's head and are not anchored yet. Yields bytes; the caller
 * has checked that its viewer may read these entries.
 */
export async function* writeExcerpt(db: Database, entryIds: AsyncIterable<string> | Iterable<string>, signingKey: KeyObject, now: Date): AsyncGenerator<Buffer> {
  const lines = new FileLines(signingKey)
  yield lines.head('excerpt', now)
  yield lines.take((await listSuccessions(db)).map(successionLine))
  for (const stretch of await stretches(db, await places(db, entryIds))) {
    const start = stretch.from === 0n ? null : await db.recordSeal.findUniqueOrThrow({ where: { sequence: stretch.from } })
    const anchors = await db.recordCheckpoint.findMany({ where: { sequence: { in: [stretch.from, stretch.to] } }, orderBy: { sequence: 'asc' } })
    yield lines.take([...anchors.map((anchor) => checkpointLine(checkpointOf(anchor))), startLine(stretch.from, start ? Buffer.from(start.hash).toString('hex') : genesisHash)])
    for await (const rows of sealedRows(db, stretch.from + 1n, stretch.to)) yield lines.take(rows.flatMap((row) => lined(row, stretch.wanted)))
  }
  yield lines.end()
}

function lined({ entry, ...row }: SealedRow, wanted: ReadonlySet<string>): string[] {
  if (!entry) return []
  return wanted.has(row.entryId) ? entryLines({ ...row, body: entry.body }) : [linkLine(row.sequence, sha256(row.entryId), sha256(entry.body))]
}

type Place = { sequence: bigint; entryId: string }
const atOnce = 5_000

async function places(db: Database, entryIds: AsyncIterable<string> | Iterable<string>): Promise<Place[]> {
  const found: Place[] = []
  let batch: string[] = []
  const look = async (): Promise<void> => {
    found.push(...(await db.recordSeal.findMany({ where: { entryId: { in: batch } }, select: { sequence: true, entryId: true } })))
    batch = []
  }
  for await (const id of entryIds) if (batch.push(id) === atOnce) await look()
  await look()
  return found.toSorted((one, other) => (one.sequence < other.sequence ? -1 : 1))
}

/** The stretches between checkpoints that hold the places, each once, in order. */
async function stretches(db: Database, all: readonly Place[]): Promise<Stretch[]> {
  const found: Stretch[] = []
  for (const { sequence, entryId } of all) {
    const last = found.at(-1)
    if (last && sequence <= last.to) last.wanted.add(entryId)
    else found.push(await stretchOf(db, sequence, entryId))
  }
  return found
}

async function stretchOf(db: Database, sequence: bigint, entryId: string): Promise<Stretch> {
  const [before, after, head] = await Promise.all([
    db.recordCheckpoint.findFirst({ where: { sequence: { lt: sequence } }, orderBy: { sequence: 'desc' }, select: { sequence: true } }),
    db.recordCheckpoint.findFirst({ where: { sequence: { gte: sequence } }, orderBy: { sequence: 'asc' }, select: { sequence: true } }),
    db.recordSeal.findFirstOrThrow({ orderBy: { sequence: 'desc' }, select: { sequence: true } }),
  ])
  return { from: before?.sequence ?? 0n, to: after?.sequence ?? head.sequence, wanted: new Set([entryId]) }
}
