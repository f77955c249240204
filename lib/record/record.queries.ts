import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'

const whole = { seal: true, commitments: true } satisfies Prisma.RecordEntryInclude
export type ListedEntry = Prisma.RecordEntryGetPayload<{ include: typeof whole }>

export type EntryFilter = {
  /** A kind, or how kinds begin; empty for all. */
  kind: string
  /** One of these people; null for everybody. */
  actorIds: readonly string[] | null
  from: Date | null
  to: Date | null
  /** Words that stand in the subject or in personal data, as they are written; empty for no search. */
  search: string
  /** Requests that the search names by their code. */
  requestIds: readonly string[]
}
/** Where a page of the list begins: after this entry, in the list's order. */
export type EntryCursor = { occurredAt: Date; id: string }

/**
 * Entries newest first, `take` at most, beginning after `cursor`. The caller has checked that its viewer may read the
 * record: this room does not know people.
 */
export async function listEntries(db: Database, filter: EntryFilter, cursor: EntryCursor | null, take: number): Promise<ListedEntry[]> {
  const left = Prisma.join([Prisma.sql`true`, ...conditions(filter), ...afterCursor(cursor)], ' AND ')
  const newest = (where: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT e.id, e."occurredAt" FROM record_entry e WHERE ${left} AND ${where} ORDER BY e."occurredAt" DESC, e.id DESC LIMIT ${take})`
  const search = filter.search.trim()
  // Each place has an index of its own; one condition over all of them would use none.
  const places = search === '' ? [Prisma.sql`true`] : placesOf(search, filter.requestIds)
  const ids = await db.$queryRaw<{ id: string }[]>`SELECT id::text FROM (${Prisma.join(places.map(newest), ' UNION ')}) AS found ORDER BY "occurredAt" DESC, id DESC LIMIT ${take}`
  return db.recordEntry.findMany({ where: { id: { in: ids.map(({ id }) => id) } }, include: whole, orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }] })
}

/** What entries that fit a filter satisfy, of `record_entry e`. */
export function entryCondition(filter: EntryFilter): Prisma.Sql {
  const search = filter.search.trim()
  const found = search === '' ? [] : [Prisma.sql`(${Prisma.join(placesOf(search, filter.requestIds), ' OR ')})`]
  return Prisma.join([Prisma.sql`true`, ...conditions(filter), ...found], ' AND ')
}

function conditions({ kind, actorIds, from, to }: EntryFilter): Prisma.Sql[] {
  return [
    ...(kind ? [Prisma.sql`e.kind LIKE ${`${literal(kind)}%`}`] : []),
    ...(actorIds ? [Prisma.sql`e."actorId" = ANY (${[...actorIds]}::uuid[])`] : []),
    ...(from ? [Prisma.sql`e."occurredAt" >= ${from}::timestamptz`] : []),
    ...(to ? [Prisma.sql`e."occurredAt" < ${to}::timestamptz`] : []),
  ]
}

const afterCursor = (cursor: EntryCursor | null): Prisma.Sql[] => (cursor ? [Prisma.sql`(e."occurredAt", e.id) < (${cursor.occurredAt}::timestamptz, ${cursor.id}::uuid)`] : [])

function placesOf(search: string, requestIds: readonly string[]): Prisma.Sql[] {
  const pattern = `%${literal(search)}%`
  return [
    Prisma.sql`e."subjectId" ILIKE ${pattern}`,
    Prisma.sql`e.id IN (SELECT "entryId" FROM record_commitment WHERE value ILIKE ${pattern})`,
    ...(requestIds.length > 0 ? [Prisma.sql`e."requestId" = ANY (${[...requestIds]}::uuid[])`] : []),
  ]
}

/** Text that LIKE takes as it stands. */
const literal = (text: string): string => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)

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

/** The chain's head, as documents state it; null while nothing is sealed. */
export async function sealedHead(db: Database): Promise<{ sequence: string; hash: string; anchoredUpTo: string } | null> {
  const [seal, checkpoint] = await Promise.all([
    db.recordSeal.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true, hash: true } }),
    db.recordCheckpoint.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true } }),
  ])
  return seal && { sequence: String(seal.sequence), hash: Buffer.from(seal.hash).toString('hex'), anchoredUpTo: String(checkpoint?.sequence ?? 0n) }
}

/** The first checkpoint that covers a sequence number; null while there is none. */
export function findCheckpoint(db: Database, sequence: bigint): Promise<{ sequence: bigint; signedAt: Date; keyId: string } | null> {
  return db.recordCheckpoint.findFirst({ where: { sequence: { gte: sequence } }, orderBy: { sequence: 'asc' }, select: { sequence: true, signedAt: true, keyId: true } })
}
