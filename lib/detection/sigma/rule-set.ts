import { type CompiledCorrelation, compileCorrelation, type Reading } from './compile-correlation.ts'
import { compileDetection, type Needs } from './compile-rule.ts'
import { type Placeholders, RuleProblem, type Test } from './compile-values.ts'
import { type Contribution, correlate } from './correlate.ts'
import { createEventReader, type EventReader } from './event-reader.ts'
import { readRules, type RuleDocument, type RuleFile, type RuleRefusal } from './read-rules.ts'
import { RuleIndex } from './rule-index.ts'
import { aboutOf, type RuleAbout } from './rule.ts'

type Known = { path: string; about: RuleAbout; names: readonly string[]; /** Speaks only through the correlations of its file. */ silent: boolean; feeds: Feed[] }
type Detection = Known & { kind: 'detection'; test: Test; needs: Needs }
type Correlation = Known & { kind: 'correlation'; at: number } & CompiledCorrelation
/** That a rule counts for a correlation, at which position of its list. */
type Feed = { correlation: Correlation; position: number; reading: Reading }

/** Which group of a correlation something counts in, and what its field says. */
type Key = { group: string; value?: string | undefined }
/** What an event brings to a correlation; `keys` also for those outer ones that its hits may count for. */
export type Contributed = { correlation: number; group: string; contribution: Contribution; keys: ReadonlyMap<number, Key> }
export type Judgement = { hits: readonly RuleAbout[]; contributed: readonly Contributed[] }
export type CorrelatedHit = { about: RuleAbout; eventIds: readonly string[]; firstMs: number; lastMs: number }

export type RuleSet = {
  rules: readonly RuleAbout[]
  refusals: readonly RuleRefusal[]
  /** Judges one event by every rule; `atMs` is asked only where it counts. */
  judge(event: Readonly<Record<string, unknown>>, eventId: string, atMs: () => number): Judgement
  /** The hits of every correlation over all that was contributed, in any order; windows that end before `closedBeforeMs` are over. */
  correlateAll(contributed: readonly Contributed[], closedBeforeMs: number): CorrelatedHit[]
}

const none: Judgement = { hits: [], contributed: [] }

/** Compiles rules once for any number of events. A rule that asks for what is not supported is refused by name, and the others work. */
export function compileRuleSet(files: readonly RuleFile[], placeholders: Placeholders = new Map()): RuleSet {
  const reader = createEventReader()
  const refusals: RuleRefusal[] = []
  const documents: RuleDocument[] = []
  for (const file of files) {
    const read = readRules(file)
    documents.push(...read.documents)
    refusals.push(...read.refusals)
  }
  const detections: Detection[] = []
  const correlations: Correlation[] = []
  for (const document of distinct(documents, refusals)) {
    try {
      const rule = compile(document, reader, placeholders, correlations.length)
      if (rule.kind === 'detection') detections.push(rule)
      else correlations.push(rule)
    } catch (error) {
      if (!(error instanceof RuleProblem)) throw error
      refusals.push({ path: document.path, rule: document.source.title, problem: error.message })
    }
  }
  const linked = link(detections, correlations, refusals)
  const index = new RuleIndex(detections.filter(({ silent, feeds }) => !silent || feeds.length > 0))
  return {
    rules: [...detections, ...linked].map(({ about }) => about),
    refusals,
    judge: (event, eventId, atMs) => judge(event, eventId, atMs, index, reader),
    correlateAll: (contributed, closedBeforeMs) => correlateAll(linked, contributed, closedBeforeMs),
  }
}

/** Of two rules with one id the first counts. */
function distinct(documents: readonly RuleDocument[], refusals: RuleRefusal[]): RuleDocument[] {
  const seen = new Map<string, string>()
  return documents.filter(({ path, source }) => {
    const { id } = aboutOf(source)
    const before = seen.get(id)
    if (before !== undefined) refusals.push({ path, rule: source.title, problem: `Its id ${id} is that of a rule in ${before} already.` })
    else seen.set(id, path)
    return before === undefined
  })
}

function compile(document: RuleDocument, reader: EventReader, placeholders: Placeholders, at: number): Detection | Correlation {
  const about = aboutOf(document.source)
  const { id, name, title } = document.source
  const known = { path: document.path, about, names: [id, name, title].filter((one) => one !== undefined), silent: false, feeds: [] }
  if (document.kind === 'detection') return { ...known, kind: 'detection', ...compileDetection(document.source, reader, placeholders) }
  return { ...known, kind: 'correlation', at, ...compileCorrelation(document.source, reader) }
}

/** Ties correlations to the rules they name, inner ones first; one that names what is not there, or itself, is refused. */
function link(detections: readonly Detection[], correlations: readonly Correlation[], refusals: RuleRefusal[]): Correlation[] {
  const linked: Correlation[] = []
  let waiting = [...correlations]
  for (let progress = true; progress; ) {
    progress = false
    for (const correlation of waiting) {
      const found = correlation.rules.map((reference) => [...detections, ...linked].find(({ names }) => names.includes(reference)))
      if (!found.every((rule) => rule !== undefined)) continue
      found.forEach((rule, position) => {
        rule.feeds.push({ correlation, position, reading: correlation.readingFor(rule.names) })
        if (!correlation.generate && rule.path === correlation.path) rule.silent = true
      })
      linked.push(correlation)
      progress = true
    }
    waiting = waiting.filter((correlation) => !linked.includes(correlation))
  }
  for (const { path, about, rules } of waiting) {
    const missing = rules.find((reference) => ![...detections, ...linked].some(({ names }) => names.includes(reference)))
    refusals.push({ path, rule: about.title, problem: `It correlates "${missing ?? ''}", which is no rule that can be used here.` })
  }
  return linked
}

function judge(event: Readonly<Record<string, unknown>>, eventId: string, atMs: () => number, index: RuleIndex<Detection>, reader: EventReader): Judgement {
  let hits: RuleAbout[] | undefined
  let contributed: Contributed[] | undefined
  reader.open(event)
  const { eventName, eventSource } = event
  for (const rule of index.candidates(typeof eventName === 'string' ? eventName : '', typeof eventSource === 'string' ? eventSource : '')) {
    if (!rule.test()) continue
    if (!rule.silent) (hits ??= []).push(rule.about)
    for (const feed of rule.feeds) {
      const key = keyOf(feed.reading, reader)
      if (key) (contributed ??= []).push({ correlation: feed.correlation.at, group: key.group, contribution: { rule: feed.position, atMs: atMs(), eventIds: [eventId], value: key.value }, keys: outerKeys(feed.correlation, reader) })
    }
  }
  return hits || contributed ? { hits: hits ?? [], contributed: contributed ?? [] } : none
}

/** `undefined` where an event lacks a field to group by, or to measure: it belongs to no group. */
function keyOf({ group, value }: Reading, reader: EventReader): Key | undefined {
  const first = (field: number): string | null | undefined => reader.valuesOf(field)[0]?.text
  const [groups, values] = [group.map(first), value.map(first)]
  if ([...groups, ...values].some((text) => text === undefined || text === null)) return undefined
  return { group: JSON.stringify(groups), ...(value.length > 0 ? { value: values.length === 1 ? (values[0] as string) : JSON.stringify(values) } : {}) }
}

const noKeys: ReadonlyMap<number, Key> = new Map()

/** A hit of an inner correlation has the fields of its last event: they are read while the event is at hand. */
function outerKeys(correlation: Correlation, reader: EventReader): ReadonlyMap<number, Key> {
  if (correlation.feeds.length === 0) return noKeys
  const keys = new Map<number, Key>()
  for (const feed of correlation.feeds) {
    const key = keyOf(feed.reading, reader)
    if (key) keys.set(feed.correlation.at, key)
    for (const [outer, outerKey] of outerKeys(feed.correlation, reader)) keys.set(outer, outerKey)
  }
  return keys
}

function correlateAll(correlations: readonly Correlation[], contributed: readonly Contributed[], closedBeforeMs: number): CorrelatedHit[] {
  const waiting = Map.groupBy(contributed, ({ correlation }) => correlation)
  const hits: CorrelatedHit[] = []
  for (const correlation of correlations) {
    const groups = Map.groupBy(waiting.get(correlation.at) ?? [], ({ group }) => group)
    for (const members of groups.values()) {
      const keys = new Map(members.map((member) => [member.contribution, member.keys]))
      for (const hit of correlate(correlation.correlating, members.map(({ contribution }) => contribution), closedBeforeMs)) {
        const eventIds = [...new Set(hit.contributions.flatMap((contribution) => contribution.eventIds))]
        if (!correlation.silent) hits.push({ about: correlation.about, eventIds, firstMs: hit.firstMs, lastMs: hit.lastMs })
        const outer = keys.get(hit.contributions.at(-1) as Contribution) ?? noKeys
        for (const { correlation: next, position } of correlation.feeds) {
          const key = outer.get(next.at)
          const contribution = { rule: position, atMs: hit.lastMs, eventIds, value: key?.value }
          if (key) append(waiting, next.at, { correlation: next.at, group: key.group, contribution, keys: outer })
        }
      }
    }
  }
  return hits
}

function append(waiting: Map<number, Contributed[]>, at: number, contributed: Contributed): void {
  const list = waiting.get(at)
  if (list) list.push(contributed)
  else waiting.set(at, [contributed])
}
