import { BlockList, isIP } from 'node:net'

/**
 * `public`: anywhere on the internet. `loopback`: this machine. `private`: a network of one's own. `never`: what no
 * service of anybody's is at: link-local (where clouds keep instance metadata), unspecified, multicast, reserved.
 */
export type AddressKind = 'public' | 'loopback' | 'private' | 'never'

/**
 * IANA's registries of special-purpose addresses, and the metadata service of Amazon EC2 over IPv6.
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
// In this order: `::1` also lies within 0.0.0.0/8 as `::` carries it, and the metadata service within fc00::/7.
const networks: readonly (readonly [Exclude<AddressKind, 'public'>, readonly string[]])[] = [
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['never', ['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'fe80::/10', 'fec0::/10', 'ff00::/8', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', '64:ff9b:1::/48', 'fd00:ec2::/32']],
  ['private', ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]

/** Prefixes whose last 32 bits are an IPv4 address that the packet ends at: compatible (RFC 4291) and NAT64 (RFC 6052). */
const carriers = ['::', '64:ff9b::']

const lists = networks.map(([kind, ranges]) => {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', length] = range.split('/')
    if (isIP(network) === 6) {
      list.addSubnet(network, Number(length), 'ipv6')
      continue
    }
    // A list of IPv4 networks also holds the addresses that are mapped into IPv6 (::ffff:10.0.0.1).
    list.addSubnet(network, Number(length), 'ipv4')
    for (const carrier of carriers) list.addSubnet(`${carrier}${network}`, 96 + Number(length), 'ipv6')
  }
  return { kind, list }
})

/** What kind of network an IP address is of, however it is written; text that is no address is `never`. */
export function addressKind(address: string): AddressKind {
  const family = isIP(address)
  if (family === 0) return 'never'
  const type = family === 4 ? 'ipv4' : 'ipv6'
  return lists.find(({ list }) => list.check(address, type))?.kind ?? 'public'
}
