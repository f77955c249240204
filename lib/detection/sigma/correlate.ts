import type { CorrelationType } from './rule.ts'

/** One event, or one hit of an inner correlation, that counts for a correlation in one of its groups. */
export type Contribution = {
  /** Position of the rule that matched in the correlation's list. */
  rule: number
  atMs: number
  /** Every event behind it, the last one last. */
  eventIds: readonly string[]
  /** What the correlation's `field` says, one text for each of its fields; undefined where nothing is asked. */
  value?: string | undefined
}
export type Criteria = { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined; eq?: number | undefined; neq?: number | undefined }
export type Correlating = { type: CorrelationType; ruleCount: number; timespanMs: number; criteria: Criteria; percentile: number | undefined }
export type CorrelationHit = { contributions: readonly Contribution[]; firstMs: number; lastMs: number }

/**
 * Finds the hits among the contributions of one group, whatever order they came in; an event given twice counts once.
 * Two events belong together when they are at most the timespan apart, by event time.
 *
 * A condition that more events can only fulfil is looked at after each event, over the timespan before it. One with an
 * upper bound can be undone by what comes later, so it is looked at when its window is over: a window begins with its
 * first event, and is over when its end is before `closedBeforeMs`. What made a hit makes no second one.
 * https://github.com/SigmaHQ/sigma-specification/blob/v2.1.0/specification/sigma-correlation-rules-specification.md
 */
export function correlate(correlating: Correlating, contributions: readonly Contribution[], closedBeforeMs: number): CorrelationHit[] {
  const ordered = once(contributions).toSorted((one, other) => one.atMs - other.atMs || (last(one) < last(other) ? -1 : last(one) > last(other) ? 1 : one.rule - other.rule))
  return isBoundedAbove(correlating.criteria) ? closedWindows(correlating, ordered, closedBeforeMs) : slidingWindows(correlating, ordered)
}

const last = ({ eventIds }: Contribution): string => eventIds.at(-1) ?? ''
const isBoundedAbove = ({ lt, lte, eq, neq }: Criteria): boolean => [lt, lte, eq, neq].some((limit) => limit !== undefined)

function once(contributions: readonly Contribution[]): Contribution[] {
  return [...new Map(contributions.map((one) => [`${one.rule}\n${one.eventIds.join('\n')}`, one])).values()]
}

function slidingWindows(correlating: Correlating, ordered: readonly Contribution[]): CorrelationHit[] {
  const hits: CorrelationHit[] = []
  let window: Contribution[] = []
  let start = 0
  for (const contribution of ordered) {
    window.push(contribution)
    while ((window[start] as Contribution).atMs < contribution.atMs - correlating.timespanMs) start += 1
    if (start > 1_000) {
      window = window.slice(start)
      start = 0
    }
    const within = start === 0 ? window : window.slice(start)
    if (!fulfils(measure(correlating, within), correlating.criteria)) continue
    hits.push(asHit(within))
    window = []
    start = 0
  }
  return hits
}

function closedWindows(correlating: Correlating, ordered: readonly Contribution[], closedBeforeMs: number): CorrelationHit[] {
  const hits: CorrelationHit[] = []
  for (let from = 0; from < ordered.length; ) {
    const endMs = (ordered[from] as Contribution).atMs + correlating.timespanMs
    let to = from
    while (to < ordered.length && (ordered[to] as Contribution).atMs <= endMs) to += 1
    const within = ordered.slice(from, to)
    if (endMs < closedBeforeMs && fulfils(measure(correlating, within), correlating.criteria)) hits.push(asHit(within))
    from = to
  }
  return hits
}

const asHit = (within: readonly Contribution[]): CorrelationHit => ({ contributions: [...within], firstMs: within[0]?.atMs ?? 0, lastMs: within.at(-1)?.atMs ?? 0 })

function fulfils(measured: number, { gt, gte, lt, lte, eq, neq }: Criteria): boolean {
  if (Number.isNaN(measured)) return false
  return (gt === undefined || measured > gt) && (gte === undefined || measured >= gte) && (lt === undefined || measured < lt) && (lte === undefined || measured <= lte) && (eq === undefined || measured === eq) && (neq === undefined || measured !== neq)
}

/** What the condition is about: NaN where there is nothing to measure. */
function measure({ type, ruleCount, percentile }: Correlating, within: readonly Contribution[]): number {
  switch (type) {
    case 'event_count':
      return within.length
    case 'value_count':
      return new Set(within.flatMap(({ value }) => value ?? [])).size
    case 'temporal':
      return new Set(within.map(({ rule }) => rule)).size
    case 'temporal_ordered':
      return longestChain(within, ruleCount)
    case 'value_sum':
      return numbersOf(within).reduce((sum, value) => sum + value, 0)
    case 'value_avg':
      return numbersOf(within).reduce((sum, value) => sum + value, 0) / numbersOf(within).length
    case 'value_median':
      return median(numbersOf(within))
    case 'value_percentile':
      return percentile === undefined ? shareOfLast(within) : nearestRank(numbersOf(within), percentile)
  }
}

const numbersOf = (within: readonly Contribution[]): number[] => within.flatMap(({ value }) => (value === undefined || value === '' || Number.isNaN(Number(value)) ? [] : [Number(value)]))

/** How many of the rules follow each other in the order they are listed; what happened at the same moment may be taken in any order. */
function longestChain(within: readonly Contribution[], ruleCount: number): number {
  const reached = Array.from({ length: ruleCount }, () => 0)
  const moments = Map.groupBy(within, ({ atMs }) => atMs)
  for (const moment of moments.values()) {
    for (const { rule } of moment.toSorted((one, other) => one.rule - other.rule)) {
      reached[rule] = Math.max(reached[rule] ?? 0, 1 + Math.max(0, ...reached.slice(0, rule)))
    }
  }
  return Math.max(0, ...reached)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

function nearestRank(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** Of a hundred values, how many are the one of the newest event. */
function shareOfLast(within: readonly Contribution[]): number {
  const values = within.flatMap(({ value }) => value ?? [])
  const newest = within.at(-1)?.value
  return newest === undefined ? Number.NaN : (100 * values.filter((value) => value === newest).length) / values.length
}
