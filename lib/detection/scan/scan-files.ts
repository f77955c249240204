import { Worker } from 'node:worker_threads'
import type { RuleFile } from '../sigma/read-rules.ts'
import { compileRuleSet, type RuleSet } from '../sigma/rule-set.ts'
import { contributionsIn, firstFiles } from './contribution-log.ts'
import { type Judged, judgeFiles } from './judge-files.ts'
import { type CorrelatedHit, type HitsInOrder, orderHits } from './order-hits.ts'
import { plainTime } from './hit-log.ts'
import { EventIds, type EventKeys, eventKeys } from './event-ids.ts'

/** One line of the answer. Of a correlation, `eventID` is the last event that made it and `eventIDs` are all. */
export type ScanHit = { rule: string; title: string; level: string; eventID: string; eventTime: string; file: string; eventIDs?: readonly string[] }
export type ScanSummary = { events: number; duplicates: number; unreadable: number; hits: number; eventsPerSecond: number }
export type ScanResult = {
  /** In the order of time, then rule; made one by one, since there may be very many. */
  hits: Iterable<ScanHit>
  summary: ScanSummary
  unreadable: readonly { file: string; position: string; reason: string }[]
  refusals: readonly { path: string; rule: string; problem: string }[]
}

/**
 * Judges files by rules on `cores` cores. Each event counts once however many files hold it, and its file is the first in
 * the order given; hits are ordered by event time, then rule. Nothing is remembered between scans, and no database is asked.
 */
export async function scanFiles(files: readonly string[], rules: readonly RuleFile[], { cores }: { cores: number }): Promise<ScanResult> {
  const begun = performance.now()
  const set = compileRuleSet(rules)
  const shares = shareOut(files, cores)
  const judged = await Promise.all(shares.map((share) => (shares.length === 1 ? judgeFiles(share, set) : inWorker(share, rules))))
  const events = countEvents(judged)
  const keys = eventKeys(judged.map(({ ids }) => ids))
  const hits = orderHits(judged, correlationHits(judged, set, keys), set, keys)
  const records = judged.reduce((sum, part) => sum + part.records, 0)
  const unreadable = judged.reduce((sum, part) => sum + part.unreadableCount, 0)
  return {
    hits: lines(hits, set, files, keys),
    summary: { events, duplicates: records - events, unreadable, hits: hits.count, eventsPerSecond: Math.round(records / ((performance.now() - begun) / 1_000)) },
    unreadable: judged.flatMap((part) => part.unreadable.map(({ file, ...rest }) => ({ file: files[file] as string, ...rest }))),
    refusals: set.refusals,
  }
}

function shareOut(files: readonly string[], cores: number): { path: string; index: number }[][] {
  const count = Math.max(1, Math.min(cores, files.length))
  const numbered = files.map((path, index) => ({ path, index }))
  return Array.from({ length: count }, (_, share) => numbered.filter(({ index }) => index % count === share))
}

function* lines(hits: HitsInOrder, set: RuleSet, files: readonly string[], keys: EventKeys): Generator<ScanHit> {
  for (const { rule, event, eventTime, file, events } of hits.inOrder()) {
    const { id, title, level } = set.rules[rule] ?? { id: '', title: '', level: 'medium' }
    yield { rule: id, title, level, eventID: keys.idOf(event), eventTime, file: files[file] as string, ...(events && { eventIDs: events.map(keys.idOf) }) }
  }
}

function correlationHits(judged: readonly Judged[], set: RuleSet, keys: EventKeys): CorrelatedHit[] {
  const found = set.correlateAll(contributionsIn(judged, keys), Number.POSITIVE_INFINITY)
  const lastOf = (eventIds: readonly number[]): number => eventIds.at(-1) ?? 0
  const firstFile = firstFiles(judged, found.map(({ eventIds }) => lastOf(eventIds)), keys)
  const places = new Map(set.rules.map(({ id }, place) => [id, place]))
  return found.map(({ about, eventIds, lastMs }) => {
    const event = lastOf(eventIds)
    return { rule: places.get(about.id) ?? 0, event, events: eventIds, atMs: lastMs, eventTime: plainTime(lastMs), file: firstFile.get(event) ?? 0 }
  })
}

/** How many events there are in all, each counted once. */
function countEvents([first, ...others]: readonly Judged[]): number {
  if (others.length === 0) return first?.ids.count ?? 0
  const all = new EventIds()
  for (const { ids } of first ? [first, ...others] : others) all.addAll(ids)
  return all.size
}

/** More is no faster, and takes memory: what is read dies young. */
const youngMb = 24

function inWorker(files: readonly { path: string; index: number }[], rules: readonly RuleFile[]): Promise<Judged> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), { workerData: { files, rules }, resourceLimits: { maxYoungGenerationSizeMb: youngMb } })
    worker.once('message', (answer: Judged) => resolve(answer))
    worker.once('error', reject)
  })
}
