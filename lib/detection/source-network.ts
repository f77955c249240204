import { blockContains, parseIpBlock } from '#lib/iam/ip-address.ts'

export type SourceNetwork = { family: 4 | 6; name: string }

/**
 * The network a call came from: the /24 of an IPv4 address, the /48 of an IPv6 one. Undefined for what is no address:
 * `AWS Internal` and names of AWS services that called in the session's stead.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function sourceNetwork(sourceIp: string | null): SourceNetwork | undefined {
  const block = sourceIp === null || sourceIp.includes('/') ? undefined : parseIpBlock(sourceIp)
  if (!block) return undefined
  if (block.width === 32) return { family: 4, name: v4(block.bits) }
  // An IPv4 address inside IPv6 (RFC 4291, 2.5.5.2).
  if (block.bits >> 32n === 0xffffn) return { family: 4, name: v4(block.bits & 0xffff_ffffn) }
  const groups = [112n, 96n, 80n].map((shift) => ((block.bits >> shift) & 0xffffn).toString(16))
  return { family: 6, name: `${groups.join(':')}::/48` }
}

const v4 = (bits: bigint): string => `${[24n, 16n, 8n].map((shift) => (bits >> shift) & 255n).join('.')}.0/24`

/** Addresses that networks use inside: what AWS sees of who calls from there is another one. RFC 1918, 6598, 4193, 3927, and loopback. */
const inside = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8', 'fc00::/7', 'fe80::/10', '::1/128'].flatMap((text) => parseIpBlock(text) ?? [])

/** The networks that credentials were taken from, each once; null when there are none, or when of one the public address is not known. */
export function networksTakenFrom(addresses: readonly (string | null)[]): SourceNetwork[] | null {
  const networks = addresses.map((address) => (address === null || isInside(address) ? undefined : sourceNetwork(address)))
  if (networks.length === 0 || !networks.every((network) => network !== undefined)) return null
  return [...new Map(networks.map((network) => [network.name, network])).values()]
}

function isInside(address: string): boolean {
  const block = parseIpBlock(address.replace(/^::ffff:(?=\d+\.)/i, ''))
  return block !== undefined && inside.some((range) => blockContains(range, block))
}
