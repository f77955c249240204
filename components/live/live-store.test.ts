import { expect, test } from 'vitest'
import { parseLiveEvent, reconnectDelayMs, refreshWaitMs } from './live-store.ts'

test('only well-formed events count', () => {
  expect(parseLiveEvent('{"topic":"requests","ids":["a",1],"announce":"One more"}')).toEqual({ topic: 'requests', ids: ['a'], announce: 'One more' })
  expect(parseLiveEvent('{"topic":"grants"}')).toEqual({ topic: 'grants', ids: [] })
  expect(['', 'null', '{}', '{"topic":3}', '[1'].map(parseLiveEvent)).toEqual([null, null, null, null, null])
})

test('reconnecting slows down, to half a minute at most', () => {
  expect([0, 1, 2, 9].map(reconnectDelayMs)).toEqual([1000, 2000, 4000, 30_000])
})

/** When a page is read again to which something new is said every `everyMs`, until `untilMs`. */
function readAtMs(everyMs: number, { held = false, writing = false }, untilMs = 20_000): number | null {
  for (let now = 0, due = 0; now < untilMs; now += 1) {
    const lastMs = Math.floor(now / everyMs) * everyMs
    if (now !== lastMs && now !== due) continue
    const waitMs = refreshWaitMs({ waitedMs: now, quietMs: now - lastMs, held, writing })
    if (waitMs === 0) return now
    due = now + waitMs
  }
  return null
}

test('a change is shown when its burst is over, and changes without end do not put it off without end', () => {
  expect(readAtMs(100_000, {})).toBe(300)
  expect(readAtMs(100, {})).toBe(1_000)
  expect(readAtMs(700, {})).toBe(300)
})

test('a list that is pointed at moves after eight seconds at the latest, however much goes on', () => {
  for (const everyMs of [100, 700, 3_000, 100_000]) {
    const atMs = readAtMs(everyMs, { held: true })
    expect(atMs).toBeGreaterThanOrEqual(8_000)
    expect(atMs).toBeLessThan(8_500)
  }
})

test('what somebody writes in a dialog is not disturbed', () => {
  expect(readAtMs(100, { writing: true })).toBeNull()
  expect(readAtMs(100_000, { writing: true, held: true })).toBeNull()
})
