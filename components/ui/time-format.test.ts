import { expect, test } from 'vitest'
import { clockTime, countdown, durationText, exactTime, relativeTime } from './time-format.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const ago = (seconds: number): string => relativeTime(now - seconds * 1000, now)

test('the past is told coarsely', () => {
  expect(ago(0)).toBe('just now')
  expect(ago(50)).toBe('1 min ago')
  expect(ago(12 * 60)).toBe('12 min ago')
  expect(ago(3599)).toBe('59 min ago')
  expect(ago(2 * 3600 + 1800)).toBe('2 h ago')
  expect(ago(26 * 3600)).toBe('1 day ago')
  expect(ago(6 * 86_400)).toBe('6 days ago')
  expect(ago(20 * 86_400)).toBe('2 Nov')
  expect(ago(400 * 86_400)).toBe('18 Oct 2025')
})

test('the future says in how long', () => {
  expect(ago(-10)).toBe('in a moment')
  expect(ago(-2)).toBe('just now')
  expect(ago(-600)).toBe('in 10 min')
})

test('an exact time always names its zone', () => {
  expect(exactTime('2026-11-22T12:00:11Z')).toBe('22 Nov 2026, 12:00:11 UTC')
  expect(exactTime('2026-11-22T12:00:11Z', 'Europe/Vienna')).toMatch(/13:00:11 (CET|GMT\+1)$/)
  expect(clockTime('2026-11-22T12:30:00Z', now)).toBe('12:30 UTC')
  expect(clockTime('2026-11-23T00:30:00Z', now)).toBe('23 Nov, 00:30 UTC')
})

test('durations read as people say them', () => {
  expect([15, 60, 90, 480, 2880].map(durationText)).toEqual(['15 min', '1 h', '1 h 30 min', '8 h', '2 days'])
})

test('a countdown is minutes, then seconds under five minutes, and never promises more than is left', () => {
  expect(countdown(2 * 3_600_000 + 59_999)).toEqual({ text: '2 h', tone: 'calm' })
  expect(countdown(300_000)).toEqual({ text: '5 min', tone: 'calm' })
  expect(countdown(299_999)).toEqual({ text: '4:59', tone: 'soon' })
  expect(countdown(9_999)).toEqual({ text: '0:09', tone: 'soon' })
  expect(countdown(0)).toEqual({ text: 'ended', tone: 'over' })
  expect(countdown(3 * 86_400_000 + 7_200_000).text).toBe('3 d 2 h')
})
