import type { RuleSet } from '../sigma/rule-set.ts'
import { numberAt } from './columns.ts'
import type { EventKeys } from './event-ids.ts'
import { type Hits, plainTime } from './hit-log.ts'

/** `event` is a key; a hit of a correlation has `events`, all that made it. */
export type AnyHit = { rule: number; event: number; eventTime: string; file: number; events?: readonly number[] }
export type CorrelatedHit = AnyHit & { atMs: number; events: readonly number[] }
export type HitsInOrder = { count: number; inOrder(): Generator<AnyHit> }
type Row = { atMs: number; rule: number; event: number; file: number; correlated: boolean }

/**
 * The hits of several logs and of correlations in the order of time, then rule, then event. What several workers found on
 * one event is one hit, with the first file. Only places are sorted; a hit is made when it is asked for.
 */
export function orderHits(logs: readonly { hits: Hits }[], correlated: readonly CorrelatedHit[], { rules }: RuleSet, keys: EventKeys): HitsInOrder {
  const [rows, placeOf] = layOut(logs, correlated, keys)
  const ranks = rankRules(rules)
  const compareRest = (one: Row, other: Row): number => keys.compare(one.event, other.event) || one.file - other.file
  // What nearly always decides lies side by side: sorting looks at it again and again.
  const times = Float64Array.from({ length: rows.count }, (_, place) => rows.at(place).atMs)
  const ranked = Uint32Array.from({ length: rows.count }, (_, place) => ranks[rows.at(place).rule] ?? 0)
  const order = Uint32Array.from({ length: rows.count }, (_, place) => place).sort((one, other) => (times[one] as number) - (times[other] as number) || (ranked[one] as number) - (ranked[other] as number) || compareRest(rows.at(one), rows.at(other)))
  const kept = order.filter((place, index) => index === 0 || !isSame(rows.at(order[index - 1] as number), rows.at(place), keys))
  return {
    count: kept.length,
    *inOrder() {
      for (const place of kept) yield placeOf(place)
    },
  }
}

const isSame = (one: Row, other: Row, keys: EventKeys): boolean => one.atMs === other.atMs && one.rule === other.rule && !one.correlated && !other.correlated && keys.compare(one.event, other.event) === 0

/** Positions of rules in the order of their ids. */
function rankRules(rules: RuleSet['rules']): number[] {
  const ordered = rules.map(({ id }, place) => ({ id, place })).toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const ranks: number[] = []
  ordered.forEach(({ place }, rank) => (ranks[place] = rank))
  return ranks
}

/** Correlated hits come first, then those of each log. */
function layOut(logs: readonly { hits: Hits }[], correlated: readonly CorrelatedHit[], keys: EventKeys): [{ count: number; at(place: number): Row }, (place: number) => AnyHit] {
  const starts: number[] = []
  let count = correlated.length
  for (const { hits } of logs) {
    starts.push(count)
    count += hits.count
  }
  const within = (place: number): { hits: Hits; log: number; index: number } => {
    const log = starts.findLastIndex((start) => start <= place)
    return { hits: (logs[log] as { hits: Hits }).hits, log, index: place - (starts[log] as number) }
  }
  const at = (place: number): Row => {
    if (place < correlated.length) return { ...(correlated[place] as CorrelatedHit), correlated: true }
    const { hits, log, index } = within(place)
    return { atMs: numberAt(hits.atMs, index), rule: numberAt(hits.rules, index), event: keys.keyOf(log, numberAt(hits.events, index)), file: numberAt(hits.files, index), correlated: false }
  }
  const hitOf = (place: number): AnyHit => {
    if (place < correlated.length) return correlated[place] as CorrelatedHit
    const { hits, index } = within(place)
    const { atMs, rule, event, file } = at(place)
    return { rule, event, file, eventTime: hits.oddTimes.get(index) ?? plainTime(atMs) }
  }
  return [{ count, at }, hitOf]
}
