import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'

const whole = { seal: true, commitments: true } satisfies Prisma.RecordEntryInclude
export type ListedEntry = Prisma.RecordEntryGetPayload<{ include: typeof whole }>

export type EntryFilter = { kind: string; actorId: string; from: Date | null; to: Date | null; search: string }
/** Where a page of the list begins: after this entry, in the list's order. */
export type EntryCursor = { occurredAt: Date; id: string }

/**
 * Entries newest first, `take` at most, beginning after `cursor`. The caller has checked that its viewer may read the
 * record: this room does not know people.
 */
export function listEntries(db: Database, filter: EntryFilter, cursor: EntryCursor | null, take: number): Promise<ListedEntry[]> {
  const search = filter.search.trim()
  const and: Prisma.RecordEntryWhereInput[] = [
    ...(filter.kind ? [{ kind: { startsWith: filter.kind } }] : []),
    ...(filter.actorId ? [{ actorId: filter.actorId }] : []),
    ...(filter.from ? [{ occurredAt: { gte: filter.from } }] : []),
    ...(filter.to ? [{ occurredAt: { lt: filter.to } }] : []),
    ...(search ? [{ OR: [{ subjectId: { contains: search } }, { commitments: { some: { value: { contains: search, mode: 'insensitive' as const } } } }] }] : []),
    ...(cursor ? [{ OR: [{ occurredAt: { lt: cursor.occurredAt } }, { occurredAt: cursor.occurredAt, id: { lt: cursor.id } }] }] : []),
  ]
  return db.recordEntry.findMany({ where: { AND: and }, include: whole, orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }], take })
}

export function getEntry(db: Database, id: string): Promise<ListedEntry | null> {
  return db.recordEntry.findUnique({ where: { id }, include: whole })
}

export type ChainHead = { sealed: number; anchored: number; pending: number; lastSealedAt: Date | null; lastAnchoredAt: Date | null }

/** How far the chain reaches, and how much of it is anchored outside the database. */
export async function getChainHead(db: Database): Promise<ChainHead> {
  const [seal, checkpoint, pending] = await Promise.all([
    db.recordSeal.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true, sealedAt: true } }),
    db.recordCheckpoint.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true, signedAt: true } }),
    db.recordPending.count(),
  ])
  return {
    sealed: Number(seal?.sequence ?? 0n),
    anchored: Number(checkpoint?.sequence ?? 0n),
    pending,
    lastSealedAt: seal?.sealedAt ?? null,
    lastAnchoredAt: checkpoint?.signedAt ?? null,
  }
}

/** The first checkpoint that covers a sequence number; null while there is none. */
export function findCheckpoint(db: Database, sequence: bigint): Promise<{ sequence: bigint; signedAt: Date; keyId: string } | null> {
  return db.recordCheckpoint.findFirst({ where: { sequence: { gte: sequence } }, orderBy: { sequence: 'asc' }, select: { sequence: true, signedAt: true, keyId: true } })
}
