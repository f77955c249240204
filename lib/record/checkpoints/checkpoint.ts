import { type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { publicKeyText, signingKeyId } from '../signing-key.ts'

export const checkpointSchema = z.object({
  sequence: z.string().regex(/^\d{1,16}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  signedAt: z.string(),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  signature: z.string(),
})
/** The chain's hash after an entry, signed. */
export type Checkpoint = z.infer<typeof checkpointSchema>

const checkpointText = ({ sequence, hash, signedAt, keyId }: Omit<Checkpoint, 'signature'>): Buffer =>
  Buffer.from(`latchkey checkpoint v1\n${sequence}\n${hash}\n${signedAt}\n${keyId}\n`)

/** Signs the chain's hash (hex) after entry `sequence` (Ed25519, RFC 8032). */
export function signCheckpoint({ sequence, hash }: { sequence: string; hash: string }, signingKey: KeyObject, now: Date): Checkpoint {
  const unsigned = { sequence, hash, signedAt: now.toISOString(), keyId: signingKeyId(signingKey) }
  return { ...unsigned, signature: sign(null, checkpointText(unsigned), signingKey).toString('base64') }
}

/** Whether `checkpoint` was signed by the private part of `publicKey`. */
export function verifyCheckpoint(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  return verify(null, checkpointText(checkpoint), publicKey, Buffer.from(checkpoint.signature, 'base64'))
}

export const successionSchema = z.object({
  /** Public keys, SPKI in base64. */
  previous: z.string(),
  next: z.string(),
  /** The last entry that had been sealed: the previous key signs nothing beyond it. */
  sequence: z.string().regex(/^\d{1,16}$/),
  signedAt: z.string(),
  byPrevious: z.string(),
  byNext: z.string(),
})
/** A key handing over to the next, signed by both: whoever trusts one of them can trust the other. */
export type Succession = z.infer<typeof successionSchema>

const successionText = ({ previous, next, sequence, signedAt }: Pick<Succession, 'previous' | 'next' | 'sequence' | 'signedAt'>): Buffer =>
  Buffer.from(`latchkey succession v1\n${previous}\n${next}\n${sequence}\n${signedAt}\n`)

export function signSuccession(previous: KeyObject, next: KeyObject, sequence: string, now: Date): Succession {
  const unsigned = { previous: publicKeyText(previous), next: publicKeyText(next), sequence, signedAt: now.toISOString() }
  const text = successionText(unsigned)
  return { ...unsigned, byPrevious: sign(null, text, previous).toString('base64'), byNext: sign(null, text, next).toString('base64') }
}

/** Whether both keys that a succession names signed it. */
export function verifySuccession(succession: Succession, { previous, next }: { previous: KeyObject; next: KeyObject }): boolean {
  const text = successionText(succession)
  return verify(null, text, previous, Buffer.from(succession.byPrevious, 'base64')) && verify(null, text, next, Buffer.from(succession.byNext, 'base64'))
}
