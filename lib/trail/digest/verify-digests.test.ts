import { StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail'
import { CreateUserCommand } from '@aws-sdk/client-iam'
import { DeleteBucketPolicyCommand, DeleteObjectCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Identities } from '#lib/aws/credentials.ts'
import { openDigestKeys } from '#lib/aws/digest-keys.ts'
import { openLogBucket } from '#lib/aws/log-bucket.ts'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { clientsOf } from '#lib/local/aws/test-clients.ts'
import { adminKey, home, policy, portalKey, testOrganisation } from '#lib/local/aws/test-organisation.ts'
import { type DigestOutcome, type DigestQuestion, verifyDigests } from './verify-digests.ts'

const hour = 3_600_000
const bucket = 'example-reports'
const [first, ...rest] = testOrganisation.accounts
const folder = { prefix: '', accountId: home, region: 'us-east-1', name: 'main', homeRegion: 'us-east-1' }
const place = { accountId: home, region: 'us-east-1', bucket }

let aws: LocalAws
beforeEach(async () => {
  const trails = [{ name: 'main', bucket }, { name: 'main2', bucket }]
  aws = await startLocalAws({ seed: { ...testOrganisation, accounts: [{ ...first!, trails }, ...rest] } })
  process.env.AWS_ENDPOINT_URL = aws.url
  aws.clock.setTo(new Date('2026-11-23T10:00:31Z'))
})
afterEach(async () => {
  delete process.env.AWS_ENDPOINT_URL
  await aws.close()
})

const admin = () => clientsOf(aws, adminKey)
function portsOf(key: typeof adminKey) {
  const provider = async () => key
  const identities: Identities = { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } }
  return { bucket: openLogBucket(identities), keys: openDigestKeys(identities) }
}
const verify = (more: Partial<DigestQuestion> = {}, key = adminKey): Promise<DigestOutcome> =>
  verifyDigests(portsOf(key), { place, folder, cursor: null, from: new Date('2026-11-23T00:00:00Z'), now: aws.clock.now(), limit: 100, ...more })
const told = ({ problems }: DigestOutcome) => problems.map(({ code, key }) => [code, key])

/** Hours of a trail's life, each with a call, its log file and its digest; answers the keys of `main`. */
async function live(hours: number): Promise<{ logs: string[]; digests: string[] }> {
  const [logs, digests]: [string[], string[]] = [[], []]
  for (let count = 0; count < hours; count += 1) {
    await admin().iam.send(new CreateUserCommand({ UserName: `user-${aws.clock.now().getTime()}` }))
    logs.push(aws.deliverTrailFiles()[0]!)
    digests.push(...aws.writeDigests().filter((key) => key.includes('_main_')))
    aws.clock.advance(hour)
  }
  const keyOf = (path: string) => path.slice(bucket.length + 1)
  return { logs: logs.map(keyOf), digests: digests.map(keyOf) }
}
const remove = (Key: string) => admin().s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
async function rewrite(Key: string, change: (text: string) => string): Promise<void> {
  const { Body, Metadata } = await admin().s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
  const text = gunzipSync(await Body!.transformToByteArray()).toString('utf8')
  await admin().s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync(change(text)), Metadata }))
}

test('a chain that was left alone holds, in one run, in parts, and on from a cursor', async () => {
  const { digests } = await live(3)
  const whole = await verify()
  expect(whole).toMatchObject({ problems: [], digests: 3, logFiles: 3, more: false, overdueSince: null, failure: null, cursor: { bucket, key: digests[2] } })
  const part = await verify({ limit: 2 })
  expect(part).toMatchObject({ problems: [], digests: 2, more: true, cursor: { key: digests[1] } })
  expect(await verify({ cursor: part.cursor })).toMatchObject({ problems: [], digests: 1, cursor: whole.cursor })
  await live(1)
  expect(await verify({ cursor: JSON.parse(JSON.stringify(whole.cursor)) as DigestOutcome['cursor'] })).toMatchObject({ problems: [], digests: 1, logFiles: 1 })
})

test('the first digest and those without log files hold', async () => {
  aws.writeDigests()
  aws.clock.advance(3 * hour)
  aws.writeDigests()
  expect(await verify()).toMatchObject({ problems: [], digests: 4, logFiles: 0 })
})

test('a log file that was changed or deleted is told, and the rest is verified', async () => {
  const { logs } = await live(3)
  await rewrite(logs[0]!, (text) => text.replace('CreateUser', 'CreateRole'))
  await remove(logs[2]!)
  const outcome = await verify()
  expect(told(outcome)).toEqual([['log_altered', logs[0]], ['log_missing', logs[2]]])
  expect(outcome).toMatchObject({ digests: 3, logFiles: 3 })
  await admin().s3.send(new PutObjectCommand({ Bucket: bucket, Key: logs[0], Body: gzipSync('{"Records":[]}').subarray(0, 20) }))
  expect((await verify()).problems).toContainEqual(expect.objectContaining({ code: 'log_altered', key: logs[0], found: null }))
})

test('a digest that was changed is told and its word not taken, but the chain goes on behind it', async () => {
  const { digests } = await live(3)
  await rewrite(digests[1]!, (text) => text.replace(/"logFiles":\[.*\]/, '"logFiles":[]'))
  expect(told(await verify())).toEqual([['digest_altered', digests[1]]])
  await admin().s3.send(new PutObjectCommand({ Bucket: bucket, Key: digests[1], Body: 'no gzip' }))
  const outcome = await verify()
  expect(told(outcome)).toEqual([['digest_unreadable', digests[1]]])
  expect(outcome.cursor?.key).toBe(digests[2])
  await admin().s3.send(new PutObjectCommand({ Bucket: bucket, Key: digests[1], Body: gzipSync('{}'.repeat(5_000)).subarray(0, -10) }))
  expect((await verify()).problems).toMatchObject([{ code: 'digest_unreadable', found: 'It cannot be uncompressed.' }])
})

test('a digest that was deleted is told by the one after it', async () => {
  const { digests } = await live(3)
  await remove(digests[1]!)
  const outcome = await verify()
  expect(outcome.problems).toMatchObject([{ code: 'digest_missing', key: digests[1], from: '2026-11-23T10:00:31Z', to: '2026-11-23T11:00:31Z' }])
})

test('the last digests deleted are overdue, though not within what delays explain', async () => {
  const { digests } = await live(4)
  expect((await verify()).overdueSince).toBeNull()
  await remove(digests[3]!)
  expect((await verify()).overdueSince).toBeNull()
  await remove(digests[2]!)
  aws.clock.advance(1_000)
  expect(await verify()).toMatchObject({ problems: [], overdueSince: new Date('2026-11-23T12:00:31Z') })
})

test('a digest by a key that is not of CloudTrail in this Region is not believed', async () => {
  const { digests } = await live(2)
  await rewrite(digests[1]!, (text) => text.replace(/"digestPublicKeyFingerprint":"[^"]*"/, `"digestPublicKeyFingerprint":"${'0'.repeat(32)}"`))
  expect(told(await verify())).toEqual([['key_unknown', digests[1]]])
})

test('a trail that was stopped and started again says when it was off', async () => {
  await live(2)
  await admin().cloudtrail.send(new StopLoggingCommand({ Name: 'main' }))
  aws.clock.advance(60_000)
  aws.writeDigests()
  aws.clock.advance(5 * hour)
  await admin().cloudtrail.send(new StartLoggingCommand({ Name: 'main' }))
  aws.clock.advance(hour)
  aws.writeDigests()
  const outcome = await verify()
  expect(outcome.problems).toMatchObject([{ code: 'chain_restarted', from: '2026-11-23T12:01:31Z', to: '2026-11-23T17:01:31Z' }])
  expect(outcome).toMatchObject({ digests: 4, failure: null })
})

test('where AWS does not let it read, it stops there and says so, and goes on later', async () => {
  const { digests } = await live(2)
  const before = await verify({ limit: 1 })
  expect(await verify({}, portalKey)).toMatchObject({ cursor: null, digests: 0, failure: { code: 'access_denied' } })
  aws.fail({ service: 's3', action: 'GetObject', code: 'AccessDenied', status: 403, times: 3 })
  expect(await verify({ cursor: before.cursor })).toMatchObject({ cursor: { key: digests[0] }, problems: [], failure: { code: 'access_denied' } })
  aws.clearFaults()
  aws.fail({ service: 'cloudtrail', action: 'ListPublicKeys', code: 'AccessDeniedException', times: 3 })
  expect(await verify({ cursor: before.cursor })).toMatchObject({ cursor: { key: digests[0] }, problems: [], failure: { code: 'access_denied' } })
  aws.clearFaults()
  const hidden = policy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/AWSLogs/*/CloudTrail/*` })
  await admin().s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(hidden) }))
  expect(await verify({ cursor: before.cursor })).toMatchObject({ cursor: { key: digests[0] }, problems: [], failure: { code: 'access_denied' } })
  await admin().s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }))
  expect(await verify({ cursor: before.cursor })).toMatchObject({ cursor: { key: digests[1] }, failure: null })
})
