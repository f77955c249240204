import { createMeasure } from './measure.ts'
import type { CorrelationType } from './rule.ts'

/** One event, or one hit of an inner correlation, that counts for a correlation in one of its groups. */
export type Contribution<Id = string> = {
  /** Position of the rule that matched in the correlation's list. */
  rule: number
  atMs: number
  /** The last event behind it. */
  eventId: Id
  /** Those before it; none of a single event. */
  earlierIds: readonly Id[]
  /** What the correlation's `field` says, one text for each of its fields; undefined where nothing is asked. */
  value?: string | undefined
}
export type Criteria = { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined; eq?: number | undefined; neq?: number | undefined }
export type Correlating = { type: CorrelationType; ruleCount: number; timespanMs: number; criteria: Criteria; percentile: number | undefined }
export type CorrelationHit<One> = { contributions: readonly One[]; firstMs: number; lastMs: number }

/** By time, then event, then rule; what is there twice only once. So the order of coming changes nothing. */
export function inOrder<Id, One extends Contribution<Id>>(contributions: readonly One[], compareIds: (one: Id, other: Id) => number): One[] {
  const compare = (one: One, other: One): number => one.atMs - other.atMs || compareIds(one.eventId, other.eventId) || one.rule - other.rule
  const ordered = contributions.toSorted(compare)
  return ordered.filter((one, index) => index === 0 || compare(ordered[index - 1] as One, one) !== 0)
}

/**
 * Finds the hits among the contributions of one group, which are in their order. Two events belong together when they are at most the timespan apart, by event time.
 *
 * A condition that more events can only fulfil is looked at after each event, over the timespan before it. One with an
 * upper bound can be undone by what comes later, so it is looked at when its window is over: a window begins with its
 * first event, and is over when its end is before `closedBeforeMs`. What made a hit makes no second one.
 * https://github.com/SigmaHQ/sigma-specification/blob/v2.1.0/specification/sigma-correlation-rules-specification.md
 */
export function correlate<One extends Contribution<unknown>>(correlating: Correlating, ordered: readonly One[], closedBeforeMs: number): CorrelationHit<One>[] {
  return isBoundedAbove(correlating.criteria) ? closedWindows(correlating, ordered, closedBeforeMs) : slidingWindows(correlating, ordered)
}

/** Whether more events can undo what the condition asks for. */
export const isBoundedAbove = ({ lt, lte, eq, neq }: Criteria): boolean => [lt, lte, eq, neq].some((limit) => limit !== undefined)

function slidingWindows<One extends Contribution<unknown>>(correlating: Correlating, ordered: readonly One[]): CorrelationHit<One>[] {
  const hits: CorrelationHit<One>[] = []
  let measure = createMeasure(correlating)
  let start = 0
  ordered.forEach((contribution, end) => {
    measure.add(contribution)
    for (let oldest = ordered[start] as One; oldest.atMs < contribution.atMs - correlating.timespanMs; oldest = ordered[start] as One) {
      measure.remove(oldest)
      start += 1
    }
    if (!fulfils(measure.value(), correlating.criteria)) return
    hits.push(asHit(ordered.slice(start, end + 1)))
    start = end + 1
    measure = createMeasure(correlating)
  })
  return hits
}

function closedWindows<One extends Contribution<unknown>>(correlating: Correlating, ordered: readonly One[], closedBeforeMs: number): CorrelationHit<One>[] {
  const hits: CorrelationHit<One>[] = []
  for (let from = 0; from < ordered.length; ) {
    const endMs = (ordered[from] as One).atMs + correlating.timespanMs
    const measure = createMeasure(correlating)
    let to = from
    for (; to < ordered.length && (ordered[to] as One).atMs <= endMs; to += 1) measure.add(ordered[to] as One)
    if (endMs < closedBeforeMs && fulfils(measure.value(), correlating.criteria)) hits.push(asHit(ordered.slice(from, to)))
    from = to
  }
  return hits
}

const asHit = <One extends Contribution<unknown>>(within: readonly One[]): CorrelationHit<One> => ({ contributions: within, firstMs: within[0]?.atMs ?? 0, lastMs: within.at(-1)?.atMs ?? 0 })

function fulfils(measured: number, { gt, gte, lt, lte, eq, neq }: Criteria): boolean {
  if (Number.isNaN(measured)) return false
  return (gt === undefined || measured > gt) && (gte === undefined || measured >= gte) && (lt === undefined || measured < lt) && (lte === undefined || measured <= lte) && (eq === undefined || measured === eq) && (neq === undefined || measured !== neq)
}
