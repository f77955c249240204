import { createHash } from 'node:crypto'

const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer<ArrayBuffer> => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return Buffer.from(hash.digest())
}

/** The hash before the first entry: of a fixed text, so that an empty chain has a known head. */
export const genesisHash: Buffer = sha256('latchkey record v1')

/**
 * The chain's hash after an entry: SHA-256 over a domain tag, the sequence number (8 bytes, big endian), the previous
 * hash, the entry's id and the hash of its canonical bytes. Fixed-length parts leave no two readings of one input.
 */
export function chainHash(sequence: bigint, previousHash: Uint8Array, entryId: string, body: Uint8Array): Buffer<ArrayBuffer> {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(sequence)
  return sha256('latchkey entry v1\n', number, previousHash, sha256(entryId), sha256(body))
}

/** What stands in an entry for a piece of personal data: it can be checked with salt and value, and forgotten without them. */
export function commitment(salt: Uint8Array, field: string, value: string): string {
  return sha256('latchkey commitment v1\n', sha256(field), salt, value).toString('hex')
}
