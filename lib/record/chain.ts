import { hash } from 'node:crypto'

// The input's parts have fixed lengths, so they are put together in one place and hashed in one call. Digests come as
// text, those in between a byte a letter: at hundreds of thousands of entries a second, an object for each is what costs.
const tag = 'latchkey entry v1\n'
const numberAt = tag.length
const previousAt = numberAt + 8
const idAt = previousAt + 32
const bodyAt = idAt + 32
const input = Buffer.alloc(bodyAt + 32)
input.write(tag, 'latin1')
const inputView = new DataView(input.buffer, input.byteOffset, input.length)

/** SHA-256 (FIPS 180-4), in hex. */
export const sha256 = (data: Uint8Array | string): string => hash('sha256', data, 'hex')

/** The hash before the first entry: of a fixed text, so that an empty chain has a known head. */
export const genesisHash: string = sha256('latchkey record v1')

/**
 * The chain's hash after an entry, in hex: SHA-256 over a domain tag, the sequence number (8 bytes, big endian), the
 * previous hash, the hash of the entry's id and the hash of its canonical bytes. Fixed-length parts leave no two readings
 * of one input.
 */
export function chainHash(sequence: bigint, previousHash: string, entryId: string, body: Uint8Array): string {
  return inputHash(sequence, previousHash, hash('sha256', entryId, 'binary'), hash('sha256', body, 'binary'), 'binary')
}

/** `chainHash` of an entry of which only the two hashes are told: an excerpt proves its place without it. All in hex, 64 digits. */
export function linkHash(sequence: bigint, previousHash: string, idHash: string, bodyHash: string): string {
  return inputHash(sequence, previousHash, idHash, bodyHash, 'hex')
}

function inputHash(sequence: bigint, previousHash: string, idHash: string, bodyHash: string, encoding: 'hex' | 'binary'): string {
  inputView.setBigUint64(numberAt, sequence)
  input.write(previousHash, previousAt, 'hex')
  input.write(idHash, idAt, encoding)
  input.write(bodyHash, bodyAt, encoding)
  return sha256(input)
}

const commitmentTag = Buffer.from('latchkey commitment v1\n')
/** The hashes of the fields' names: the product has a handful of them. */
const fieldHashes = new Map<string, Buffer>()

function fieldHash(field: string): Buffer {
  const known = fieldHashes.get(field)
  if (known) return known
  const computed = Buffer.from(sha256(field), 'hex')
  if (fieldHashes.size < 1_000) fieldHashes.set(field, computed)
  return computed
}

/** What stands in an entry for a piece of personal data: it can be checked with salt and value, and forgotten without them. */
export function commitment(salt: Uint8Array, field: string, value: string): string {
  return sha256(Buffer.concat([commitmentTag, fieldHash(field), salt, Buffer.from(value)]))
}
