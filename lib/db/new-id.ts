import { randomBytes } from 'node:crypto'

let lastMs = 0
let counter = 0

/**
 * A UUID of version 7 that is greater than every one this process made before, so that entries of one transaction,
 * which share their time to the millisecond, are chained and shown in the order they were appended.
 * https://www.rfc-editor.org/rfc/rfc9562#section-6.2 (method 1, a counter of 12 bits)
 */
export function newId(nowMs = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    counter = 0
  } else if (++counter > 0xfff) {
    lastMs += 1
    counter = 0
  }
  const bytes = randomBytes(16)
  bytes.writeUIntBE(lastMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | counter, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
