import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export type TokenCipher = { seal(token: string): Uint8Array<ArrayBuffer>; open(sealed: Uint8Array): string | undefined }

/**
 * Encrypts provider tokens at rest: AES-256-GCM, a key derived from the portal's secret by HKDF-SHA-256, a random
 * 96-bit nonce a token. `previousSecrets` open what was sealed before the secret was changed. A value that was altered,
 * or sealed with another secret, opens to undefined.
 */
export function openTokenCipher(secret: string, previousSecrets: readonly string[] = []): TokenCipher {
  const [key, ...previousKeys] = [secret, ...previousSecrets].map(keyOf) as [Buffer, ...Buffer[]]
  return {
    seal: (token) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()])
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]))
    },
    open: (sealed) => {
      for (const candidate of [key, ...previousKeys]) {
        const opened = openWith(candidate, sealed)
        if (opened !== undefined) return opened
      }
      return undefined
    },
  }
}

const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'latchkey', 'provider tokens v1', 32))

function openWith(key: Buffer, sealed: Uint8Array): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(12, 28))
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
