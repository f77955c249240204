import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export type TokenCipher = { seal(token: string): Uint8Array<ArrayBuffer>; open(sealed: Uint8Array): string | undefined }

/**
 * Encrypts provider tokens at rest: AES-256-GCM, a key derived from the portal's secret by HKDF-SHA-256, a random
 * 96-bit nonce a token. A value that was altered, or sealed with another secret, opens to undefined.
 */
export function openTokenCipher(secret: string): TokenCipher {
  const key = Buffer.from(hkdfSync('sha256', secret, 'latchkey', 'provider tokens v1', 32))
  return {
    seal: (token) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()])
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]))
    },
    open: (sealed) => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
        decipher.setAuthTag(sealed.subarray(12, 28))
        return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
