import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import type { LocalAws } from '../aws/server/start.ts'
import { accounts, trailBucket, trailName, trailQueue } from './organisation.ts'

/** CloudTrail delivers about every five minutes, and digests hourly; nobody who tries things out waits so long. */
const everyMs = 30_000
const digestsAtOnce = 12

/**
 * Where the demo's portal reads log files, as a company would write it: one account's by listing and verified by digests,
 * all accounts' by notification. Written once, so that it goes on where it was. Answers the variable that names the file.
 */
export function trailSourceOf(dataDir: string, awsUrl: string, now: Date): { TRAIL_SOURCES_FILE: string } {
  const file = path.resolve(dataDir, 'trail-sources.yaml')
  const account = accounts.paymentsProd
  const place = { region: 'us-east-1', account }
  const sources = [
    { kind: 's3', bucket: trailBucket, ...place, accounts: [account], regions: ['us-east-1', 'eu-central-1'], from: now.toISOString().slice(0, 10), trail: { name: trailName, homeRegion: 'us-east-1' } },
    { kind: 'sqs', url: `${awsUrl}/${account}/${trailQueue}`, ...place },
  ]
  if (!existsSync(file)) writeFileSync(file, stringify({ sources }))
  return { TRAIL_SOURCES_FILE: file }
}

/** CloudTrail's own work from now on: digests of what it delivered, a little at a time. */
export function runDigests(aws: LocalAws): { stop(): Promise<void> } {
  aws.deliverTrailFiles()
  aws.writeDigests(digestsAtOnce)
  const timer = setInterval(() => aws.writeDigests(digestsAtOnce), everyMs)
  return { stop: async () => clearInterval(timer) }
}
