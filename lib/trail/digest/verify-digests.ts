import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { DigestKeys } from '#lib/aws/digest-keys.ts'
import type { BucketPlace, LogBucket } from '#lib/aws/log-bucket.ts'
import { beforeDay, folderOf } from '../files/object-keys.ts'
import { checkDigest, checkLogFile, type DigestCursor, type DigestProblem, type FoundDigest, pathOf } from './check-digest.ts'
import { type DigestFolder, type DigestName, findDigest, readDigestKey } from './find-digest.ts'
import { hashLog } from './hash-log.ts'
import { type HashedFile, readDigest } from './read-digest.ts'

export type DigestPorts = { bucket: LogBucket; keys: DigestKeys }
export type DigestQuestion = {
  /** `accountId` is whose reader may read the bucket. */
  place: BucketPlace
  folder: DigestFolder
  /** What the last run answered; null begins with the day of `from` and takes what is before on trust. */
  cursor: DigestCursor | null
  from: Date
  now: Date
  /** How many digests at most; those that are not CloudTrail's do not count. */
  limit: number
}
export type DigestOutcome = {
  cursor: DigestCursor | null
  problems: DigestProblem[]
  digests: number
  logFiles: number
  /** There are more digests than `limit`. */
  more: boolean
  /** Since when the next digest is due, when it is so late that delays do not explain it. */
  overdueSince: Date | null
  /** What kept it from going on; everything before is in the answer, and the cursor stands there. */
  failure: AwsFailure | null
}

const hour = 3_600_000
/** Digests come hourly; how late one may be AWS does not say. */
const patience = 2 * hour

/**
 * Verifies a trail's digests of one account and Region, and the log files they name, from the cursor on. Nothing is
 * stored here: who calls keeps cursor and problems. The cursor passes a digest only when all its log files were looked at,
 * and only one that CloudTrail signed; what lies behind it is looked at again, so the same problem can be told again.
 */
export async function verifyDigests(ports: DigestPorts, question: DigestQuestion): Promise<DigestOutcome> {
  const { folder, now } = question
  const outcome: DigestOutcome = { cursor: question.cursor, problems: [], digests: 0, logFiles: 0, more: false, overdueSince: null, failure: null }
  const run: Run = { keys: new Map(), refused: new Set() }
  const prefix = folderOf(folder, 'CloudTrail-Digest')
  let after = question.cursor?.key.startsWith(prefix) ? question.cursor.key : beforeDay(prefix, question.from)
  for (;;) {
    const page = await ports.bucket.listObjects({ ...question.place, prefix, after })
    if (!page.ok) return { ...outcome, failure: page }
    for (const { key } of page.objects) {
      const name = readDigestKey(folder, key)
      if (!name) continue
      if (outcome.digests >= question.limit) return { ...outcome, more: true }
      const failure = await verifyOne(ports, question, run, name, outcome)
      if (failure) return { ...outcome, failure }
    }
    after = page.objects.at(-1)?.key ?? after
    if (!page.more) return { ...outcome, overdueSince: overdueSince(outcome.cursor, now) }
  }
}

function overdueSince(cursor: DigestCursor | null, now: Date): Date | null {
  const due = cursor ? Date.parse(cursor.endTime) + hour : Infinity
  return now.getTime() - due > patience ? new Date(due) : null
}

type Run = { keys: Map<string, string>; refused: Set<string> }

/** Verifies one digest and adds what came of it; nothing is added where AWS did not answer. */
async function verifyOne(ports: DigestPorts, { place, folder }: DigestQuestion, { keys, refused }: Run, name: DigestName, outcome: DigestOutcome): Promise<AwsFailure | undefined> {
  const found = await findDigest(ports.bucket, place, name)
  // Deleted since it was listed: the next one says so.
  if (found === undefined) return undefined
  if ('ok' in found) return found
  const failure = await learnKey(ports.keys, { accountId: place.accountId, region: folder.region }, keys, found)
  if (failure) return failure
  const check = checkDigest(found, { cursor: outcome.cursor, publicKeyOf: (fingerprint) => keys.get(fingerprint), refused, linked: !name.backfill })
  const logs = await checkLogs(ports.bucket, place, check.digest?.logFiles ?? [])
  if ('ok' in logs) return logs
  outcome.problems.push(...check.problems, ...logs.problems)
  outcome.cursor = check.cursor
  if (!check.digest) return void refused.add(pathOf(found))
  outcome.digests += 1
  outcome.logFiles += check.digest.logFiles.length
  return undefined
}

async function checkLogs(bucket: LogBucket, place: BucketPlace, files: readonly HashedFile[]): Promise<{ problems: DigestProblem[] } | AwsFailure> {
  const problems: DigestProblem[] = []
  for (const file of files) {
    const log = await hashLog(bucket, { ...place, bucket: file.bucket }, file.key)
    if (typeof log === 'object' && 'ok' in log) return log
    const problem = checkLogFile(file, log)
    if (problem) problems.push(problem)
  }
  return { problems }
}

/** Asks for the keys of the time a digest was made, where its own is not known yet; a backfill digest was made later than it says. */
async function learnKey(port: DigestKeys, place: { accountId: string; region: string }, keys: Map<string, string>, { text, generatedAt }: FoundDigest): Promise<AwsFailure | undefined> {
  const reading = text === undefined ? undefined : readDigest(text)
  if (!reading?.ok || keys.has(reading.digest.fingerprint)) return undefined
  const { startTime, endTime } = reading.digest
  const made = Math.max(Date.parse(endTime), Date.parse(generatedAt ?? '') || 0)
  const answer = await port.listKeys({ ...place, from: new Date(Date.parse(startTime) - hour), to: new Date(made + hour) })
  if (!answer.ok) return answer
  for (const key of answer.keys) keys.set(key.fingerprint, key.publicKey)
  return undefined
}
