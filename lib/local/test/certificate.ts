import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate authority, or a server's certificate, as PEM. */
export type Certified = { name: string; certificate: string; key: string; privateKey: KeyObject }

/** DER, as much as a certificate needs (ITU-T X.690). */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const long = body.length < 0x80 ? [] : body.length < 0x100 ? [0x81] : [0x82, body.length >> 8]
  return Buffer.concat([Buffer.from([tag, ...long, body.length & 0xff]), body])
}
const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const time = (at: Date): Buffer => der(0x18, Buffer.from(at.toISOString().replaceAll(/[-:T]|\.\d+/g, '')))
const name = (common: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(common)))))
const extension = (id: string, critical: boolean, value: Buffer): Buffer => sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value))
const bits = (value: Uint8Array): Buffer => der(0x03, Buffer.from([0]), value)
const pem = (body: Buffer): string => `-----BEGIN CERTIFICATE-----\n${body.toString('base64').replaceAll(/.{64}/g, '$&\n').trim()}\n-----END CERTIFICATE-----\n`

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const hour = 3_600_000

/**
 * An X.509 certificate that lives for an hour, on a new P-256 key: an authority when nobody issues it, else a server
 * for `hosts`. Node.js makes keys and reads certificates but signs none. https://www.rfc-editor.org/rfc/rfc5280
 */
export function certify(common: string, issuer?: Certified, hosts: { names?: string[]; addresses?: string[] } = {}): Certified {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const alternatives = [
    ...(hosts.names ?? []).map((host) => der(0x82, Buffer.from(host))),
    ...(hosts.addresses ?? []).map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ]
  const extensions = issuer ? [extension('551d11', false, sequence(...alternatives))] : [extension('551d13', true, sequence(der(0x01, Buffer.from([0xff]))))]
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
    ecdsaWithSha256,
    name(issuer?.name ?? common),
    sequence(time(new Date(Date.now() - hour)), time(new Date(Date.now() + hour))),
    name(common),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const certificate = sequence(signed, ecdsaWithSha256, bits(sign('sha256', signed, issuer?.privateKey ?? privateKey)))
  return { name: common, certificate: pem(certificate), key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), privateKey }
}
