import { type KeyObject, sign, verify } from 'node:crypto'
import { signingKeyId } from './signing-key.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

export type SignedDocument<Content> = { kind: string; content: Content; keyId: string; signature: string }

const signedText = (kind: string, content: unknown, keyId: string): Buffer => Buffer.from(`latchkey ${kind} v1\n${keyId}\n${canonicalJson(content as Json)}\n`)

/** Signs a document with the record's key (Ed25519, RFC 8032), so that it can be shown to be this portal's and unchanged. */
export function signDocument<Content>(kind: string, content: Content, signingKey: KeyObject): SignedDocument<Content> {
  const keyId = signingKeyId(signingKey)
  return { kind, content, keyId, signature: sign(null, signedText(kind, content, keyId), signingKey).toString('base64') }
}

/** Whether a document was signed by the private part of `publicKey`, word for word. */
export function verifyDocument({ kind, content, keyId, signature }: SignedDocument<unknown>, publicKey: KeyObject): boolean {
  return keyId === signingKeyId(publicKey) && verify(null, signedText(kind, content, keyId), publicKey, Buffer.from(signature, 'base64'))
}
