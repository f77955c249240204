import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { openIdentities } from '#lib/aws/credentials.ts'
import { openDigestKeys } from '#lib/aws/digest-keys.ts'
import { openLogBucket } from '#lib/aws/log-bucket.ts'
import { openLogQueue } from '#lib/aws/log-queue.ts'
import { readTrailSources } from '#lib/config/trail-sources.ts'
import { watchDigests } from '#lib/detection/digests/watch-digests.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { readSources } from '#lib/trail/sources/read-sources.ts'
import { startSlice } from '../test/slice.ts'
import { readerRoleArn } from './organisation.ts'
import { runDigests, trailSourceOf } from './trail-source.ts'

test("the demo's portal reads its trail by listing and by notification, with what the templates give its reader, and its digests hold", async () => {
  const slice = await startSlice()
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-trail-source-'))
  try {
    const grantId = await slice.activeGrant(await slice.viewer('maya'), 'payments-prod-read')
    const minted = await mintLease(slice.deps, await slice.viewer('maya'), grantId, 'reveal')
    if (!minted.ok) throw new Error(minted.message)
    const { accessKeyId, secretAccessKey, sessionToken } = minted.lease.credentials
    await new EC2Client({ region: 'eu-central-1', endpoint: slice.aws.url, credentials: { accessKeyId, secretAccessKey, sessionToken } }).send(new DescribeInstancesCommand({}))
    await runDigests(slice.aws).stop()

    const { sources, problems } = readTrailSources(trailSourceOf(folder, slice.aws.url, slice.clock.now()).TRAIL_SOURCES_FILE)
    expect(problems).toEqual([])
    const identities = openIdentities({ region: 'us-east-1', issuerRoleArn: undefined, readerRoleArn, memberReaderRoleName: 'latchkey/latchkey-reader', revokerRoleArn: undefined, memberRevokerRoleName: 'latchkey/latchkey-revoker', federationEndpoint: '', managedRolePath: '/latchkey/' })
    const deps = { ...slice.deps, logBucket: openLogBucket(identities), logQueue: openLogQueue(identities), digestKeys: openDigestKeys(identities) }
    expect(await readSources(deps, sources)).toMatchObject({ failed: 0 })
    expect(await slice.deps.db.trailEvent.count({ where: { grantId, eventName: 'DescribeInstances' } })).toBe(1)
    const digests = await watchDigests(deps, sources)
    expect([digests.verified > 0, digests.opened]).toEqual([true, 0])
    const rows = await slice.deps.db.trailSource.findMany({ where: { kind: { in: ['s3', 'sqs'] } }, orderBy: { kind: 'asc' } })
    expect(rows.map(({ kind, readCount }) => [kind, readCount > 0n])).toEqual([['s3', true], ['s3', true], ['sqs', true]])
  } finally {
    await slice.close()
    await rm(folder, { recursive: true, force: true })
  }
})
