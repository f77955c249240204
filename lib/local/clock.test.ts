import { expect, it } from 'vitest'
import { createMovableClock } from './clock.ts'

it('follows real time, stops where it is set, jumps, runs on from there, and comes back', () => {
  let real = 1000
  const clock = createMovableClock(() => real)
  const now = () => clock.now().getTime()
  expect(now()).toBe(1000)
  clock.advance(500)
  real += 10
  expect(now()).toBe(1510)
  clock.setTo(new Date(9000))
  real += 10
  expect(now()).toBe(9000)
  clock.advance(-1000)
  expect(now()).toBe(8000)
  clock.follow()
  real += 10
  expect(now()).toBe(8010)
  clock.reset()
  expect(now()).toBe(1030)
})
