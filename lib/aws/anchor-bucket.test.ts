import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMovableClock } from '#lib/local/clock.ts'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { clientsOf } from '#lib/local/aws/test-clients.ts'
import { adminKey, testOrganisation } from '#lib/local/aws/test-organisation.ts'
import { openAnchorBucket } from './anchor-bucket.ts'

const clock = createMovableClock()
let aws: LocalAws
const s3 = () => clientsOf(aws, adminKey).s3
const day = 86_400_000
const until = () => new Date(clock.now().getTime() + 10 * day)
const settings = { bucket: 'record-anchor', region: 'us-east-1', prefix: 'latchkey/', retentionDays: 10 }
const open = (bucket = settings.bucket) => openAnchorBucket({ ...settings, bucket }, async () => adminKey)

beforeAll(async () => {
  aws = await startLocalAws({ seed: testOrganisation, clock })
  process.env.AWS_ENDPOINT_URL = aws.url
  await s3().send(new CreateBucketCommand({ Bucket: settings.bucket, ObjectLockEnabledForBucket: true }))
  await s3().send(new CreateBucketCommand({ Bucket: 'plain-bucket' }))
})
afterAll(() => aws.close())

test('what is put is read back, newest last; the same again, also at the same moment, is put once', async () => {
  const both = await Promise.all([open().put('checkpoints/0001.ndjson', 'one\n', until()), open().put('checkpoints/0001.ndjson', 'one\n', until())])
  expect(both).toEqual([{ ok: true }, { ok: true }])
  expect(await open().put('checkpoints/0001.ndjson', 'forged\n', until())).toEqual({ ok: true })
  expect(await open().put('checkpoints/0002.ndjson', 'two\n', until())).toEqual({ ok: true })
  expect(await open().newest(5)).toEqual({ ok: true, texts: ['one\n', 'two\n'] })
  expect(await open().newest(1)).toEqual({ ok: true, texts: ['two\n'] })
})

test('a locked object outlives deleting and overwriting, by anybody, until its day', async () => {
  const Key = 'latchkey/checkpoints/0003.ndjson'
  await open().put('checkpoints/0003.ndjson', 'three\n', until())
  const { VersionId } = await s3().send(new GetObjectCommand({ Bucket: settings.bucket, Key })).then(async () => s3().send(new PutObjectCommand({ Bucket: settings.bucket, Key, Body: 'overwritten', ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until() })))
  await expect(s3().send(new DeleteObjectCommand({ Bucket: settings.bucket, Key, VersionId }))).rejects.toMatchObject({ name: 'AccessDenied' })
  // A delete without a version only hides it.
  await s3().send(new DeleteObjectCommand({ Bucket: settings.bucket, Key }))
  await expect(s3().send(new GetObjectCommand({ Bucket: settings.bucket, Key }))).rejects.toMatchObject({ name: 'NoSuchKey' })
  const kept = await s3().send(new GetObjectCommand({ Bucket: settings.bucket, Key, VersionId }))
  expect(await kept.Body?.transformToString()).toBe('overwritten')
  clock.advance(11 * day)
  await s3().send(new DeleteObjectCommand({ Bucket: settings.bucket, Key, VersionId }))
  await expect(s3().send(new GetObjectCommand({ Bucket: settings.bucket, Key, VersionId }))).rejects.toMatchObject({ name: 'NoSuchVersion' })
})

test('a bucket without Object Lock, and one that is not there, are answered with what to mend', async () => {
  expect(await open('plain-bucket').put('checkpoints/1.ndjson', 'x', until())).toMatchObject({ ok: false, code: 'invalid', awsCode: 'ObjectLockMissing', message: expect.stringContaining('needs Object Lock') })
  expect(await open('no-such-bucket').put('checkpoints/1.ndjson', 'x', until())).toMatchObject({ ok: false, code: 'not_found' })
})

test('S3 refuses half of a lock, a date that has passed, and a mode it does not know', async () => {
  const put = (lock: object) => s3().send(new PutObjectCommand({ Bucket: settings.bucket, Key: 'half', Body: 'x', ...lock }))
  await expect(put({ ObjectLockMode: 'COMPLIANCE' })).rejects.toMatchObject({ name: 'InvalidArgument' })
  await expect(put({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(clock.now().getTime() - day) })).rejects.toMatchObject({ name: 'InvalidArgument' })
  await expect(put({ ObjectLockMode: 'FOREVER' as never, ObjectLockRetainUntilDate: until() })).rejects.toMatchObject({ name: 'InvalidArgument' })
})
