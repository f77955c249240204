import { createHash, type Hash, type KeyObject, sign, verify } from 'node:crypto'
import type { Checkpoint, Succession } from '../checkpoints/checkpoint.ts'
import { signingKeyId } from '../signing-key.ts'

/**
 * A record file is lines of fields with tabs between them; canonical JSON holds neither a raw tab nor a newline.
 *
 *   latchkey-record  1  whole|excerpt  <when written>  <id of the key that signs the last line>
 *   k  <succession, JSON>
 *   c  <checkpoint, JSON>
 *   s  <sequence>  <hash>                          excerpt: the chain goes on from here, where a checkpoint vouches for it
 *   e  <sequence>  <entry id>  <hash>  <body>      an entry
 *   p  <field>  <salt, hex>  <value, JSON>         a personal value of the entry before, while it exists
 *   l  <sequence>  <hash of the id>  <of the body> excerpt: an entry that is not shown
 *   z  <SHA-256 of all bytes before this line>  <signature>
 */
export const fileMark = 'latchkey-record'
export const fileVersion = '1'
export type FileScope = 'whole' | 'excerpt'

const endText = (digest: string, keyId: string): Buffer => Buffer.from(`latchkey record file v1\n${digest}\n${keyId}\n`)
/** Whether the last line of a file was signed by `publicKey`. */
export const verifyEnd = (digest: string, signature: string, publicKey: KeyObject): boolean => verify(null, endText(digest, signingKeyId(publicKey)), publicKey, Buffer.from(signature, 'base64'))

/** Composes the lines of a file and keeps the digest that its last line signs. */
export class FileLines {
  readonly #hash: Hash = createHash('sha256')
  readonly #signingKey: KeyObject
  constructor(signingKey: KeyObject) {
    this.#signingKey = signingKey
  }

  /** Takes lines (without their ends) into the digest and returns them as bytes. */
  take(lines: readonly string[]): Buffer {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    this.#hash.update(bytes)
    return bytes
  }
  head(scope: FileScope, now: Date): Buffer {
    return this.take([[fileMark, fileVersion, scope, now.toISOString(), signingKeyId(this.#signingKey)].join('\t')])
  }
  end(): Buffer {
    const digest = this.#hash.digest('hex')
    const signature = sign(null, endText(digest, signingKeyId(this.#signingKey)), this.#signingKey).toString('base64')
    return Buffer.from(`z\t${digest}\t${signature}\n`)
  }
}

export const successionLine = (succession: Succession): string => `k\t${JSON.stringify(succession)}`
export const checkpointLine = (checkpoint: Checkpoint): string => `c\t${JSON.stringify(checkpoint)}`
export const startLine = (sequence: bigint, hash: string): string => `s\t${sequence}\t${hash}`
export const linkLine = (sequence: bigint, idHash: string, bodyHash: string): string => `l\t${sequence}\t${idHash}\t${bodyHash}`

type Entry = { sequence: bigint; entryId: string; hash: Buffer; body: Buffer; values: readonly { field: string; salt: Uint8Array; value: string }[] }
/** An entry and the personal values that still exist. */
export function entryLines({ sequence, entryId, hash, body, values }: Entry): string[] {
  const personal = values.map(({ field, salt, value }) => `p\t${field}\t${Buffer.from(salt).toString('hex')}\t${JSON.stringify(value)}`)
  return [`e\t${sequence}\t${entryId}\t${hash.toString('hex')}\t${body.toString('utf8')}`, ...personal]
}
