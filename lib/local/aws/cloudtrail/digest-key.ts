import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Operation } from '../core/operation.ts'
import type { DigestKeyState } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { timeOf } from './lookup-events.ts'

/** A Region's key pair, made when it is first needed. */
export function digestKeyOf(world: World, region: string): DigestKeyState {
  const known = world.state.digestKeys[region]
  if (known) return known
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'der' }, publicKeyEncoding: { type: 'pkcs1', format: 'der' } })
  // The documentation shows fingerprints of 32 hexadecimal characters and does not say of what: an MD5 has as many.
  const fingerprint = createHash('md5').update(publicKey).digest('hex')
  const key = { privateKey: privateKey.toString('base64'), publicKey: publicKey.toString('base64'), fingerprint, from: world.clock.now().getTime() - 30 * 86_400_000 }
  world.state.digestKeys[region] = key
  return key
}

export function signWith(key: DigestKeyState, text: string): string {
  const privateKey = createPrivateKey({ key: Buffer.from(key.privateKey, 'base64'), format: 'der', type: 'pkcs8' })
  return sign('sha256', Buffer.from(text), privateKey).toString('hex')
}

/** Keys are good for a year here. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html */
export const listPublicKeys: Operation = {
  readOnly: true,
  access: () => ({ action: 'cloudtrail:ListPublicKeys', resource: '*' }),
  run: ({ world, region, input, now }) => {
    const { publicKey, fingerprint, from } = digestKeyOf(world, region)
    const until = from + 365 * 86_400_000
    const start = timeOf(input, 'StartTime') ?? now.getTime()
    const end = timeOf(input, 'EndTime') ?? now.getTime()
    const used = start <= until && end >= from
    return { output: { PublicKeyList: used ? [{ Fingerprint: fingerprint, ValidityStartTime: new Date(from), ValidityEndTime: new Date(until), Value: publicKey }] : [] } }
  },
}
