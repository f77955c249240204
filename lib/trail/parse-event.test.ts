import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDenied } from './denied.ts'
import { parseEvent, readTrailTime, type TrailFacts, withheld } from './parse-event.ts'

const { Records } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/records.json'), 'utf8')) as { Records: Record<string, unknown>[] }
const read = (source: unknown): TrailFacts => {
  const reading = parseEvent(source)
  if (!reading.ok) throw new Error(reading.reason)
  return reading.event
}
const changed = (change: Record<string, unknown>): unknown => ({ ...Records[0], ...change })

describe('a CloudTrail record', () => {
  it('is kept without the secrets that it holds in clear, wherever they stand', () => {
    const credentials = { accessKeyId: 'ASIA4EXAMPLEKEYID001', sessionToken: 'opens-everything', expiration: 'Jul 10, 2023, 1:28:26 PM' }
    const { body } = read(changed({ responseElements: { credentials, nested: [{ SecretString: 's3cret' }], masterUserPassword: 'hunter2', password: null }, requestParameters: { clientToken: 'a name', nextToken: 'a page' } }))
    expect(body.responseElements).toEqual({ credentials: { ...credentials, sessionToken: withheld }, nested: [{ SecretString: withheld }], masterUserPassword: withheld, password: null })
    expect(body.requestParameters).toEqual({ clientToken: 'a name', nextToken: 'a page' })
  })

  it('yields the facts of a role session', () => {
    expect(read(JSON.stringify(Records[0]))).toMatchObject({
      eventId: '11111111-1111-4111-8111-111111111111',
      eventTime: new Date('2026-11-22T10:04:11Z'),
      eventName: 'StopInstances',
      region: 'eu-central-1',
      sourceIp: '203.0.113.10',
      errorCode: 'Client.UnauthorizedOperation',
      readOnly: false,
      accessKeyId: 'ASIA4EXAMPLEKEYID001',
      sessionName: 'maya.chen+7K2M9QX4TB',
      sourceIdentity: 'maya.chen+7K2M9QX4TB',
      sessionStartedAt: new Date('2026-11-22T10:00:00Z'),
      issuerArn: 'arn:aws:iam::301122334455:role/latchkey/payments-read',
    })
  })

  it('is read without type, session or readOnly as well', () => {
    expect(read(Records[2])).toMatchObject({ readOnly: true, accessKeyId: null, principalId: null, sessionStartedAt: null, sessionName: null })
    expect(read(Records[1])).toMatchObject({ eventName: 'AssumeRole', readOnly: true, sessionName: null })
  })

  it.each([
    [undefined, 'DescribeInstances', true],
    [undefined, 'LookupEvents', true],
    [undefined, 'CreateUser', false],
    [undefined, 'Getaway', true],
    ['false', 'DescribeInstances', false],
    ['true', 'CreateUser', true],
    [false, 'GetSecretValue', false],
  ])('with readOnly %s and name %s is read-only: %s', (readOnly, eventName, expected) => {
    expect(read(changed({ readOnly, eventName })).readOnly).toBe(expected)
  })

  it.each([
    ['{"eventID"', 'not JSON'],
    ['[]', 'not an object'],
    ['null', 'not an object'],
    [changed({ eventID: 7 }), 'no eventID'],
    [changed({ eventID: 'x'.repeat(201) }), 'no eventID'],
    [changed({ eventTime: 'yesterday' }), 'no readable eventTime'],
    [changed({ eventTime: '2026-13-45T10:00:00Z' }), 'no readable eventTime'],
    [changed({ eventName: null }), 'no eventSource or eventName'],
    [`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, 'nested more than 64 deep'],
  ])('that is none is named: %#', (source, reason) => {
    expect(parseEvent(source)).toEqual({ ok: false, reason })
  })

  it('cannot hide behind text that PostgreSQL refuses', () => {
    const text = JSON.stringify(changed({ userAgent: 'curl\0/8', requestParameters: { 'a\0b': ['half \ud83d'] } }))
    const event = read(text)
    expect(event.userAgent).toBe('curl\u{fffd}/8')
    expect(event.body.requestParameters).toEqual({ 'a\u{fffd}b': ['half \u{fffd}'] })
  })

  it('never makes the parser throw, whatever it is', () => {
    const bent = fc.record({ eventID: fc.anything(), eventTime: fc.anything(), eventSource: fc.anything(), eventName: fc.anything(), userIdentity: fc.anything(), readOnly: fc.anything() })
    const verdict = fc.check(fc.property(fc.oneof(fc.anything(), fc.json(), fc.string(), bent), (source) => typeof parseEvent(source).ok === 'boolean'), { numRuns: 1_000 })
    expect(verdict.counterexample).toBeNull()
  })
})

describe('a time of CloudTrail', () => {
  it.each([
    ['2023-07-10T13:28:26Z', '2023-07-10T13:28:26.000Z'],
    ['2023-07-10T13:28:26.5Z', '2023-07-10T13:28:26.500Z'],
    ['Jul 10, 2023, 1:28:26 PM', '2023-07-10T13:28:26.000Z'],
    ['Jul 10, 2023, 12:00:01 AM', '2023-07-10T00:00:01.000Z'],
    ['Jul 10, 2023, 12:00:01 PM', '2023-07-10T12:00:01.000Z'],
    ['Jul 10, 2023 1:28:26\u{202f}PM', '2023-07-10T13:28:26.000Z'],
  ])('%s is %s', (text, expected) => expect(readTrailTime(text)?.toISOString()).toBe(expected))

  it.each(['', 'Ulj 10, 2023, 1:28:26 PM', '10 July 2023', '2023-07-10', 1_688_995_706, null])('%s is none', (value) => expect(readTrailTime(value)).toBeUndefined())
})

it.each([['AccessDenied', true], ['AccessDeniedException', true], ['Client.UnauthorizedOperation', true], ['Client.InvalidVpcID.NotFound', false], ['ThrottlingException', false], [null, false]])('error code %s says that permission was missing: %s', (code, expected) => expect(isDenied(code)).toBe(expected))

const data = process.env.LATCHKEY_TRAIL_DATA
describe.skipIf(!data)('real CloudTrail data (skipped unless LATCHKEY_TRAIL_DATA names its folder)', () => {
  it('is parsed without loss, but for what opens something: every record of the invictus set', () => {
    const folder = path.join(data ?? '', 'invictus/CloudTrail')
    const records = readdirSync(folder).flatMap((name) => (JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { Records: Record<string, unknown>[] }).Records)
    const events = records.map((record) => read(JSON.stringify(record)))
    expect(new Set(events.map((event) => event.eventId)).size).toBe(2_900)
    const left = records.map((record) => JSON.parse(JSON.stringify(record), (key, value: unknown) => (typeof value === 'string' && ['sessionToken', 'masterUserPassword'].includes(key) ? withheld : value)) as unknown)
    expect(left).not.toEqual(records)
    expect(events.map((event) => event.body)).toEqual(left)
    expect(events.every((event, index) => event.readOnly === records[index]!.readOnly)).toBe(true)
    const sessions = new Set(events.flatMap((event) => (event.sessionName && event.sessionStartedAt ? `${event.principalId} ${event.sessionStartedAt.toISOString()}` : [])))
    const keys = new Set(events.flatMap((event) => (event.sessionName ? (event.accessKeyId ?? []) : [])))
    expect([sessions.size, keys.size].every((count) => count > 0)).toBe(true)
    expect(events.filter((event) => isDenied(event.errorCode)).length).toBe(60)
  })
})
