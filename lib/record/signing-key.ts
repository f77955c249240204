import { createPublicKey, type KeyObject } from 'node:crypto'
import { sha256 } from './chain.ts'

const publicPart = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key)

/** A key's public part as text: SPKI (RFC 8410) in DER and base64. */
export const publicKeyText = (key: KeyObject): string => publicPart(key).export({ type: 'spki', format: 'der' }).toString('base64')

/** The public key that `publicKeyText` wrote; undefined for any other text, and for another kind of key than Ed25519. */
export function parsePublicKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

/** A key's id: the first 16 hex digits of the SHA-256 of its public part (SPKI, DER). */
export function signingKeyId(key: KeyObject): string {
  return sha256(publicPart(key).export({ type: 'spki', format: 'der' })).slice(0, 16)
}
