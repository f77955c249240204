/** A block of addresses: the first `prefix` bits of `bits` count. */
export type IpBlock = { readonly width: 32 | 128; readonly bits: bigint; readonly prefix: number }

function parseV4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/u.exec(text)
  if (!match) return undefined
  const octets = match.slice(1).map(Number)
  return octets.every((octet) => octet <= 255) ? octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) : undefined
}

/** `::ffff:10.0.0.1` ends in an IPv4 address: write it as two groups. */
function withoutEmbeddedV4(text: string): string | undefined {
  const cut = text.lastIndexOf(':') + 1
  const tail = text.slice(cut)
  if (!tail.includes('.')) return text
  const v4 = parseV4(tail)
  return v4 === undefined ? undefined : `${text.slice(0, cut)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`
}

function parseV6(source: string): bigint | undefined {
  const text = withoutEmbeddedV4(source)
  if (text === undefined || !text.includes(':')) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const given = [...head!, ...(tail ?? [])]
  if (!given.every((group) => /^[0-9a-f]{1,4}$/iu.test(group))) return undefined
  const missing = 8 - given.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...head!, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])]
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}

function parseAddress(text: string): { width: 32 | 128; bits: bigint } | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return { width: 32, bits: v4 }
  const v6 = parseV6(text)
  return v6 === undefined ? undefined : { width: 128, bits: v6 }
}

/**
 * Reads an IPv4 or IPv6 address or CIDR block; without a prefix length it is the one address. `undefined` if it is
 * neither.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
export function parseIpBlock(source: string): IpBlock | undefined {
  const [text, prefixText, ...rest] = source.trim().split('/')
  const address = parseAddress(text!)
  if (!address || rest.length > 0) return undefined
  if (prefixText === undefined) return { ...address, prefix: address.width }
  const prefix = /^\d{1,3}$/u.test(prefixText) ? Number(prefixText) : Number.NaN
  return prefix >= 0 && prefix <= address.width ? { ...address, prefix } : undefined
}

/** True if all of `inner` lies in `outer`. IPv4 and IPv6 never match each other. */
export function blockContains(outer: IpBlock, inner: IpBlock): boolean {
  if (outer.width !== inner.width || inner.prefix < outer.prefix) return false
  const shift = BigInt(outer.width - outer.prefix)
  return outer.bits >> shift === inner.bits >> shift
}
