import { randomBytes } from 'node:crypto'
import { storableText } from '#lib/config/typed-text.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { canonicalJson, type Json } from './canonical-json.ts'
import { commitment } from './chain.ts'
import { newEntryId } from './entry-id.ts'
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
  const { id, inserts } = entryInserts(entry, Prisma.sql`SELECT 1`)
  // One round trip: every state change of the product waits for this statement.
  await tx.$executeRaw`WITH ${inserts} SELECT id FROM entry`
  return id
}

/**
 * A change and its entry in one statement, which is one transaction: for the few places where a person waits for it.
 * `change` is one INSERT or UPDATE with RETURNING that hits at most one row. Answers that row; when there is none,
 * `undefined`, and nothing is written.
 */
export async function changeWithEntry<Row extends object>(db: Database | Transaction, change: Prisma.Sql, entry: NewEntry): Promise<Row | undefined> {
  const { inserts } = entryInserts(entry, Prisma.sql`SELECT 1 FROM change`)
  const [row] = await db.$queryRaw<Row[]>`WITH change AS (${change}), ${inserts} SELECT * FROM change`
  return row
}

/** The common table expressions that insert an entry once for each row of `condition`. */
function entryInserts(entry: NewEntry, condition: Prisma.Sql): { id: string; inserts: Prisma.Sql } {
  const id = newEntryId()
  const personal = Object.entries(entry.personal ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  const rows = personal.map(([field, value]) => ({ field, salt: randomBytes(16), value: storableText(value) }))
  const body = canonicalJson({
    version: 1,
    id,
    kind: entry.kind,
    occurredAt: entry.occurredAt.toISOString(),
    actor: entry.actorId ?? null,
    subject: entry.subjectId ?? null,
    request: entry.requestId ?? null,
    grant: entry.grantId ?? null,
    facts: entry.facts,
    personal: Object.fromEntries(rows.map((row) => [row.field, commitment(row.salt, row.field, row.value)])),
  })
  const given = JSON.stringify(rows.map(({ field, salt, value }) => ({ field, salt: salt.toString('base64'), value })))
  const inserts = Prisma.sql`
    entry AS (
      INSERT INTO record_entry (id, "occurredAt", kind, "actorId", "subjectId", "grantId", "requestId", body)
      SELECT ${id}::uuid, ${entry.occurredAt}::timestamptz, ${entry.kind}, ${entry.actorId ?? null}::uuid, ${entry.subjectId ?? null},
        ${entry.grantId ?? null}::uuid, ${entry.requestId ?? null}::uuid, ${Buffer.from(body)}::bytea FROM (${condition}) AS changed
      RETURNING id
    ), personal AS (
      INSERT INTO record_commitment ("entryId", field, salt, value)
      SELECT entry.id, field, decode(salt, 'base64'), value FROM entry,
        jsonb_to_recordset(${given}::jsonb) AS given(field text, salt text, value text)
    ), pending AS (
      INSERT INTO record_pending ("entryId") SELECT id FROM entry
    )`
  return { id, inserts }
}
