import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** What a session token says. AWS's is opaque as well; everything a call's authorization needs travels in it. */
export type SessionClaims = {
  readonly accessKeyId: string
  readonly kind: 'assumed-role' | 'user'
  readonly accountId: string
  /** The role's ARN, or the user's for `GetSessionToken`. */
  readonly issuerArn: string
  readonly issuerId: string
  readonly issuerName: string
  readonly sessionName: string
  readonly sourceIdentity?: string
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly policy?: string
  readonly policyArns: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
  /** Assumed with credentials that were a role session already: at most one hour, no `SessionDuration` in the console. */
  readonly chained: boolean
  readonly mfa: boolean
  readonly webIdentity?: { readonly provider: string; readonly subject: string }
  /** Credentials that the console uses on behalf of a signed-in session. */
  readonly fromConsole?: boolean
  /** Whose session it is, where Identity Center opened it. */
  readonly identityStoreUserId?: string
}

export type SessionSealer = {
  seal(claims: SessionClaims): { secretAccessKey: string; sessionToken: string }
  /** Undefined for a token that this stack did not make, or that anybody changed. */
  open(sessionToken: string): SessionClaims | undefined
  secretOf(accessKeyId: string): string
  /** The same for other secrets in transit; what was sealed for one purpose opens for no other. */
  sealFor(purpose: string, value: unknown): string
  openFor(purpose: string, token: string): unknown
}

/** AES-256-GCM: nobody without the key reads or changes a token, and nothing about a session needs to be stored. */
export function createSessionSealer(key: Buffer): SessionSealer {
  const secretOf = (accessKeyId: string) => createHmac('sha256', key).update(`secret:${accessKeyId}`).digest('base64').slice(0, 40)
  const sealFor = (purpose: string, value: unknown) => encrypt(key, purpose, JSON.stringify(value))
  const openFor = (purpose: string, token: string): unknown => {
    const text = decrypt(key, purpose, token)
    return text === undefined ? undefined : JSON.parse(text)
  }
  return {
    secretOf,
    sealFor,
    openFor,
    seal: (claims) => ({ secretAccessKey: secretOf(claims.accessKeyId), sessionToken: sealFor('session', claims) }),
    open: (sessionToken) => openFor('session', sessionToken) as SessionClaims | undefined,
  }
}

function encrypt(key: Buffer, purpose: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

function decrypt(key: Buffer, purpose: string, token: string): string | undefined {
  const bytes = Buffer.from(token, 'base64')
  if (bytes.length < 29 || bytes.toString('base64') !== token) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(purpose))
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
