import { type CopiedRow, copyRows, int8, maybeText, moment, text, uuid } from '#lib/db/copy-rows.ts'
import type { Database } from '#lib/db/client.ts'
import type { Columns, PersonalValue } from '../verify/entry-words.ts'

/** A seal with the entry it stands for; `entry` is null where that row is gone. */
export type SealedRow = { sequence: bigint; entryId: string; previousHash: Buffer; hash: Buffer; entry: { body: Buffer; columns: Columns } | null; values: readonly PersonalValue[] }

const atOnce = 20_000n

/** The sealed entries from number `from` to `to`, in the chain's order, with the personal values that still exist. */
export async function* sealedRows(db: Database, from: bigint, to: bigint): AsyncGenerator<SealedRow[]> {
  for (let first = from; first <= to; first += atOnce) {
    const last = first + atOnce - 1n < to ? first + atOnce - 1n : to
    const range = `s.sequence BETWEEN ${first} AND ${last}`
    const values = await valuesOf(db, range)
    const select = `SELECT s.sequence, s."entryId", s."previousHash", s.hash, e.body, e.id, e.kind, e."occurredAt", e."actorId", e."subjectId", e."requestId", e."grantId"
      FROM record_seal s LEFT JOIN record_entry e ON e.id = s."entryId" WHERE ${range} ORDER BY s.sequence`
    for await (const rows of copyRows(db, select)) yield rows.map((row) => sealedRow(row, values))
  }
}

async function valuesOf(db: Database, range: string): Promise<ReadonlyMap<string, PersonalValue[]>> {
  const values = new Map<string, PersonalValue[]>()
  const select = `SELECT s.sequence, c.field, c.salt, c.value FROM record_seal s JOIN record_commitment c ON c."entryId" = s."entryId" WHERE ${range}`
  for await (const rows of copyRows(db, select)) {
    for (const [sequence, field, salt, value] of rows) {
      const key = String(int8(sequence))
      const list = values.get(key)
      const personal = { field: text(field), salt: salt as Buffer, value: text(value) }
      if (list) list.push(personal)
      else values.set(key, [personal])
    }
  }
  return values
}

function sealedRow([number, entryId, previousHash, hash, body, id, kind, occurredAt, actor, subject, request, grant]: CopiedRow, values: ReadonlyMap<string, PersonalValue[]>): SealedRow {
  const sequence = int8(number)
  const columns = body && { id: uuid(id) as string, kind: text(kind), occurredAt: moment(occurredAt).toISOString(), actor: uuid(actor), subject: maybeText(subject), request: uuid(request), grant: uuid(grant) }
  return {
    sequence,
    entryId: uuid(entryId) as string,
    previousHash: previousHash as Buffer,
    hash: hash as Buffer,
    entry: body && columns ? { body, columns } : null,
    values: values.get(String(sequence)) ?? [],
  }
}
