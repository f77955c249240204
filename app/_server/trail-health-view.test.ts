import { describe, expect, test } from 'vitest'
import type { AccountTrails } from '#lib/trail/health/trail-health.queries.ts'
import type { FreshnessRow } from '#lib/trail/sessions.queries.ts'
import { accountRows, sourceFacts, trailPanel } from './trail-health-view.ts'
import { readingOf } from './trail-reading.ts'

const now = new Date('2026-11-23T12:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
const watched = (change: Partial<FreshnessRow> = {}): FreshnessRow => ({ accountId: '301122334455', accountName: 'payments', environment: 'production', region: 'us-east-1', watched: 1, far: false, lastSuccessAt: ago(1), lastFailureAt: null, problem: null, lastEventAt: null, ...change })
const trail = { name: 'main', bucket: 'logs', prefix: '', multiRegion: true, validated: true, logging: true, lastDeliveryAt: ago(4), deliveryError: undefined, selection: { ok: true as const, events: { reads: true, writes: true, leftOut: [], data: [], dataOfAll: [] } }, dataSince: {} }
const account = (change: Partial<AccountTrails> = {}): AccountTrails => ({ accountId: '301122334455', accountName: 'payments', environment: 'production', readAt: ago(1), failure: null, trails: [trail], regions: [], regionsFailure: null, ...change })

describe('How far an account is read', () => {
  test.each<[string, Partial<FreshnessRow>, string]>([
    ['a minute ago', {}, 'fresh'],
    ['three minutes ago', { lastSuccessAt: ago(3) }, 'late'],
    ['a quarter of an hour ago', { lastSuccessAt: ago(15) }, 'silent'],
    ['not yet', { lastSuccessAt: null }, 'late'],
    ['AWS refuses since a minute', { problem: 'no' }, 'late'],
    ['AWS always refused', { problem: 'no', lastSuccessAt: null }, 'silent'],
    ['a far Region, half an hour ago', { far: true, lastSuccessAt: ago(29) }, 'fresh'],
    ['a far Region, half an hour ago and more', { far: true, lastSuccessAt: ago(30) }, 'late'],
    ['a far Region, an hour ago', { far: true, lastSuccessAt: ago(60) }, 'silent'],
    ['a far Region whose first turn comes', { far: true, lastSuccessAt: null }, 'fresh'],
  ])('%s', (_, change, state) => {
    expect(readingOf([watched(change)], now).state).toBe(state)
  })
  test('the worst Region tells, and of good ones the near', () => {
    const far = watched({ region: 'eu-west-1', far: true, lastSuccessAt: ago(9) })
    expect(readingOf([far, watched()], now).note).toBe('Asked 60 s ago; AWS is some 5 min late')
    expect(readingOf([watched(), { ...far, problem: 'AccessDenied' }], now)).toMatchObject({ state: 'late', problem: 'eu-west-1: AccessDenied' })
  })
})

describe('An account on Health', () => {
  const word = (change: Partial<AccountTrails>, rows: FreshnessRow[] = []): unknown[] => accountRows([account(change)], rows, now).flatMap(({ state, word: said }) => [state, said])
  test.each<[string, Partial<AccountTrails>, FreshnessRow[], [string, string]]>([
    ['all is well', {}, [watched()], ['working', 'Recording']],
    ['stopped', { trails: [{ ...trail, logging: false }] }, [], ['down', 'Not recording']],
    ['one Region', { trails: [{ ...trail, multiRegion: false }] }, [], ['slow', 'One Region']],
    ['not validated', { trails: [{ ...trail, validated: false }] }, [], ['slow', 'Not validated']],
    ['never asked', { readAt: null, trails: [] }, [], ['unknown', 'Not known yet']],
    ['never answered', { readAt: null, trails: [], failure: 'AccessDenied' }, [], ['down', 'Not reachable']],
    ['answered, and refuses now', { failure: 'AccessDenied' }, [], ['slow', 'Not reachable']],
    ['recorded and not read', {}, [watched({ lastSuccessAt: ago(20) })], ['down', 'Not read']],
  ])('%s', (_, change, rows, expected) => {
    expect(word(change, rows)).toEqual(expected)
  })
  test('says what is wrong and what mends it, once', () => {
    const [row] = accountRows([account({ failure: 'AccessDenied: no', regionsFailure: 'AccessDenied: no' })], [watched({ problem: 'no' })], now)
    expect(row?.problem).toBe('Its trails cannot be asked. AccessDenied: no Its Regions cannot be asked. AccessDenied: no us-east-1: no')
    expect(row?.mend).toBe("Check the reader's role: npm run aws:template -- member --account payments.")
  })
})

describe('The dashboard', () => {
  test('says at a glance what is recorded, and names what is not', () => {
    const accounts = [account(), ...['b', 'c', 'd', 'e'].map((name) => account({ accountId: name, accountName: name, trails: [{ ...trail, validated: false }] })), account({ accountId: 'f', accountName: 'f', trails: [] })]
    expect(trailPanel(accounts, [watched()], ago(2), now, '/health')).toMatchObject({
      headline: 'Recording in 5 of 6 accounts',
      state: 'bad',
      issues: ['Not recording in f', 'Validation off in b, c, d and 1 more'],
      newestEventAt: ago(2).toISOString(),
      newestIsOld: false,
      items: [{ account: { id: 'f' }, state: 'silent', note: 'No trail records it.' }, ...['b', 'c', 'd', 'e'].map((id) => ({ account: { id }, state: 'late' })), { account: { id: '301122334455' }, state: 'fresh' }],
      more: 0,
    })
  })
  test('names no account where all is well and nobody is inside, and none before the first answer', () => {
    expect(trailPanel([account()], [], null, now, null)).toMatchObject({ headline: 'Recording in 1 of 1 account', state: 'calm', issues: [], items: [], newestIsOld: true })
    expect(trailPanel([account({ readAt: null, trails: [] })], [], null, now, null)).toMatchObject({ headline: '1 account, not asked yet', state: 'unknown', issues: [], items: [] })
  })
})

test('a source tells what it brought; a digest what it verified', () => {
  const source = { id: 's', kind: 's3', lastReadAt: now, lastEventAt: ago(3), readCount: 12_345n, storedCount: 1n, unreadableCount: 2n }
  expect(sourceFacts(source)).toEqual([{ label: 'Read', text: '12,345 events' }, { label: 'Stored', text: '1' }, { label: 'Unreadable', text: '2', bad: true }, { label: 'Newest event', at: ago(3).toISOString() }])
  expect(sourceFacts({ ...source, kind: 'digest', readCount: 1n })).toEqual([{ label: 'Verified', text: '1 file' }])
})
