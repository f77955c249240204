import { type Digest, type HashedFile, readDigest } from './read-digest.ts'
import { isSigned, signedText } from './signature.ts'

/** The last digest that CloudTrail is known to have signed. Plain data, to be stored. */
export type DigestCursor = { bucket: string; key: string; endTime: string; hash: string; signature: string }

/**
 * `digest_unreadable` no digest, or of a form or algorithm that is not known · `digest_moved` not where it was delivered ·
 * `key_unknown` signed with a key that is not CloudTrail's in this Region · `digest_altered` its signature does not fit ·
 * `digest_missing` the one before it, at `key`, is not there · `chain_broken` it does not follow what was verified ·
 * `chain_restarted` logging or validation was off from `from` to `to` · `time_gap` a time no digest covers ·
 * `log_missing` · `log_altered` the content is not what was delivered · `log_too_large` not looked at.
 */
type DigestProblemCode = 'digest_unreadable' | 'digest_moved' | 'key_unknown' | 'digest_altered' | 'digest_missing' | 'chain_broken' | 'chain_restarted' | 'time_gap' | 'log_missing' | 'log_altered' | 'log_too_large'
/** What is wrong with which file; `from` and `to` say which time that leaves uncovered. Code, bucket and key tell one problem from another. */
export type DigestProblem = { code: DigestProblemCode; bucket: string; key: string; expected: string | null; found: string | null; from: string | null; to: string | null }

/** A digest as it lies in the bucket, `endTime` as its key says; `text` and `hash` are undefined where it could not be uncompressed. */
export type FoundDigest = { bucket: string; key: string; endTime: string; text?: string; hash?: string; signature?: string | undefined; generatedAt?: string | undefined }
/** The digest when CloudTrail signed it, so that what it says of others counts; only such a one moves the cursor. */
export type DigestCheck = { problems: DigestProblem[]; digest: Digest | null; cursor: DigestCursor | null }
export type DigestContext = {
  cursor: DigestCursor | null
  publicKeyOf: (fingerprint: string) => string | undefined
  /** Paths of digests after the cursor that did not hold: told already, and not missing. */
  refused: ReadonlySet<string>
  /** False for a backfill digest, which stands beside the chain and is checked by itself alone. */
  linked: boolean
}

/**
 * Checks one digest by itself and against the one before it. Total: it never throws, and nothing that somebody puts into
 * the bucket moves the cursor but a digest of CloudTrail's.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
export function checkDigest(found: FoundDigest, context: DigestContext): DigestCheck {
  const { cursor, linked } = context
  const { hash, signature } = found
  const digest = readTrusted(found, context)
  if ('code' in digest) return { problems: [digest], digest: null, cursor }
  const next = { bucket: found.bucket, key: found.key, endTime: digest.endTime, hash: hash ?? '', signature: signature ?? '' }
  return { problems: linked && cursor ? checkLink(digest, cursor, context.refused) : [], digest, cursor: linked ? next : cursor }
}

function readTrusted(found: FoundDigest, { cursor, publicKeyOf }: DigestContext): Digest | DigestProblem {
  const wrong = (code: DigestProblemCode, expected: string | null, actual: string | null) => problemOf(code, found, { expected, found: actual, from: cursor?.endTime ?? null, to: found.endTime })
  const { text, hash, signature = '' } = found
  if (text === undefined || hash === undefined) return wrong('digest_unreadable', null, 'It cannot be uncompressed.')
  const reading = readDigest(text)
  if (!reading.ok) return wrong('digest_unreadable', null, reading.reason)
  const { digest } = reading
  if (digest.bucket !== found.bucket || digest.key !== found.key) return wrong('digest_moved', pathOf(digest), pathOf(found))
  const publicKey = publicKeyOf(digest.fingerprint)
  if (publicKey === undefined) return wrong('key_unknown', null, digest.fingerprint)
  return isSigned(signedText(digest, hash), signature, publicKey) ? digest : wrong('digest_altered', null, hash)
}

function checkLink(digest: Digest, cursor: DigestCursor, refused: ReadonlySet<string>): DigestProblem[] {
  const span = { from: cursor.endTime, to: digest.startTime }
  const { previous } = digest
  if (!previous) return [problemOf('chain_restarted', digest, { expected: pathOf(cursor), ...span })]
  if (refused.has(pathOf(previous))) return []
  if (pathOf(previous) !== pathOf(cursor)) {
    // A later digest than the one that was verified is named, and it was not found.
    const missing = previous.bucket !== cursor.bucket || previous.key > cursor.key
    return [missing ? problemOf('digest_missing', previous, { expected: previous.hash, ...span }) : problemOf('chain_broken', digest, { expected: pathOf(cursor), found: pathOf(previous) })]
  }
  if (cursor.hash !== previous.hash || cursor.signature.toLowerCase() !== previous.signature.toLowerCase()) return [problemOf('chain_broken', digest, { expected: cursor.hash, found: previous.hash })]
  return Date.parse(digest.startTime) > Date.parse(cursor.endTime) ? [problemOf('time_gap', digest, span)] : []
}

/** What was found of a log file: its hash, or why there is none. */
export type FoundLog = { hash: string } | 'missing' | 'damaged' | 'too_large'

/** A log file against what its digest says of it. */
export function checkLogFile(file: HashedFile, found: FoundLog): DigestProblem | undefined {
  if (found === 'missing') return problemOf('log_missing', file, { expected: file.hash })
  if (found === 'too_large') return problemOf('log_too_large', file, { expected: file.hash })
  if (found === 'damaged') return problemOf('log_altered', file, { expected: file.hash })
  return found.hash === file.hash ? undefined : problemOf('log_altered', file, { expected: file.hash, found: found.hash })
}

export const pathOf = ({ bucket, key }: { bucket: string; key: string }): string => `${bucket}/${key}`

const problemOf = (code: DigestProblemCode, { bucket, key }: { bucket: string; key: string }, more: Partial<DigestProblem>): DigestProblem => ({ code, bucket, key, expected: null, found: null, from: null, to: null, ...more })
