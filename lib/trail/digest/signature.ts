import { createPublicKey, verify } from 'node:crypto'
import type { Digest } from './read-digest.ts'

/**
 * What CloudTrail signs: end time, S3 path, SHA-256 of the uncompressed digest, and the signature of the digest before,
 * or `null`. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
export const signedText = (digest: Digest, hash: string): string =>
  [digest.endTime, `${digest.bucket}/${digest.key}`, hash, digest.previous?.signature ?? 'null'].join('\n')

/** Whether a signature (hexadecimal) is of this text by this key (DER, PKCS #1, base64). Total: what cannot be one is not. */
export function isSigned(text: string, signature: string, publicKey: string): boolean {
  if (!/^(?:[\da-f]{2})+$/i.test(signature)) return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'pkcs1' })
    return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'hex'))
  } catch {
    return false
  }
}
