import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beforeDay, folderOf, readObjectKey } from './object-keys.ts'
import { parseNotification } from './parse-notification.ts'

const bucket = 'trail-logs'
const log = 'AWSLogs/111122223333/CloudTrail/us-east-2/2026/11/23/111122223333_CloudTrail_us-east-2_20261123T0215Z_EXAMPLE0123456AB.json.gz'
const digest = 'AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2026/11/23/111122223333_CloudTrail-Digest_us-east-2_main_us-east-2_20261123T030131Z.json.gz'
const created = (key: string, eventName = 'ObjectCreated:Put') => ({ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-2', eventName, s3: { bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` }, object: { key, size: 12 } } })
const record = { eventVersion: '1.11', eventID: 'b1', eventName: 'CreateUser', eventSource: 'iam.amazonaws.com', eventTime: '2026-11-23T10:00:00Z' }
const envelope = (type: string, detail: unknown) => ({ version: '0', id: 'e1', 'detail-type': type, source: 'aws.iam', account: '111122223333', time: '2026-11-23T10:00:00Z', region: 'us-east-1', resources: [], detail })
const bySns = (message: unknown) => ({ Type: 'Notification', MessageId: 'm1', TopicArn: 'arn:aws:sns:us-east-2:111122223333:logs', Message: JSON.stringify(message), Timestamp: '2026-11-23T10:00:00.000Z' })
const read = (message: unknown) => parseNotification(JSON.stringify(message))
const object = { kind: 'objects', objects: [{ bucket, key: log }] }

describe('Every form in which a queue hears of CloudTrail, as it is and wrapped by SNS', () => {
  const forms: [name: string, message: unknown, notice: unknown][] = [
    ["S3's notification", { Records: [created(log)] }, object],
    ['one of an upload in parts', { Records: [created(log, 'ObjectCreated:CompleteMultipartUpload')] }, object],
    ["S3's event on EventBridge", envelope('Object Created', { version: '0', bucket: { name: bucket }, object: { key: log, size: 12 } }), object],
    ["CloudTrail's own notification", { s3Bucket: bucket, s3ObjectKey: [log, log] }, { kind: 'objects', objects: [{ bucket, key: log }, { bucket, key: log }] }],
    ['a call on EventBridge', envelope('AWS API Call via CloudTrail', record), { kind: 'records', records: [record] }],
    ['a sign-in on EventBridge', envelope('AWS Console Sign In via CloudTrail', record), { kind: 'records', records: [record] }],
    ['a record by itself', record, { kind: 'records', records: [record] }],
    ['records by themselves', { Records: [record, record] }, { kind: 'records', records: [record, record] }],
    ["S3's test", { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket }, { kind: 'nothing' }],
    ['a digest', { Records: [created(digest)] }, { kind: 'nothing' }],
    ['an object that is not of CloudTrail', { Records: [created('AWSLogs/111122223333/Config/x.json.gz')] }, { kind: 'nothing' }],
    ['an object that was deleted', { Records: [created(log, 'ObjectRemoved:Delete')] }, { kind: 'nothing' }],
    ['another event on EventBridge', envelope('EC2 Instance State-change Notification', { state: 'running' }), { kind: 'nothing' }],
    ['no objects', { Records: [] }, { kind: 'nothing' }],
  ]
  test.each(forms)('%s', (_name, message, notice) => {
    expect(read(message)).toEqual(notice)
    expect(read(bySns(message))).toEqual(notice)
  })

  test('keys are decoded where S3 encoded them, and only there', () => {
    const key = `a b+c/ü/${log}`
    const encoded = `a+b%2Bc/%C3%BC/${log}`
    expect(read({ Records: [created(encoded)] })).toEqual({ kind: 'objects', objects: [{ bucket, key }] })
    expect(read(envelope('Object Created', { bucket: { name: bucket }, object: { key } }))).toEqual({ kind: 'objects', objects: [{ bucket, key }] })
  })
})

describe('What cannot be read is told', () => {
  const odd: unknown[] = [null, 7, 'text', [], {}, { Records: [created('%E0%A4%A')] }, { Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: {} } }] }, { Records: [created(log), null] }, { Records: [record, created(log)].slice(0, 1).concat([{} as never]) }, envelope('AWS API Call via CloudTrail', { state: 'running' }), envelope('AWS API Call via CloudTrail', null), envelope('Object Created', { bucket: {} }), { s3Bucket: bucket, s3ObjectKey: [1] }, bySns(bySns(bySns(bySns(record))))]
  test.each(odd.map((message) => [JSON.stringify(message).slice(0, 80), message]))('%s', (_name, message) => {
    expect(read(message)).toMatchObject({ kind: 'unreadable', reason: expect.any(String) })
  })

  test('whatever it is, and nothing is ever thrown', () => {
    const names = ['Records', 'Message', 'TopicArn', 'detail', 'detail-type', 's3Bucket', 's3ObjectKey', 'eventName', 's3', 'bucket', 'object', 'key', 'name', 'Event']
    const value = fc.letrec((tie) => ({ any: fc.oneof({ depthSize: 'small' }, fc.string(), fc.constantFrom(...names, log), fc.constant(null), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...names), tie('any'))) })).any
    const kinds = ['objects', 'records', 'nothing', 'unreadable']
    fc.assert(fc.property(fc.oneof(fc.string(), value.map((one) => JSON.stringify(one))), (body) => {
      expect(kinds).toContain(parseNotification(body).kind)
    }))
  })
})

describe('The keys of objects', () => {
  test('say what a file is and whose', () => {
    const here = { organizationId: undefined, accountId: '111122223333', region: 'us-east-2', day: '2026-11-23' }
    expect(readObjectKey(log)).toMatchObject({ ...here, prefix: '', kind: 'log', name: log.split('/').at(-1) })
    expect(readObjectKey(`logs/of/all/${digest}`)).toMatchObject({ ...here, prefix: 'logs/of/all', kind: 'digest' })
    expect(readObjectKey(log.replace('AWSLogs/', 'AWSLogs/o-exampleorgid/'))).toMatchObject({ ...here, organizationId: 'o-exampleorgid' })
    expect(readObjectKey(log.replaceAll('CloudTrail', 'CloudTrail-Insight'))).toMatchObject({ kind: 'insight' })
    for (const key of ['', 'AWSLogs', log.replace('.json.gz', '.txt'), log.replace('/23/', '/'), 'AWSLogs/111122223333/CloudTrail/us-east-2/']) expect(readObjectKey(key)).toBeUndefined()
  })

  test('begin with the folder of their trail, and sort behind its days', () => {
    const place = { prefix: 'logs', organizationId: 'o-exampleorgid', accountId: '111122223333', region: 'us-east-2' }
    const key = `logs/${log.replace('AWSLogs/', 'AWSLogs/o-exampleorgid/')}`
    const folder = folderOf(place, 'CloudTrail')
    expect(key.startsWith(folder)).toBe(true)
    expect(folderOf({ ...place, prefix: '', organizationId: undefined }, 'CloudTrail-Digest')).toBe(digest.slice(0, digest.indexOf('2026/')))
    expect([beforeDay(folder, new Date('2026-11-23T23:00:00Z')) < key, beforeDay(folder, new Date('2026-11-24T00:00:00Z')) > key]).toEqual([true, true])
  })
})
