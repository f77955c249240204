import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, GetBucketLocationCommand, GetBucketPolicyCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { LookupEventsCommand, PutEventSelectorsCommand } from '@aws-sdk/client-cloudtrail'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf, sessionOf } from '../test-clients.ts'
import { adminKey, home, portalKey, roleArn, testOrganisation } from '../test-organisation.ts'

describe('S3', () => {
  let aws: LocalAws
  beforeAll(async () => {
    const trails = [{ name: 'main', bucket: 'example-reports', dataEvents: ['arn:aws:s3:::watched/'] }]
    const [first, ...rest] = testOrganisation.accounts
    aws = await startLocalAws({ seed: { ...testOrganisation, accounts: [{ ...first!, trails }, ...rest] } })
  })
  afterAll(() => aws.close())
  const s3 = () => clientsOf(aws, adminKey).s3

  it('keeps buckets and objects, sent whole or as a stream with a trailing checksum', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: 'first-bucket' }))
    await s3().send(new PutObjectCommand({ Bucket: 'first-bucket', Key: 'a/b c+d.txt', Body: 'hello', ContentType: 'text/plain', Metadata: { who: 'ada' } }))
    const body = Buffer.alloc(200_000, 'x')
    await s3().send(new PutObjectCommand({ Bucket: 'first-bucket', Key: 'a/stream.bin', Body: Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]), ContentLength: body.length }))
    const read = await s3().send(new GetObjectCommand({ Bucket: 'first-bucket', Key: 'a/b c+d.txt' }))
    expect([await read.Body!.transformToString(), read.ContentType, read.Metadata]).toEqual(['hello', 'text/plain', { who: 'ada' }])
    const streamed = await s3().send(new GetObjectCommand({ Bucket: 'first-bucket', Key: 'a/stream.bin' }))
    expect(Buffer.from(await streamed.Body!.transformToByteArray()).equals(body)).toBe(true)
    expect((await s3().send(new HeadObjectCommand({ Bucket: 'first-bucket', Key: 'a/stream.bin' }))).ContentLength).toBe(200_000)
    await expect(s3().send(new HeadBucketCommand({ Bucket: 'first-bucket' }))).resolves.toBeDefined()
    const listed = await s3().send(new ListObjectsV2Command({ Bucket: 'first-bucket', Prefix: 'a/', MaxKeys: 1 }))
    expect([listed.Contents?.map((object) => object.Key), listed.IsTruncated]).toEqual([['a/b c+d.txt'], true])
    const next = await s3().send(new ListObjectsV2Command({ Bucket: 'first-bucket', Prefix: 'a/', MaxKeys: 1, ContinuationToken: listed.NextContinuationToken }))
    expect(next.Contents?.map((object) => object.Key)).toEqual(['a/stream.bin'])
    expect((await s3().send(new ListObjectsV2Command({ Bucket: 'first-bucket', Delimiter: '/' }))).CommonPrefixes).toEqual([{ Prefix: 'a/' }])
    await expect(s3().send(new DeleteBucketCommand({ Bucket: 'first-bucket' }))).rejects.toMatchObject({ name: 'BucketNotEmpty' })
    await s3().send(new DeleteObjectCommand({ Bucket: 'first-bucket', Key: 'a/stream.bin' }))
    await s3().send(new DeleteObjectCommand({ Bucket: 'first-bucket', Key: 'a/b c+d.txt' }))
    await s3().send(new DeleteBucketCommand({ Bucket: 'first-bucket' }))
    expect((await s3().send(new ListBucketsCommand({}))).Buckets?.map((bucket) => bucket.Name)).toEqual(['example-reports'])
  })

  it('serves virtual-host style too', async () => {
    const hosted = new S3Client({ endpoint: aws.url, region: 'us-east-1', credentials: adminKey, forcePathStyle: true, maxAttempts: 1 })
    hosted.middlewareStack.add((next) => (args) => {
      const request = args.request as { headers: Record<string, string>; path: string }
      request.headers.host = 'example-reports.s3.us-east-1.amazonaws.com'
      request.path = request.path.replace('/example-reports', '')
      return next(args)
    }, { step: 'build', priority: 'low' })
    const read = await hosted.send(new GetObjectCommand({ Bucket: 'example-reports', Key: 'report.csv' }))
    expect(await read.Body!.transformToString()).toBe('a,b\n1,2\n')
  })

  it('answers in the words of S3', async () => {
    const missing = { Bucket: 'example-reports', Key: 'none' }
    await expect(s3().send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(s3().send(new HeadObjectCommand(missing))).rejects.toMatchObject({ name: 'NotFound' })
    await expect(s3().send(new GetBucketPolicyCommand({ Bucket: 'example-reports' }))).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' })
    await expect(s3().send(new ListObjectsV2Command({ Bucket: 'nowhere' }))).rejects.toMatchObject({ name: 'NoSuchBucket' })
    await expect(s3().send(new PutBucketPolicyCommand({ Bucket: 'example-reports', Policy: '{}' }))).rejects.toMatchObject({ name: 'MalformedPolicy' })
    expect((await s3().send(new GetBucketLocationCommand({ Bucket: 'example-reports' }))).LocationConstraint).toBeFalsy()
    await expect(clientsOf(aws, portalKey).s3.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(clientsOf(aws, { ...adminKey, secretAccessKey: 'wrong' }).s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader'), DurationSeconds: 900 })
    aws.clock.advance(901_000)
    await expect(clientsOf(aws, keys).s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
    aws.clock.reset()
  })

  it('receives CloudTrail files of what happened since the last delivery', async () => {
    await s3().send(new ListBucketsCommand({}))
    const read = async (file: string) => {
      const [Bucket = '', ...key] = file.split('/')
      const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key: key.join('/') }))
      return (JSON.parse(gunzipSync(await Body!.transformToByteArray()).toString('utf8')) as { Records: { eventName: string }[] }).Records
    }
    const [file] = aws.deliverTrailFiles()
    expect(file).toMatch(/^example-reports\/AWSLogs\/111111111111\/CloudTrail\/us-east-1\/\d{4}\/\d\d\/\d\d\/111111111111_CloudTrail_us-east-1_\d{8}T\d{4}Z_[\da-f]{16}\.json\.gz$/)
    expect((await read(file!)).map((record) => record.eventName)).toContain('ListBuckets')
    await s3().send(new GetBucketLocationCommand({ Bucket: 'example-reports' }))
    const [next] = aws.deliverTrailFiles()
    expect((await read(next!)).map((record) => record.eventName)).toEqual(['GetBucketLocation'])
    expect(aws.deliverTrailFiles()).toEqual([])
  })

  it('records object calls only where a trail selects them', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: 'watched' }))
    await s3().send(new PutObjectCommand({ Bucket: 'watched', Key: 'k', Body: 'v' }))
    await s3().send(new PutObjectCommand({ Bucket: 'example-reports', Key: 'k', Body: 'v' }))
    const written = () => aws.recorded(home).filter((record) => record.eventName === 'PutObject')
    expect(written().map((record) => [record.eventCategory, record.managementEvent, (record.requestParameters as { bucketName: string }).bucketName])).toEqual([['Data', false, 'watched']])
    const lookup = new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'PutObject' }] })
    expect((await clientsOf(aws, adminKey).cloudtrail.send(lookup)).Events).toEqual([])
    const selector = { ReadWriteType: 'All' as const, IncludeManagementEvents: true, DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }
    await clientsOf(aws, adminKey).cloudtrail.send(new PutEventSelectorsCommand({ TrailName: 'main', EventSelectors: [selector] }))
    await s3().send(new PutObjectCommand({ Bucket: 'example-reports', Key: 'k', Body: 'v' }))
    expect(written().length).toBe(2)
  })
})
