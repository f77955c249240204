export type ByteRange = { first: bigint; last: bigint }

/**
 * The bytes that a Range header asks for of a file of `size` (RFC 9110, section 14): one range of bytes, or null for the
 * whole file where the header is absent, of another unit, of several ranges, or malformed. `unsatisfiable`: it begins
 * after the end.
 */
export function byteRange(header: string | null, size: bigint): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,18})-(\d{0,18})$/.exec(header?.trim() ?? '')
  const [, from = '', to = ''] = match ?? []
  if (!match || (from === '' && to === '')) return null
  if (from === '') {
    const length = BigInt(to)
    if (length === 0n || size === 0n) return 'unsatisfiable'
    return { first: length >= size ? 0n : size - length, last: size - 1n }
  }
  const first = BigInt(from)
  if (to !== '' && BigInt(to) < first) return null
  if (first >= size) return 'unsatisfiable'
  return { first, last: to === '' || BigInt(to) >= size ? size - 1n : BigInt(to) }
}
