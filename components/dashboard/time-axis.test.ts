import { expect, test } from 'vitest'
import { percentOf, ticks } from './time-axis.ts'

test('moments are placed inside the window and cut at its edges', () => {
  expect([-5, 0, 25, 100, 900].map((at) => percentOf(at, 0, 100))).toEqual([0, 0, 25, 100, 100])
  expect(percentOf(5, 10, 10)).toBe(0)
})

test('ticks fall on whole steps and are never too many', () => {
  const from = Date.parse('2026-11-22T08:10:00Z')
  const found = ticks(from, from + 8 * 3_600_000).map((at) => new Date(at).toISOString().slice(11, 16))
  expect(found).toEqual(['09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00'])
  expect(ticks(from, from + 30 * 86_400_000).length).toBeLessThanOrEqual(9)
})
