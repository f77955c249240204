import { describe, expect, it } from 'vitest'
import { createMovableClock } from '../../clock.ts'
import { moveDate } from './moved-date.ts'

describe('A moved Date', () => {
  it('follows the clock wherever libraries ask for the time, and is real again afterwards', () => {
    const real = Date
    const clock = createMovableClock(Date.now)
    const before = new Date('2020-01-01T00:00:00Z')
    clock.setTo(before)
    const restore = moveDate(clock)
    try {
      expect(Date.now()).toBe(before.getTime())
      expect(new Date().toISOString()).toBe('2020-01-01T00:00:00.000Z')
      expect(new Date(86_400_000).toISOString()).toBe('1970-01-02T00:00:00.000Z')
      expect(Date.parse('2021-01-01T00:00:00Z')).toBe(1_609_459_200_000)
      expect(before).toBeInstanceOf(Date)
      expect(new Date()).toBeInstanceOf(real)
      clock.advance(1_000)
      expect(Date.now()).toBe(before.getTime() + 1_000)
    } finally {
      restore()
    }
    expect(Date).toBe(real)
  })
})
