import { describe, expect, test } from 'vitest'
import type { InspectedTrail } from '#lib/aws/trail-inspector.ts'
import type { BucketSource } from '#lib/config/trail-sources.ts'
import { bestTrail, describeTrail, trailFaults } from './judge-trails.ts'
import { keepTrails, readKept } from './kept-trails.ts'
import { seenDataEvents } from './seen-data-events.ts'
import { judgeAccount, summariseTrails } from './summarise-trails.ts'

const now = new Date('2026-11-23T12:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
const events = { reads: true, writes: true, leftOut: [], data: [], dataOfAll: [] }
const good: InspectedTrail = { name: 'main', bucket: 'logs', prefix: '', multiRegion: true, validated: true, logging: true, lastDeliveryAt: ago(4), deliveryError: undefined, selection: { ok: true, events } }
const refused = { ok: false, code: 'access_denied', awsCode: 'AccessDenied', message: 'no', retryable: false } as const

describe('A trail', () => {
  test.each<[string, Partial<InspectedTrail>, string[]]>([
    ['as it should be', {}, []],
    ['stopped', { logging: false }, ['not_logging']],
    ['of one Region', { multiRegion: false }, ['one_region']],
    ['without validation', { validated: false }, ['not_validated']],
    ['whose selectors are hidden', { selection: refused }, ['selection_hidden']],
    ['without reads', { selection: { ok: true, events: { ...events, reads: false } } }, ['events_left_out']],
    ['whose bucket is gone', { deliveryError: 'NoSuchBucket', lastDeliveryAt: ago(500) }, ['delivery_failed']],
    ['that delivered nothing for an hour', { lastDeliveryAt: ago(61) }, ['quiet']],
    ['that never delivered', { lastDeliveryAt: undefined }, ['quiet']],
  ])('%s', (_, change, codes) => {
    const faults = trailFaults({ ...good, ...change }, now)
    expect(faults.map(({ code }) => code)).toEqual(codes)
    expect(faults.every(({ what, mend }) => what.endsWith('.') && mend.length > 10)).toBe(true)
  })
  test('is chosen by the least to mend: a hint weighs less than a fault', () => {
    expect(bestTrail([{ ...good, name: 'off', logging: false }, { ...good, name: 'quiet', lastDeliveryAt: undefined, selection: refused }], now)?.trail.name).toBe('quiet')
    expect(bestTrail([], now)).toBeUndefined()
  })
  test('is described by what it does and does not', () => {
    expect(describeTrail(good)).toBe('main: every Region, logging, validated, every management event, no data events')
    expect(describeTrail({ ...good, validated: false, multiRegion: false, selection: { ok: true, events: { ...events, writes: false, data: ['AWS::S3::Object'] } } })).toBe('main: one Region, logging, not validated, some management events, data events of AWS::S3::Object')
  })
})

describe('What is kept of trails', () => {
  const s3: InspectedTrail['selection'] = { ok: true, events: { ...events, data: ['AWS::S3::Object'], dataOfAll: ['AWS::S3::Object'] } }
  const stored = (trails: InspectedTrail[], before: Parameters<typeof keepTrails>[1], at: Date) => readKept(JSON.parse(JSON.stringify(keepTrails(trails, before, at)))) ?? []
  test('comes back from the database as it was', () => {
    expect(stored([{ ...good, selection: refused }], [], now)).toEqual([{ ...good, selection: { ok: false, awsCode: 'AccessDenied' }, dataSince: {} }])
  })
  test('of another version is not known, which is not the same as none', () => {
    expect([readKept({}), readKept([{ name: 'x' }]), readKept(null), readKept([])]).toEqual([null, null, null, []])
  })
  test('data events count from when they were first seen, and anew after a break', () => {
    const first = stored([{ ...good, selection: s3 }], [], ago(60))
    const later = stored([{ ...good, selection: s3 }], first, ago(30))
    expect(later[0]?.dataSince).toEqual({ 'AWS::S3::Object': ago(60) })
    for (const broken of [{ logging: false }, { multiRegion: false }, { selection: refused }, { selection: good.selection }]) {
      const gap = stored([{ ...good, selection: s3, ...broken }], later, ago(20))
      expect(gap[0]?.dataSince).toEqual({})
      expect(stored([{ ...good, selection: s3 }], gap, now)[0]?.dataSince).toEqual({ 'AWS::S3::Object': now })
    }
    expect(stored([{ ...good, bucket: 'other', selection: s3 }], later, now)[0]?.dataSince).toEqual({ 'AWS::S3::Object': now })
  })
})

describe('Data events that are read', () => {
  const trail = { ...keepTrails([good], [], now)[0]!, dataSince: { 'AWS::S3::Object': ago(100) } }
  const source: BucketSource = { kind: 's3', bucket: 'logs', prefix: '', region: 'us-east-1', account: '1', accounts: ['1', '2'], regions: ['us-east-1', 'eu-west-1'], from: ago(200) }
  const owner = { accountId: '2', regions: ['eu-west-1'] }
  test.each<[string, Partial<BucketSource>, Partial<typeof owner>, number, string[]]>([
    ['since before the time asked about', {}, {}, 100, ['AWS::S3::Object']],
    ['only since later', {}, {}, 101, []],
    ['of another bucket', { bucket: 'other' }, {}, 50, []],
    ['under another prefix', { prefix: 'org' }, {}, 50, []],
    ['of other accounts', { accounts: ['1'] }, {}, 50, []],
    ['of some of the Regions', {}, { regions: ['eu-west-1', 'eu-north-1'] }, 50, []],
    ['from files that begin later', { from: ago(49) }, {}, 50, []],
  ])('%s', (_, change, who, minutes, kinds) => {
    expect(seenDataEvents([trail], [{ ...source, ...change }], { ...owner, ...who }, ago(minutes))).toEqual(kinds)
  })
})

describe('An account', () => {
  const kept = (change: Partial<InspectedTrail>) => keepTrails([{ ...good, ...change }], [], now)
  const row = (accountName: string, trails = kept({}), readAt: Date | null = now) => ({ accountId: '1', accountName, environment: 'sandbox', readAt, failure: null, trails, regions: [], regionsFailure: null })
  test('without any trail is not recorded, and that can be mended', () => {
    expect(judgeAccount(row('a', []), now)).toMatchObject({ state: 'not_recording', faults: [{ what: 'No trail records it.' }] })
  })
  test('all of them add up to a line', () => {
    const rows = [row('good'), row('off', kept({ logging: false })), row('lost', kept({ deliveryError: 'NoSuchBucket' })), row('none', []), row('one', kept({ multiRegion: false })), row('unproven', kept({ validated: false })), row('new', [], null)]
    expect(summariseTrails(rows, now)).toEqual({ accounts: 7, recording: 3, notRecording: ['off', 'lost', 'none'], oneRegion: ['one'], unvalidated: ['unproven'], unknown: ['new'] })
  })
})
