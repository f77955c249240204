import fc from 'fast-check'
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkDigest, checkLogFile, type DigestCursor, type DigestProblem, type FoundDigest, pathOf } from './check-digest.ts'
import { readDigest } from './read-digest.ts'

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'pkcs1', format: 'der' } })
const [own, foreign] = [pair(), pair()]
const fingerprint = 'f1'
const publicKeyOf = (asked: string) => (asked === fingerprint ? own.publicKey.toString('base64') : undefined)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const at = (hours: number) => `${new Date(Date.UTC(2026, 10, 23, 0, 30) + hours * 3_600_000).toISOString().slice(0, 19)}Z`
const bucket = 'logs'
const keyAt = (hours: number) => `AWSLogs/111111111111/CloudTrail-Digest/us-east-1/${at(hours).replaceAll(/[-:]/g, '')}.json.gz`

type Signed = FoundDigest & { text: string; hash: string; signature: string }
type Link = { hours: number; previous: Signed | null; logs?: number; signer?: string; start?: number; with?: object }

function make({ hours, previous, logs = 1, signer = own.privateKey, start = hours - 1, with: more = {} }: Link): Signed {
  const logFiles = Array.from({ length: logs }, (_, index) => ({ s3Bucket: bucket, s3Object: `log-${hours}-${index}`, hashValue: sha256(String(index)), hashAlgorithm: 'SHA-256', newestEventTime: at(hours), oldestEventTime: at(hours) }))
  const content = {
    awsAccountId: '111111111111', digestStartTime: at(start), digestEndTime: at(hours), digestS3Bucket: bucket, digestS3Object: keyAt(hours), digestPublicKeyFingerprint: fingerprint, digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: null, oldestEventTime: null,
    previousDigestS3Bucket: previous?.bucket ?? null, previousDigestS3Object: previous?.key ?? null, previousDigestHashValue: previous?.hash ?? null, previousDigestHashAlgorithm: previous ? 'SHA-256' : null, previousDigestSignature: previous?.signature ?? null,
    logFiles, ...more,
  }
  const text = JSON.stringify(content)
  const hash = sha256(text)
  const signed = `${content.digestEndTime}\n${bucket}/${content.digestS3Object}\n${hash}\n${content.previousDigestSignature ?? 'null'}`
  return { bucket, key: keyAt(hours), endTime: at(hours), text, hash, signature: sign('sha256', Buffer.from(signed), createPrivateKey(signer)).toString('hex') }
}

function chain(length: number, signer?: string): Signed[] {
  const digests: Signed[] = []
  for (let hours = 0; hours < length; hours += 1) digests.push(make({ hours, previous: digests.at(-1) ?? null, logs: hours % 3, signer }))
  return digests
}

function walk(digests: readonly FoundDigest[], from: DigestCursor | null = null): { problems: DigestProblem[]; cursor: DigestCursor | null } {
  const refused = new Set<string>()
  const problems: DigestProblem[] = []
  let cursor = from
  for (const found of digests) {
    const check = checkDigest(found, { cursor, publicKeyOf, refused, linked: true })
    problems.push(...check.problems)
    cursor = check.cursor
    if (!check.digest) refused.add(pathOf(found))
  }
  return { problems, cursor }
}
const codes = (digests: readonly FoundDigest[], from: DigestCursor | null = null) => walk(digests, from).problems.map(({ code, key }) => [code, key])

describe('A chain of digests', () => {
  test('holds from its first digest on, with empty ones in it, in one run or in two', () => {
    const digests = chain(5)
    const whole = walk(digests)
    expect(whole).toEqual({ problems: [], cursor: { bucket, key: keyAt(4), endTime: at(4), hash: digests[4]!.hash, signature: digests[4]!.signature } })
    expect(walk(digests.slice(2), walk(digests.slice(0, 2)).cursor)).toEqual(whole)
  })

  test('that is entered in its middle takes what is before on trust', () => {
    expect(codes(chain(4).slice(2))).toEqual([])
  })

  test('tells a digest that was taken out, with the time that nothing covers', () => {
    const digests = chain(5)
    expect(walk(digests.toSpliced(2, 1)).problems).toEqual([{ code: 'digest_missing', bucket, key: keyAt(2), expected: digests[2]!.hash, found: null, from: at(1), to: at(2) }])
    expect(walk(digests.toSpliced(1, 3)).problems).toMatchObject([{ code: 'digest_missing', key: keyAt(3), from: at(0), to: at(3) }])
  })

  test('that begins anew says from when to when it was off', () => {
    const digests = chain(3)
    expect(walk([...digests, make({ hours: 9, previous: null })]).problems).toEqual([{ code: 'chain_restarted', bucket, key: keyAt(9), expected: `${bucket}/${keyAt(2)}`, found: null, from: at(2), to: at(8) }])
  })

  test('tells a time between two digests that neither covers', () => {
    const first = make({ hours: 0, previous: null })
    expect(walk([first, make({ hours: 3, previous: first })]).problems).toMatchObject([{ code: 'time_gap', key: keyAt(3), from: at(0), to: at(2) }])
  })

  test('does not follow a digest that CloudTrail signed twice with different content', () => {
    const [first, second] = chain(2)
    const other = make({ hours: 0, previous: null, logs: 3 })
    expect(codes([other, second!])).toEqual([['chain_broken', keyAt(1)]])
    for (const part of [{ hash: sha256('other') }, { signature: other.signature }]) {
      expect(codes([first!, make({ hours: 1, previous: { ...first!, ...part } })])).toEqual([['chain_broken', keyAt(1)]])
    }
    expect(codes([first!, make({ hours: 1, previous: first!, with: { previousDigestS3Object: keyAt(-5) } })])).toEqual([['chain_broken', keyAt(1)]])
  })

  test('is not moved on by what CloudTrail did not sign, so that nobody leads it past what comes', () => {
    const digests = chain(3)
    const planted = make({ hours: 2.5, previous: digests[2]!, signer: foreign.privateKey })
    const { problems, cursor } = walk([...digests, planted])
    expect(problems).toMatchObject([{ code: 'digest_altered', key: keyAt(2.5), from: at(2), to: at(2.5) }])
    expect(cursor?.key).toBe(keyAt(2))
    expect(codes([planted, make({ hours: 3, previous: digests[2]! })], cursor)).toEqual([['digest_altered', keyAt(2.5)]])
  })

  test('a backfill digest stands beside it', () => {
    const [first, second] = chain(2)
    const { cursor } = walk([first!, second!])
    const beside = make({ hours: -3, previous: null })
    expect(checkDigest(beside, { cursor, publicKeyOf, refused: new Set(), linked: false })).toMatchObject({ problems: [], digest: { key: keyAt(-3) }, cursor })
  })
})

describe('One digest', () => {
  const [first, second, third] = chain(3)
  test('in another place, by an unknown key, without a signature, or of a form nobody knows, is told and not believed', () => {
    const elsewhere = { ...second!, key: `${keyAt(1)}.copy` }
    const unknown = make({ hours: 1, previous: first!, with: { digestPublicKeyFingerprint: 'f2' } })
    const odd = make({ hours: 1, previous: first!, with: { digestSignatureAlgorithm: 'MD5withRSA' } })
    const part = make({ hours: 1, previous: first!, with: { previousDigestSignature: null } })
    const cases: [FoundDigest, string][] = [[elsewhere, 'digest_moved'], [unknown, 'key_unknown'], [{ ...second!, signature: undefined }, 'digest_altered'], [odd, 'digest_unreadable'], [part, 'digest_unreadable'], [{ bucket, key: keyAt(1), endTime: at(1) }, 'digest_unreadable']]
    for (const [found, code] of cases) {
      expect(walk([first!, found])).toMatchObject({ problems: [{ code, key: found.key }], cursor: { key: keyAt(0) } })
    }
  })

  test('is not believed where its key is none', () => {
    for (const publicKey of ['', 'nonsense', Buffer.alloc(300).toString('base64')]) {
      expect(checkDigest(first!, { cursor: null, publicKeyOf: () => publicKey, refused: new Set(), linked: true })).toMatchObject({ problems: [{ code: 'digest_altered' }], digest: null })
    }
  })

  test('that was changed anywhere is not believed, and the next one still follows', () => {
    fc.assert(
      fc.property(fc.nat(second!.text.length - 1), fc.constantFrom('x', '0', ' ', '"'), (position, letter) => {
        const text = second!.text.slice(0, position) + letter + second!.text.slice(position + 1)
        fc.pre(text !== second!.text)
        const { problems, cursor } = walk([first!, { ...second!, text, hash: sha256(text) }, third!])
        expect(problems).toHaveLength(1)
        expect([problems[0]!.key, cursor?.key]).toEqual([keyAt(1), keyAt(2)])
      }),
      { numRuns: 200 },
    )
  })

  test('with another signature is not believed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\da-f]{512}$/)), (signature) => {
        expect(codes([first!, { ...second!, signature }])).toEqual([['digest_altered', keyAt(1)]])
      }),
      { numRuns: 50 },
    )
  })
})

test('whatever lies in the bucket, reading and checking it answers', () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.record(Object.fromEntries(Object.keys(JSON.parse(chain(1)[0]!.text) as object).map((name) => [name, fc.jsonValue()]))).map((value) => JSON.stringify(value)))
  const found = fc.record({ bucket: fc.string(), key: fc.string(), endTime: fc.string(), text: fc.option(text, { nil: undefined }), hash: fc.option(fc.string(), { nil: undefined }), signature: fc.option(fc.string(), { nil: undefined }) })
  const cursor = fc.option(fc.record({ bucket: fc.string(), key: fc.string(), endTime: fc.string(), hash: fc.string(), signature: fc.string() }))
  fc.assert(
    fc.property(found, cursor, fc.string(), (one, before, publicKey) => {
      const check = checkDigest(one, { cursor: before, publicKeyOf: () => publicKey, refused: new Set(), linked: true })
      expect([check.digest, check.problems.length > 0, check.cursor]).toEqual([null, true, before])
    }),
  )
  expect(readDigest('[]').ok).toBe(false)
})

test('a log file is what its digest says, missing, altered, or too large to say', () => {
  const file = { bucket, key: 'log', hash: sha256('a') }
  const nothing = { bucket, key: 'log', expected: file.hash, found: null, from: null, to: null }
  expect(checkLogFile(file, { hash: sha256('a') })).toBeUndefined()
  expect(checkLogFile(file, { hash: sha256('b') })).toEqual({ ...nothing, code: 'log_altered', found: sha256('b') })
  expect(checkLogFile(file, 'damaged')).toEqual({ ...nothing, code: 'log_altered' })
  expect(checkLogFile(file, 'missing')).toEqual({ ...nothing, code: 'log_missing' })
  expect(checkLogFile(file, 'too_large')).toEqual({ ...nothing, code: 'log_too_large' })
})
