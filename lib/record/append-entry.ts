import { randomBytes } from 'node:crypto'
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
  const rows = personal.map(([field, value]) => ({ entryId: id, field, salt: randomBytes(16), value }))
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
  await tx.recordEntry.create({
    data: {
      id,
      occurredAt: entry.occurredAt,
      kind: entry.kind,
      actorId: entry.actorId ?? null,
      subjectId: entry.subjectId ?? null,
      requestId: entry.requestId ?? null,
      grantId: entry.grantId ?? null,
      body: Buffer.from(body),
    },
  })
  if (rows.length > 0) await tx.recordCommitment.createMany({ data: rows })
  await tx.recordPending.create({ data: { entryId: id } })
  return id
}
