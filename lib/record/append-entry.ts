import { randomBytes } from 'node:crypto'
import { storableText } from '#lib/config/typed-text.ts'
import type { Transaction } from '#lib/db/client.ts'
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
  // One round trip: every state change of the product waits for this statement.
  await tx.$executeRaw`
    WITH entry AS (
      INSERT INTO record_entry (id, "occurredAt", kind, "actorId", "subjectId", "grantId", "requestId", body)
      VALUES (${id}::uuid, ${entry.occurredAt}, ${entry.kind}, ${entry.actorId ?? null}::uuid, ${entry.subjectId ?? null},
        ${entry.grantId ?? null}::uuid, ${entry.requestId ?? null}::uuid, ${Buffer.from(body)})
      RETURNING id
    ), personal AS (
      INSERT INTO record_commitment ("entryId", field, salt, value)
      SELECT entry.id, field, decode(salt, 'base64'), value FROM entry,
        jsonb_to_recordset(${JSON.stringify(rows.map(({ field, salt, value }) => ({ field, salt: salt.toString('base64'), value })))}::jsonb)
          AS given(field text, salt text, value text)
    )
    INSERT INTO record_pending ("entryId") SELECT id FROM entry`
  return id
}
