import { createWriteStream, writeFileSync } from 'node:fs'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { newId } from '#lib/db/new-id.ts'
import { canonicalJson } from '#lib/record/canonical-json.ts'
import { chainHash, commitment, genesisHash } from '#lib/record/chain.ts'
import { signCheckpoint } from '#lib/record/checkpoints/checkpoint.ts'
import { FileLines, entryLines, checkpointLine } from '#lib/record/file/record-file.ts'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
writeFileSync('/tmp/zz-key.pem', publicKey.export({ type: 'spki', format: 'pem' }))
const lines = new FileLines(privateKey)
const kinds = ['request.created', 'request.approved', 'grant.active', 'lease.minted', 'grant.ended']
const start = Date.parse('2026-01-01T00:00:00Z')
const actor = newId()
const count = 1_000_000
const checkpoints: unknown[] = []
async function* all() {
  yield lines.head('whole', new Date())
  let previous = genesisHash
  for (let first = 1; first <= count; first += 5000) {
    const out: string[] = []
    for (let sequence = first; sequence < first + 5000; sequence++) {
      const id = newId(), salt = randomBytes(16)
      const subject = `account-${sequence % 1_000}-role-${sequence % 5}`
      const reason = `Looking at what went wrong with order ${sequence}`
      const facts = { code: `R-${sequence}`, durationMinutes: 60, profile: subject }
      const body = Buffer.from(canonicalJson({ version: 1, id, kind: kinds[sequence % 5] as string, occurredAt: new Date(start + sequence * 1000).toISOString(), actor, subject, request: null, grant: null, facts, personal: { reason: commitment(salt, 'reason', reason) } }))
      const hash = chainHash(BigInt(sequence), previous, id, body)
      previous = hash
      out.push(...entryLines({ sequence: BigInt(sequence), entryId: id, hash: Buffer.from(hash, 'hex'), body, values: [{ field: 'reason', salt, value: reason }] }))
      if (sequence % 10000 === 0) checkpoints.push(signCheckpoint({ sequence: String(sequence), hash }, privateKey, new Date()))
    }
    yield lines.take(out)
  }
  yield lines.end()
}
await pipeline(Readable.from(all()), createWriteStream('/tmp/zz-record.txt'))
writeFileSync('/tmp/zz-checkpoints.json', JSON.stringify(checkpoints))
