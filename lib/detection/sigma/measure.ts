import type { Contribution as Of, Correlating } from './correlate.ts'

/** Nothing measured asks which event it was. */
type Contribution = Omit<Of, 'eventId' | 'earlierIds'>

/**
 * What a correlation's condition is about, over a window that moves: contributions are added newest last and taken away
 * oldest first. Each step costs little however much the window holds, so that nobody blinds detection by making noise.
 * `value` is NaN where there is nothing to measure.
 */
export type Measure = { add(one: Contribution): void; remove(oldest: Contribution): void; value(): number }

/** A measure of an empty window. */
export function createMeasure({ type, ruleCount, timespanMs, percentile }: Correlating): Measure {
  switch (type) {
    case 'event_count':
      return counting()
    case 'value_count':
      return distinct(({ value }) => value)
    case 'temporal':
      return distinct(({ rule }) => rule)
    case 'temporal_ordered':
      return longestChain(ruleCount, timespanMs)
    case 'value_sum':
      return ofNumbers(({ sum }) => sum)
    case 'value_avg':
      return ofNumbers(({ sum, sorted }) => sum / sorted.length)
    case 'value_median':
      return ofNumbers(({ sorted }) => median(sorted))
    case 'value_percentile':
      return percentile === undefined ? shareOfNewest() : ofNumbers(({ sorted }) => nearestRank(sorted, percentile))
  }
}

function counting(): Measure {
  let count = 0
  return { add: () => void (count += 1), remove: () => void (count -= 1), value: () => count }
}

class Counts<Key> {
  readonly of = new Map<Key, number>()
  change(key: Key, by: number): void {
    const count = (this.of.get(key) ?? 0) + by
    if (count === 0) this.of.delete(key)
    else this.of.set(key, count)
  }
}

function distinct(keyOf: (one: Contribution) => string | number | undefined): Measure {
  const counts = new Counts<string | number>()
  const change = (one: Contribution, by: number): void => {
    const key = keyOf(one)
    if (key !== undefined) counts.change(key, by)
  }
  return { add: (one) => change(one, 1), remove: (one) => change(one, -1), value: () => counts.of.size }
}

/** Of a hundred values, how many are the one of the newest event. */
function shareOfNewest(): Measure {
  const counts = new Counts<string>()
  let total = 0
  let newest: string | undefined
  const change = ({ value }: Contribution, by: number): void => {
    if (value === undefined) return
    counts.change(value, by)
    total += by
  }
  return {
    add: (one) => {
      change(one, 1)
      newest = one.value
    },
    remove: (one) => change(one, -1),
    value: () => (newest === undefined ? Number.NaN : (100 * (counts.of.get(newest) ?? 0)) / total),
  }
}

const numberOf = ({ value }: Contribution): number => (value === undefined || value === '' ? Number.NaN : Number(value))

/** What is no number does not count. */
function ofNumbers(result: (held: { sum: number; sorted: readonly number[] }) => number): Measure {
  const held = { sum: 0, sorted: [] as number[] }
  return {
    add: (one) => {
      const value = numberOf(one)
      if (Number.isNaN(value)) return
      held.sorted.splice(placeOf(held.sorted, value), 0, value)
      held.sum += value
    },
    remove: (one) => {
      const value = numberOf(one)
      if (Number.isNaN(value)) return
      held.sorted.splice(placeOf(held.sorted, value), 1)
      // Of nothing the sum is exactly nothing, whatever rounding left of it.
      held.sum = held.sorted.length === 0 ? 0 : held.sum - value
    },
    value: () => result(held),
  }
}

/** Where the first value not below this one is. */
function placeOf(sorted: readonly number[], value: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] as number) < value) from = middle + 1
    else to = middle
  }
  return from
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

const nearestRank = (sorted: readonly number[], percentile: number): number => sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN

/**
 * How many of the rules follow each other in the order they are listed; what happened at the same moment may be taken in
 * any order. Remembered is, for each rule and length, the latest moment at which a chain of that length that ends with
 * the rule can have begun: chains that began before the window are none.
 */
function longestChain(ruleCount: number, timespanMs: number): Measure {
  let settled = noChains(ruleCount)
  let current = settled
  const moment = new Set<number>()
  let atMs = Number.NEGATIVE_INFINITY
  return {
    add: (one) => {
      if (one.atMs !== atMs) {
        settled = current
        moment.clear()
        atMs = one.atMs
      }
      moment.add(one.rule)
      current = settled.map((begun) => [...begun])
      for (const rule of [...moment].toSorted((a, b) => a - b)) extend(current, rule, atMs)
    },
    // The moments at which chains begin tell by themselves what is too old.
    remove: () => undefined,
    value: () => {
      for (let length = ruleCount; length > 0; length -= 1) if (current.some((begun) => (begun[length] as number) >= atMs - timespanMs)) return length
      return 0
    },
  }
}

const noChains = (ruleCount: number): number[][] => Array.from({ length: ruleCount }, () => Array.from({ length: ruleCount + 1 }, () => Number.NEGATIVE_INFINITY))

function extend(chains: number[][], rule: number, atMs: number): void {
  const own = chains[rule] as number[]
  own[1] = atMs
  for (let length = 2; length < own.length; length += 1) {
    for (let before = 0; before < rule; before += 1) own[length] = Math.max(own[length] as number, (chains[before] as number[])[length - 1] as number)
  }
}
