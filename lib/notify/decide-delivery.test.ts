import { expect, test } from 'vitest'
import { decideDelivery } from './decide-delivery.ts'
import { type Preference, readPreference } from './preference.ts'

const standard = readPreference(null)
const berlin: Preference = { ...standard, zone: 'Europe/Berlin', quiet: { from: 22 * 60, to: 7 * 60 } }
const at = (preference: Preference, time: string, kind: Parameters<typeof decideDelivery>[1] = 'request.waiting'): string | undefined =>
  decideDelivery(preference, kind, new Date(time)).mail?.notBefore.toISOString()

test('without a word from somebody, everything is told at once; what becomes active is listed only, for the approval was mailed', () => {
  expect(at(standard, '2026-11-22T03:00:10.000Z')).toBe('2026-11-22T03:00:10.000Z')
  expect(decideDelivery(standard, 'grant.active', new Date())).toEqual({ listed: true, mail: null })
})

test('what was turned off does not arrive, and without mail everything else is only listed', () => {
  const now = new Date()
  expect(decideDelivery({ ...standard, approvals: 'off' }, 'request.waiting', now)).toEqual({ listed: false, mail: null })
  expect(decideDelivery({ ...standard, mail: false }, 'request.waiting', now)).toEqual({ listed: true, mail: null })
  expect(decideDelivery({ ...standard, mail: false }, 'emergency.taken', now)).toEqual({ listed: true, mail: null })
})

test('quiet hours over midnight hold mail back until they end, in the zone of the person, their first minute in and their last out', () => {
  expect(at(berlin, '2026-11-22T20:59:59.000Z')).toBe('2026-11-22T20:59:59.000Z')
  expect(at(berlin, '2026-11-22T21:00:00.000Z')).toBe('2026-11-23T06:00:00.000Z')
  expect(at(berlin, '2026-11-23T02:30:20.000Z')).toBe('2026-11-23T06:00:00.000Z')
  expect(at(berlin, '2026-11-23T06:00:00.000Z')).toBe('2026-11-23T06:00:00.000Z')
})

test('quiet hours within a day, none at all, and zones of half hours', () => {
  const lunch: Preference = { ...standard, zone: 'Asia/Kolkata', quiet: { from: 13 * 60, to: 14 * 60 } }
  expect(at(lunch, '2026-11-22T07:45:00.000Z')).toBe('2026-11-22T08:30:00.000Z')
  expect(at(lunch, '2026-11-22T09:00:00.000Z')).toBe('2026-11-22T09:00:00.000Z')
  expect(at({ ...lunch, quiet: { from: 60, to: 60 } }, '2026-11-22T19:30:00.000Z')).toBe('2026-11-22T19:30:00.000Z')
})

test('the nights in which the clocks change are an hour shorter and longer', () => {
  expect(at(berlin, '2026-03-28T22:00:00.000Z')).toBe('2026-03-29T05:00:00.000Z')
  expect(at(berlin, '2026-10-24T21:00:00.000Z')).toBe('2026-10-25T06:00:00.000Z')
  // 02:30 does not exist on this night, and exists twice on that one.
  const half: Preference = { ...berlin, quiet: { from: 22 * 60, to: 2 * 60 + 30 } }
  expect(at(half, '2026-03-28T22:00:00.000Z')).toBe('2026-03-29T01:30:00.000Z')
  expect(at(half, '2026-10-24T21:00:00.000Z')).toBe('2026-10-25T00:30:00.000Z')
})

test('a digest comes with the next full hour or at eight in the morning, and after the quiet hours', () => {
  const hourly: Preference = { ...berlin, approvals: 'digest', digestEvery: 'hour' }
  expect(decideDelivery(hourly, 'request.waiting', new Date('2026-11-22T12:20:30.000Z'))).toEqual({ listed: true, mail: { digest: true, notBefore: new Date('2026-11-22T13:00:00.000Z') } })
  expect(at(hourly, '2026-11-22T20:30:00.000Z')).toBe('2026-11-23T06:00:00.000Z')
  const daily: Preference = { ...hourly, digestEvery: 'day' }
  expect(at(daily, '2026-11-22T06:59:00.000Z')).toBe('2026-11-22T07:00:00.000Z')
  expect(at(daily, '2026-11-22T07:00:00.000Z')).toBe('2026-11-23T07:00:00.000Z')
})

test('an emergency waits for nothing and nobody', () => {
  const nothing: Preference = { ...berlin, approvals: 'off', access: 'off', findings: 'off' }
  for (const kind of ['emergency.taken', 'emergency.overdue'] as const)
    expect(decideDelivery(nothing, kind, new Date('2026-11-23T02:00:00.000Z'))).toEqual({ listed: true, mail: { digest: false, notBefore: new Date('2026-11-23T02:00:00.000Z') } })
})

test('a stored preference that this version cannot read counts as never said', () => {
  const stored = { mail: false, approvals: 'sometimes', access: 'off', findings: 'off', digestEvery: 'day', quietFrom: null, quietTo: null, zone: 'UTC' }
  expect(readPreference(stored)).toEqual(standard)
  expect(readPreference({ ...stored, approvals: 'digest', quietFrom: 60, quietTo: 120 })).toMatchObject({ mail: false, approvals: 'digest', quiet: { from: 60, to: 120 } })
})
