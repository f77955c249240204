import { Worker } from 'node:worker_threads'
import { compileRuleSet } from '../sigma/rule-set.ts'
import type { RuleFile } from '../sigma/read-rules.ts'
import { type EventHit, type Judged, judgeFiles } from './judge-files.ts'
import { SeenEvents } from './seen-events.ts'

/** One line of the answer. Of a correlation, `eventID` is the last event that made it and `eventIDs` are all. */
export type ScanHit = { rule: string; title: string; level: string; eventID: string; eventTime: string; file: string; eventIDs?: readonly string[] }
export type ScanSummary = { events: number; duplicates: number; unreadable: number; hits: number; eventsPerSecond: number }
export type ScanResult = { hits: ScanHit[]; summary: ScanSummary; unreadable: readonly { file: string; position: string; reason: string }[]; refusals: readonly { path: string; rule: string; problem: string }[] }
/** What a worker answers: the same as `Judged`, with the ids it saw as plain data. */
export type WorkerAnswer = Omit<Judged, 'seen'> & { seen: ReturnType<SeenEvents['export']> }

/**
 * Judges files by rules on `cores` cores. Each event counts once however many files hold it, and its file is the first in
 * the order given; hits are ordered by event time, then rule. Nothing is remembered between scans, and no database is asked.
 */
export async function scanFiles(files: readonly string[], rules: readonly RuleFile[], { cores }: { cores: number }): Promise<ScanResult> {
  const begun = performance.now()
  const set = compileRuleSet(rules)
  const numbered = files.map((path, index) => ({ path, index }))
  const shares = Array.from({ length: Math.max(1, Math.min(cores, files.length)) }, (_, share) => numbered.filter(({ index }) => index % Math.max(1, Math.min(cores, files.length)) === share))
  const judged = shares.length === 1 ? [await judgeFiles(numbered, set)] : await Promise.all(shares.map((share) => inWorker(share, rules)))
  const titles = new Map(set.rules.map((about) => [about.id, about]))
  const hits = [...eventHits(judged.flatMap((part) => part.hits)).map((hit) => lineOf(hit, titles, files)), ...correlationHits(judged, set, files)]
  const seen = unite(judged)
  const records = judged.reduce((sum, part) => sum + part.records, 0)
  const unreadable = judged.reduce((sum, part) => sum + part.unreadableCount, 0)
  return {
    hits: hits.toSorted((one, other) => one.atMs - other.atMs || compare(one.line.rule, other.line.rule) || compare(one.line.eventID, other.line.eventID)).map(({ line }) => line),
    summary: { events: seen.size, duplicates: records - seen.size, unreadable, hits: hits.length, eventsPerSecond: Math.round(records / ((performance.now() - begun) / 1_000)) },
    unreadable: judged.flatMap((part) => part.unreadable.map(({ file, ...rest }) => ({ file: files[file] as string, ...rest }))),
    refusals: set.refusals,
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
type Line = { atMs: number; line: ScanHit }
type Titles = ReadonlyMap<string, { title: string; level: string }>

/** An event that two workers saw is told with its first file. */
function eventHits(hits: readonly EventHit[]): EventHit[] {
  const first = new Map<string, EventHit>()
  for (const hit of hits) {
    const key = `${hit.ruleId}\n${hit.eventId}`
    const known = first.get(key)
    if (!known || hit.file < known.file) first.set(key, hit)
  }
  return [...first.values()]
}

function lineOf({ ruleId, eventId, eventTime, atMs, file }: EventHit, titles: Titles, files: readonly string[]): Line {
  const { title = ruleId, level = 'medium' } = titles.get(ruleId) ?? {}
  return { atMs, line: { rule: ruleId, title, level, eventID: eventId, eventTime, file: files[file] as string } }
}

function correlationHits(judged: readonly (Judged | WorkerAnswer)[], set: ReturnType<typeof compileRuleSet>, files: readonly string[]): Line[] {
  const contributed = judged.flatMap((part) => part.contributed)
  const fileOf = new Map<string, number>()
  for (const { file, contributed: one } of contributed) for (const id of one.contribution.eventIds) fileOf.set(id, Math.min(fileOf.get(id) ?? file, file))
  return set.correlateAll(contributed.map((one) => one.contributed), Number.POSITIVE_INFINITY).map(({ about, eventIds, lastMs }) => {
    const last = eventIds.at(-1) ?? ''
    const line = { rule: about.id, title: about.title, level: about.level, eventID: last, eventTime: new Date(lastMs).toISOString().replace('.000Z', 'Z'), file: files[fileOf.get(last) ?? 0] as string, eventIDs: eventIds }
    return { atMs: lastMs, line }
  })
}

function unite(judged: readonly (Judged | WorkerAnswer)[]): SeenEvents {
  const [first, ...others] = judged.map(({ seen }) => (seen instanceof SeenEvents ? seen : SeenEvents.import(seen)))
  const all = first ?? new SeenEvents()
  for (const other of others) all.addAll(other)
  return all
}

function inWorker(files: readonly { path: string; index: number }[], rules: readonly RuleFile[]): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), { workerData: { files, rules } })
    worker.once('message', (answer: WorkerAnswer) => resolve(answer))
    worker.once('error', reject)
  })
}
