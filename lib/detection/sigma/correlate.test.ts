import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Contribution, correlate, type Correlating, inOrder } from './correlate.ts'

const base: Correlating = { type: 'event_count', ruleCount: 1, timespanMs: 10_000, criteria: { gte: 3 }, percentile: undefined }
const at = (seconds: number, { rule = 0, value, id = `${seconds}/${rule}` }: { rule?: number; value?: string; id?: string } = {}): Contribution => ({ rule, atMs: seconds * 1_000, eventId: id, earlierIds: [], value })
const hits = (correlating: Partial<Correlating>, contributions: readonly Contribution[], closedBeforeMs = Number.POSITIVE_INFINITY): string[][] =>
  correlate({ ...base, ...correlating }, inOrder<string, Contribution>(contributions, (one, other) => (one < other ? -1 : one > other ? 1 : 0)), closedBeforeMs).map(({ contributions: found }) => found.map(({ eventId }) => eventId))

describe('sliding windows', () => {
  it('events exactly the timespan apart belong together; a moment more and they do not', () => {
    expect(hits({}, [at(0), at(5), at(10)])).toEqual([['0/0', '5/0', '10/0']])
    expect(hits({}, [at(0), at(5), at(10.001)])).toEqual([])
  })
  it('windows are not cut at full minutes: what lies across counts', () => {
    expect(hits({}, [at(58), at(59), at(61)])).toHaveLength(1)
  })
  it('what made a hit makes no second one; a second burst is a second hit', () => {
    expect(hits({}, [0, 1, 2, 3, 4].map((second) => at(second)))).toEqual([['0/0', '1/0', '2/0']])
    expect(hits({}, [0, 1, 2, 3, 4, 5].map((second) => at(second)))).toHaveLength(2)
  })
  it('the same event twice counts once', () => {
    expect(hits({}, [at(0), at(1), at(1), at(1)])).toEqual([])
  })
  it('no order of coming changes what is found', () => {
    const any = fc.array(fc.record({ seconds: fc.integer({ min: 0, max: 60 }), rule: fc.integer({ min: 0, max: 2 }), value: fc.constantFrom('1', '2', '3') }), { maxLength: 40 })
    const one = fc.constantFrom<Partial<Correlating>>({}, { type: 'value_count', criteria: { gt: 1 } }, { type: 'temporal', ruleCount: 3, criteria: { gte: 3 } }, { type: 'temporal_ordered', ruleCount: 3, criteria: { gte: 3 } }, { type: 'value_sum', criteria: { gte: 6 } }, { criteria: { lte: 2 } })
    fc.assert(
      fc.property(any, one, fc.integer(), (drawn, correlating, seed) => {
        const all = drawn.map(({ seconds, rule, value }, index) => at(seconds, { rule, value, id: `e${String(index).padStart(2, '0')}` }))
        const shuffled = all.map((contribution, index) => ({ contribution, key: Math.sin(seed + index) })).toSorted((a, b) => a.key - b.key).map(({ contribution }) => contribution)
        expect(hits(correlating, [...shuffled, ...all.slice(0, 5)])).toEqual(hits(correlating, all))
      }),
    )
  })
})

describe('conditions with an upper bound', () => {
  it('are looked at when their window is over, and not before', () => {
    const two = [at(0), at(1)]
    expect(hits({ criteria: { lt: 3 } }, two)).toHaveLength(1)
    expect(hits({ criteria: { lt: 3 } }, two, 10_000)).toEqual([])
    expect(hits({ criteria: { lt: 3 } }, two, 10_001)).toHaveLength(1)
    expect(hits({ criteria: { lt: 3 } }, [...two, at(9)])).toEqual([])
  })
  it('a range holds at both ends', () => {
    const range = { criteria: { gt: 1, lte: 3 } }
    expect([1, 2, 3, 4].map((count) => hits(range, Array.from({ length: count }, (_, index) => at(index))).length)).toEqual([0, 1, 1, 0])
    expect(hits({ criteria: { eq: 2 } }, [at(0), at(1)])).toHaveLength(1)
    expect(hits({ criteria: { neq: 2 } }, [at(0), at(1)])).toEqual([])
  })
})

describe('what is measured', () => {
  it('value_count: distinct values', () => {
    expect(hits({ type: 'value_count', criteria: { gte: 2 } }, [at(0, { value: 'a' }), at(1, { value: 'a' })])).toEqual([])
    expect(hits({ type: 'value_count', criteria: { gte: 2 } }, [at(0, { value: 'a' }), at(1, { value: 'b' })])).toHaveLength(1)
  })
  it('temporal: every rule, in any order, as many as the condition says', () => {
    const both = { type: 'temporal', ruleCount: 2, criteria: { gte: 2 } } as const
    expect(hits(both, [at(0, { rule: 1 }), at(9, { rule: 0 })])).toHaveLength(1)
    expect(hits(both, [at(0, { rule: 1 }), at(9, { rule: 1 })])).toEqual([])
  })
  it('temporal_ordered: in their order; at the same moment in any', () => {
    const chain = { type: 'temporal_ordered', ruleCount: 3, criteria: { gte: 3 } } as const
    expect(hits(chain, [at(0, { rule: 0 }), at(1, { rule: 1 }), at(2, { rule: 2 })])).toHaveLength(1)
    expect(hits(chain, [at(0, { rule: 1 }), at(1, { rule: 0 }), at(2, { rule: 2 })])).toEqual([])
    expect(hits(chain, [at(0, { rule: 0 }), at(1, { rule: 2 }), at(1, { rule: 1 })])).toHaveLength(1)
  })
  it('sums, averages, medians and percentiles of numbers; what is no number does not count', () => {
    const values = ['1', '2', '9', 'many'].map((value, index) => at(index, { value }))
    expect(hits({ type: 'value_sum', criteria: { gte: 12 } }, values)).toHaveLength(1)
    expect(hits({ type: 'value_sum', criteria: { gt: 12 } }, values)).toEqual([])
    expect(hits({ type: 'value_avg', criteria: { gte: 4 } }, values)).toHaveLength(1)
    expect(hits({ type: 'value_avg', criteria: { gt: 4 } }, values)).toEqual([])
    expect(hits({ type: 'value_median', criteria: { gte: 2, lte: 2 } }, values)).toHaveLength(1)
    expect(hits({ type: 'value_percentile', percentile: 100, criteria: { gte: 9 } }, values)).toHaveLength(1)
    expect(hits({ type: 'value_percentile', percentile: 50, criteria: { gte: 3 } }, values.slice(0, 2))).toEqual([])
  })
  it('value_percentile without a percentile: how many percent of the values are the newest one', () => {
    const rare = { type: 'value_percentile', criteria: { lte: 25 } } as const
    expect(hits(rare, ['a', 'a', 'a', 'b'].map((value, index) => at(index, { value })))).toHaveLength(1)
    expect(hits(rare, ['a', 'a', 'b', 'b'].map((value, index) => at(index, { value })))).toEqual([])
  })
})
