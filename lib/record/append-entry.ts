import { randomBytes } from 'node:crypto'
import { storableText } from '#lib/config/typed-text.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { canonicalJson, type Json } from './canonical-json.ts'
import { commitment } from './chain.ts'
import { newId } from '#lib/db/new-id.ts'
import type { RecordKind } from './record-kinds.ts'

export type NewEntry = {
  kind: RecordKind
  occurredAt: Date
  /** The person who acted; absent when the portal itself did. */
  actorId?: string | undefined
  /** What it happened to: the id of a request, grant, sign-in, profile, finding. */
  subjectId?: string | undefined
  requestId?: string | undefined
  grantId?: string | undefined
  /** Facts that name no person. */
  facts: { readonly [key: string]: Json }
  /** Personal data (names, justifications, reasons): committed to with a salt, kept in a deletable row. */
  personal?: { readonly [field: string]: string | null | undefined }
}

/**
 * Appends one line to the record in the caller's transaction, so that a state change and its entry exist together or
 * not at all. Takes no lock; the sealer chains it within a second or so. Returns the entry's id.
 */
export async function appendEntry(tx: Transaction, entry: NewEntry): Promise<string> {
  const [id] = await appendEntries(tx, [entry])
  return id as string
}

/** Appends lines in their order, a few hundred to a statement. Returns their ids. */
export async function appendEntries(tx: Transaction, entries: readonly NewEntry[]): Promise<string[]> {
  const composed = entries.map(compose)
  for (let from = 0; from < composed.length; from += entriesAtOnce) {
    // One round trip: every state change of the product waits for this statement.
    await tx.$executeRaw`WITH ${inserts(composed.slice(from, from + entriesAtOnce), Prisma.sql`true`)} SELECT id FROM entry`
  }
  return composed.map(({ id }) => id)
}

/**
 * What follows from a change of one row and is written in its statement: entries, and inserts of other rooms. Such an
 * insert is a common table expression of its own name that inserts nothing where `change` has no row.
 */
export type Consequences = { entries: readonly NewEntry[]; inserts?: readonly Prisma.Sql[] }

/**
 * A change and what follows from it in one statement, which is one transaction: for the places where a person waits, or
 * a crowd. `change` is one INSERT, UPDATE or SELECT that hits at most one row. Answers that row; when there is none,
 * `undefined`, and nothing is written.
 */
export async function changeWithEntries<Row extends object>(db: Database | Transaction, change: Prisma.Sql, { entries, inserts: others = [] }: Consequences): Promise<Row | undefined> {
  const parts = [...others, inserts(entries.map(compose), Prisma.sql`EXISTS (SELECT FROM change)`)]
  const [row] = await db.$queryRaw<Row[]>`WITH change AS (${change}), ${Prisma.join(parts, ', ')} SELECT * FROM change`
  return row
}

const entriesAtOnce = 500

type ComposedEntry = { id: string; row: Record<string, string | null>; commitments: { entryId: string; field: string; salt: string; value: string }[] }

/** The entry's row, bytes in base64, and its commitments. */
function compose(entry: NewEntry): ComposedEntry {
  const id = newId()
  const personal = Object.entries(entry.personal ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  const salted = personal.map(([field, value]) => ({ field, salt: randomBytes(16), value: storableText(value) }))
  const occurredAt = entry.occurredAt.toISOString()
  const [actorId, subjectId, requestId, grantId] = [entry.actorId ?? null, entry.subjectId ?? null, entry.requestId ?? null, entry.grantId ?? null]
  const body = canonicalJson({
    version: 1,
    id,
    kind: entry.kind,
    occurredAt,
    actor: actorId,
    subject: subjectId,
    request: requestId,
    grant: grantId,
    facts: entry.facts,
    personal: Object.fromEntries(salted.map(({ field, salt, value }) => [field, commitment(salt, field, value)])),
  })
  return {
    id,
    row: { id, occurredAt, kind: entry.kind, actorId, subjectId, grantId, requestId, body: Buffer.from(body).toString('base64') },
    commitments: salted.map(({ field, salt, value }) => ({ entryId: id, field, salt: salt.toString('base64'), value })),
  }
}

/** The common table expressions that insert entries, all or none of them, where `condition` holds. */
function inserts(composed: readonly ComposedEntry[], condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    entry AS (
      INSERT INTO record_entry (id, "occurredAt", kind, "actorId", "subjectId", "grantId", "requestId", body)
      SELECT id, "occurredAt", kind, "actorId", "subjectId", "grantId", "requestId", decode(body, 'base64')
      FROM jsonb_to_recordset(${JSON.stringify(composed.map(({ row }) => row))}::jsonb)
        AS given(id uuid, "occurredAt" timestamptz, kind text, "actorId" uuid, "subjectId" text, "grantId" uuid, "requestId" uuid, body text)
      WHERE ${condition}
      RETURNING id
    ), personal AS (
      INSERT INTO record_commitment ("entryId", field, salt, value)
      SELECT entry.id, field, decode(salt, 'base64'), value FROM entry
      JOIN jsonb_to_recordset(${JSON.stringify(composed.flatMap(({ commitments }) => commitments))}::jsonb)
        AS given("entryId" uuid, field text, salt text, value text) ON given."entryId" = entry.id
    ), pending AS (
      INSERT INTO record_pending ("entryId") SELECT id FROM entry
    )`
}
