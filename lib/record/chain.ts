import { hash } from 'node:crypto'

// The input's parts have fixed lengths, so they are put together in one place and hashed in one call: at hundreds of
// thousands of entries a second, an object per hash is what costs.
const tag = Buffer.from('latchkey entry v1\n')
const numberAt = tag.length
const previousAt = numberAt + 8
const idAt = previousAt + 32
const bodyAt = idAt + 32
const input = Buffer.alloc(bodyAt + 32)
tag.copy(input)

/** SHA-256 (FIPS 180-4). */
export const sha256 = (data: Uint8Array | string): Buffer<ArrayBuffer> => hash('sha256', data, 'buffer') as Buffer<ArrayBuffer>

/** The hash before the first entry: of a fixed text, so that an empty chain has a known head. */
export const genesisHash: Buffer = sha256('latchkey record v1')

/**
 * The chain's hash after an entry: SHA-256 over a domain tag, the sequence number (8 bytes, big endian), the previous
 * hash, the hash of the entry's id and the hash of its canonical bytes. Fixed-length parts leave no two readings of one
 * input.
 */
export function chainHash(sequence: bigint, previousHash: Uint8Array, entryId: string, body: Uint8Array): Buffer<ArrayBuffer> {
  return linkHash(sequence, previousHash, sha256(entryId), sha256(body))
}

/** `chainHash` of an entry of which only the two hashes (32 bytes each) are told: an excerpt proves its place without it. */
export function linkHash(sequence: bigint, previousHash: Uint8Array, idHash: Uint8Array, bodyHash: Uint8Array): Buffer<ArrayBuffer> {
  input.writeBigUInt64BE(sequence, numberAt)
  input.set(previousHash, previousAt)
  input.set(idHash, idAt)
  input.set(bodyHash, bodyAt)
  return sha256(input)
}

/** What stands in an entry for a piece of personal data: it can be checked with salt and value, and forgotten without them. */
export function commitment(salt: Uint8Array, field: string, value: string): string {
  return hash('sha256', Buffer.concat([commitmentTag, sha256(field), salt, Buffer.from(value)]), 'hex')
}

const commitmentTag = Buffer.from('latchkey commitment v1\n')
