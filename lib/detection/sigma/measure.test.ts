import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Correlating } from './correlate.ts'
import { createMeasure } from './measure.ts'

type One = { rule: number; atMs: number; value: string }
const one = fc.record({ rule: fc.integer({ min: 0, max: 2 }), atMs: fc.integer({ min: 0, max: 12 }), value: fc.constantFrom('1', '2', '3.5', 'x') })
const span = 4
const asked: Correlating = { type: 'event_count', ruleCount: 3, timespanMs: span, criteria: {}, percentile: undefined }

/** The same by looking at the whole window each time. */
const plainly: Record<string, (window: readonly One[]) => number> = {
  event_count: (window) => window.length,
  value_count: (window) => new Set(window.map(({ value }) => value)).size,
  temporal: (window) => new Set(window.map(({ rule }) => rule)).size,
  temporal_ordered: (window) => longest(window, 0, Number.NEGATIVE_INFINITY),
  value_sum: (window) => numbers(window).reduce((sum, value) => sum + value, 0),
  value_avg: (window) => numbers(window).reduce((sum, value) => sum + value, 0) / numbers(window).length,
  value_median: (window) => {
    const sorted = numbers(window).toSorted((a, b) => a - b)
    return ((sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN) + (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)) / 2
  },
  value_percentile: (window) => (100 * window.filter(({ value }) => value === window.at(-1)?.value).length) / window.length,
}
const numbers = (window: readonly One[]): number[] => window.map(({ value }) => Number(value)).filter((value) => !Number.isNaN(value))

/** The longest chain of rising rules at times that do not fall, beginning with rules from `rule` on not before `atMs`. */
function longest(window: readonly One[], rule: number, atMs: number): number {
  return Math.max(0, ...window.filter((next) => next.rule >= rule && next.atMs >= atMs).map((next) => 1 + longest(window, next.rule + 1, next.atMs)))
}

it.each(Object.keys(plainly))('%s of a window that moves is that of the window as it is', (type) => {
  fc.assert(
    fc.property(fc.array(one, { maxLength: 14 }), (drawn) => {
      const measure = createMeasure({ ...asked, type: type as Correlating['type'] })
      let window: One[] = []
      for (const next of drawn.toSorted((a, b) => a.atMs - b.atMs)) {
        measure.add(next)
        window.push(next)
        for (const old of window.filter(({ atMs }) => atMs < next.atMs - span)) measure.remove(old)
        window = window.filter(({ atMs }) => atMs >= next.atMs - span)
        const expected = plainly[type]!(window)
        if (Number.isNaN(expected)) expect(measure.value()).toBeNaN()
        else expect(measure.value()).toBeCloseTo(expected, 9)
      }
    }),
  )
})
