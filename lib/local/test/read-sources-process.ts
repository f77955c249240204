/**
 * Reads one bucket's log files into a database until it is killed: `node read-sources-process.ts URL SOURCE KEY SECRET`.
 * Tests kill it with SIGKILL wherever it is.
 */
import { openDigestKeys } from '#lib/aws/digest-keys.ts'
import { openLogBucket } from '#lib/aws/log-bucket.ts'
import { openLogQueue } from '#lib/aws/log-queue.ts'
import type { Identities } from '#lib/aws/credentials.ts'
import type { BucketSource } from '#lib/config/trail-sources.ts'
import { openDatabase } from '#lib/db/client.ts'
import { openEventWatch } from '#lib/detection/watch/open-event-watch.ts'
import { readRuleShelf } from '#lib/detection/watch/rule-shelf.ts'
import { openQueue } from '#lib/jobs/queue.ts'
import { readSources } from '#lib/trail/sources/read-sources.ts'

const [url = '', source = '{}', accessKeyId = '', secretAccessKey = '', startedAt = '0'] = process.argv.slice(2)
const read = JSON.parse(source) as BucketSource
const bucket = { ...read, from: new Date(read.from) }
const db = openDatabase(url)
const provider = async () => ({ accessKeyId, secretAccessKey })
const identities: Identities = { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } }
const aheadMs = Number(startedAt) - Date.now()
// A claim of whoever was killed lapses after minutes; each process lives as much later.
let later = 0
const deps = { db, queue: await openQueue(url, () => undefined), eventWatch: openEventWatch(db, readRuleShelf([]), new Map()), clock: () => new Date(Date.now() + aheadMs + later), logBucket: openLogBucket(identities), logQueue: openLogQueue(identities), digestKeys: openDigestKeys(identities) }
process.stdout.write('reading\n')
for (;;) {
  await readSources(deps, [bucket])
  later += 31_000
}
