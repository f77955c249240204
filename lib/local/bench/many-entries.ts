import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from } from 'pg-copy-streams'
import { newId } from '#lib/db/new-id.ts'
import { canonicalJson } from '#lib/record/canonical-json.ts'
import { chainHash, commitment, genesisHash } from '#lib/record/chain.ts'

const atOnce = 20_000

/**
 * A record of `count` entries, chained as the sealer chains them, each with a reason behind a commitment: rows to measure
 * verification and files on, written past the application. The record must be empty.
 */
export async function fillEntries(ownerUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id::text FROM person ORDER BY id LIMIT 1')
    const actor = rows[0]?.id ?? null
    let previous = genesisHash
    for (let first = 1; first <= count; first += atOnce) {
      const lines = { entry: '', commitment: '', seal: '' }
      for (let sequence = first; sequence < Math.min(first + atOnce, count + 1); sequence += 1) previous = addLines(lines, sequence, previous, actor)
      await copyInto(client, 'record_entry (id, "occurredAt", kind, "actorId", "subjectId", body)', lines.entry)
      await copyInto(client, 'record_commitment ("entryId", field, salt, value)', lines.commitment)
      await copyInto(client, 'record_seal (sequence, "entryId", "previousHash", hash, "sealedAt")', lines.seal)
    }
    await client.query('VACUUM ANALYZE record_entry, record_commitment, record_seal')
  } finally {
    await client.end()
  }
}

const kinds = ['request.created', 'request.approved', 'grant.active', 'lease.minted', 'grant.ended']
const start = Date.parse('2026-01-01T00:00:00Z')

function addLines(lines: Record<'entry' | 'commitment' | 'seal', string>, sequence: number, previous: string, actor: string | null): string {
  const id = newId()
  const salt = randomBytes(16)
  const occurredAt = new Date(start + sequence * 1_000).toISOString()
  const kind = kinds[sequence % kinds.length] as string
  const subject = `account-${sequence % 1_000}-role-${sequence % 5}`
  const reason = `Looking at what went wrong with order ${sequence}`
  const facts = { code: `R-${sequence}`, durationMinutes: 60, profile: subject }
  const body = Buffer.from(canonicalJson({ version: 1, id, kind, occurredAt, actor, subject, request: null, grant: null, facts, personal: { reason: commitment(salt, 'reason', reason) } }))
  const hash = chainHash(BigInt(sequence), previous, id, body)
  lines.entry += `${id}\t${occurredAt}\t${kind}\t${actor ?? '\\N'}\t${subject}\t\\\\x${body.toString('hex')}\n`
  lines.commitment += `${id}\treason\t\\\\x${salt.toString('hex')}\t${reason}\n`
  lines.seal += `${sequence}\t${id}\t\\\\x${previous}\t\\\\x${hash}\t${occurredAt}\n`
  return hash
}

async function copyInto(client: pg.Client, table: string, text: string): Promise<void> {
  await pipeline(Readable.from([Buffer.from(text)]), client.query(from(`COPY ${table} FROM STDIN`)))
}
