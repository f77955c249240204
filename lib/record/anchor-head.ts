import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Database } from '#lib/db/client.ts'

export type Checkpoint = { sequence: string; hash: string; signedAt: string; keyId: string; signature: string }

/** A key's id: the first 16 hex digits of the SHA-256 of its public part (SPKI, DER). */
export function signingKeyId(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16)
}

const signedText = (sequence: string, hash: string, signedAt: string, keyId: string): Buffer =>
  Buffer.from(`latchkey checkpoint v1\n${sequence}\n${hash}\n${signedAt}\n${keyId}\n`)

/** Whether `checkpoint` was signed by the private part of `publicKey` (Ed25519, RFC 8032). */
export function verifyCheckpoint(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  const { sequence, hash, signedAt, keyId, signature } = checkpoint
  return verify(null, signedText(sequence, hash, signedAt, keyId), publicKey, Buffer.from(signature, 'base64'))
}

/**
 * Signs the chain's head and appends it to `checkpointFile` (one JSON object a line, synced to disk) before it is noted
 * in the database: a checkpoint that the database knows exists outside it. Returns undefined when the head is anchored.
 */
export async function anchorHead(
  db: Database,
  { signingKey, checkpointFile }: { signingKey: KeyObject; checkpointFile: string },
  now: Date,
): Promise<Checkpoint | undefined> {
  const head = await db.recordSeal.findFirst({ orderBy: { sequence: 'desc' } })
  const anchored = await db.recordCheckpoint.findFirst({ orderBy: { sequence: 'desc' } })
  if (!head || head.sequence === anchored?.sequence) return undefined
  const keyId = signingKeyId(signingKey)
  const hash = Buffer.from(head.hash).toString('hex')
  const text = signedText(String(head.sequence), hash, now.toISOString(), keyId)
  const signature = sign(null, text, signingKey)
  const checkpoint = { sequence: String(head.sequence), hash, signedAt: now.toISOString(), keyId, signature: signature.toString('base64') }
  await appendLine(checkpointFile, JSON.stringify(checkpoint))
  await db.recordCheckpoint.createMany({
    data: [{ sequence: head.sequence, hash: head.hash, signedAt: now, keyId, signature }],
    skipDuplicates: true,
  })
  return checkpoint
}

async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600)
  try {
    await handle.appendFile(`${line}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
