import { type CompiledCorrelation, compileCorrelation, type Reading } from './compile-correlation.ts'
import { compileDetection } from './compile-rule.ts'
import { type Placeholders, RuleProblem } from './compile-values.ts'
import { type Contribution, correlate, inOrder, isBoundedAbove } from './correlate.ts'
import { createEventReader, type EventReader } from './event-reader.ts'
import { readRules, type RuleDocument, type RuleFile, type RuleRefusal } from './read-rules.ts'
import { RuleIndex } from './rule-index.ts'
import { aboutOf, type RuleAbout } from './rule.ts'

type Known = { path: string; about: RuleAbout; names: readonly string[]; /** Speaks only through the correlations of its file. */ silent: boolean; feeds: Feed[] }
type Detection = Known & { kind: 'detection' } & ReturnType<typeof compileDetection>
type Correlation = Known & { kind: 'correlation'; at: number } & CompiledCorrelation
/** That a rule counts for a correlation, at which position of its list. */
type Feed = { correlation: Correlation; position: number; reading: Reading }

/** Which group of a correlation something counts in, and what its field says. */
type Key = { group: string; value?: string | undefined }
/** What an event brings to a correlation; `keys` also for those outer ones that its hits may count for. */
export type Contributed<Id = string> = Contribution<Id> & { correlation: number; group: string; keys: ReadonlyMap<number, Key> }
export type Judgement = { hits: readonly RuleAbout[]; contributed: readonly Contributed[] }
/** What a hit of a correlation counts for in an outer one. */
export type FedHit<Id, One> = { contributions: readonly One[]; firstMs: number; lastMs: number; feeds: Contributed<Id>[] }
export type CorrelationUse = {
  about: RuleAbout
  timespanMs: number
  /** Its condition has an upper bound, so that a window is looked at when it is over. */
  looksWhenOver: boolean
  /** It speaks only through another correlation of its file. */
  silent: boolean
  /** Of one group in any order: what `correlate` guarantees, each hit with what it counts for. */
  hitsIn<Id, One extends Contributed<Id>>(members: readonly One[], closedBeforeMs: number, compareIds: (one: Id, other: Id) => number): FedHit<Id, One>[]
}
export type CorrelatedHit<Id = string> = { about: RuleAbout; eventIds: readonly Id[]; firstMs: number; lastMs: number }

export type RuleSet = {
  rules: readonly RuleAbout[]
  refusals: readonly RuleRefusal[]
  /** Judges one event, which happened at `atMs`, by every rule. */
  judge(event: Readonly<Record<string, unknown>>, eventId: string, atMs: number): Judgement
  /** The hits of every correlation over all that was contributed, in any order; windows that end before `closedBeforeMs` are over. */
  correlateAll<Id>(contributions: Contributions<Id>, closedBeforeMs: number): CorrelatedHit<Id>[]
  /** By the number that contributions name them by. */
  correlations: ReadonlyMap<number, CorrelationUse>
}
/** What was contributed, a group at a time: there may be more than fits as objects at once. Events are known by what the caller likes. */
export type Contributions<Id> = { groupsOf(correlation: number): Iterable<string>; /** In their order, each once. */ membersOf(correlation: number, group: string): readonly Contributed<Id>[]; compareIds: (one: Id, other: Id) => number }

/** What is at hand as a list. */
export function contributionsOf(contributed: readonly Contributed[]): Contributions<string> {
  const groups = new Map([...Map.groupBy(contributed, ({ correlation }) => correlation)].map(([correlation, members]) => [correlation, Map.groupBy(members, ({ group }) => group)]))
  const compareIds = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
  return {
    groupsOf: (correlation) => groups.get(correlation)?.keys() ?? [],
    membersOf: (correlation, group) => inOrder(groups.get(correlation)?.get(group) ?? [], compareIds),
    compareIds,
  }
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
  const index = new RuleIndex(detections.filter(({ silent, feeds }) => !silent || feeds.length > 0), reader)
  return {
    rules: [...detections, ...linked].map(({ about }) => about),
    refusals,
    judge: (event, eventId, atMs) => judge(event, eventId, atMs, index, reader),
    correlateAll: (contributions, closedBeforeMs) => correlateAll(linked, contributions, closedBeforeMs),
    correlations: new Map(linked.map((correlation) => [correlation.at, useOf(correlation)])),
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

function judge(event: Readonly<Record<string, unknown>>, eventId: string, atMs: number, index: RuleIndex<Detection>, reader: EventReader): Judgement {
  let hits: RuleAbout[] | undefined
  let contributed: Contributed[] | undefined
  const candidates = index.candidates(event)
  reader.open(event)
  for (const rule of candidates) {
    if (!rule.test()) continue
    if (!rule.silent) (hits ??= []).push(rule.about)
    for (const feed of rule.feeds) {
      const key = keyOf(feed.reading, reader)
      if (key) (contributed ??= []).push({ correlation: feed.correlation.at, group: key.group, rule: feed.position, atMs, eventId, earlierIds: noIds, value: key.value, keys: outerKeys(feed.correlation, reader) })
    }
  }
  return hits || contributed ? { hits: hits ?? [], contributed: contributed ?? [] } : none
}

/** `undefined` where an event lacks a field to group by, or to measure: it belongs to no group. */
function keyOf({ group, value }: Reading, reader: EventReader): Key | undefined {
  const grouped = groupOf(group, reader)
  const values = grouped === undefined ? undefined : textsOf(value, reader)
  if (grouped === undefined || !values) return undefined
  return { group: grouped, value: values.length > 1 ? JSON.stringify(values) : values[0] }
}

function groupOf(fields: readonly number[], reader: EventReader): string | undefined {
  const [only] = fields
  if (fields.length !== 1 || only === undefined) {
    const texts = textsOf(fields, reader)
    return texts && JSON.stringify(texts)
  }
  const value = reader.valuesOf(only)[0]
  return value === undefined || value.text === null ? undefined : value.group
}

function textsOf(fields: readonly number[], reader: EventReader): string[] | undefined {
  const texts: string[] = []
  for (const field of fields) {
    const text = reader.valuesOf(field)[0]?.text
    if (text === undefined || text === null) return undefined
    texts.push(text)
  }
  return texts
}

const noKeys: ReadonlyMap<number, Key> = new Map()
const noIds: readonly never[] = []

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

function correlateAll<Id>(correlations: readonly Correlation[], contributions: Contributions<Id>, closedBeforeMs: number): CorrelatedHit<Id>[] {
  const inner = new Map<string, Contributed<Id>[]>()
  const hits: CorrelatedHit<Id>[] = []
  for (const correlation of correlations) {
    const { at } = correlation
    const own = new Set(contributions.groupsOf(at))
    const groups = [...own, ...[...inner.values()].flatMap(([one]) => (one && one.correlation === at && !own.has(one.group) ? [one.group] : []))]
    for (const group of groups) {
      const direct = contributions.membersOf(at, group)
      const further = inner.get(`${at} ${group}`)
      const members = further ? inOrder([...direct, ...further], contributions.compareIds) : direct
      for (const { contributions: found, firstMs, lastMs, feeds } of hitsOf(correlation, members, closedBeforeMs)) {
        if (!correlation.silent) hits.push({ about: correlation.about, eventIds: idsOf(found), firstMs, lastMs })
        for (const one of feeds) append(inner, `${one.correlation} ${one.group}`, one)
      }
    }
  }
  return hits
}

const useOf = (correlation: Correlation): CorrelationUse => ({
  about: correlation.about,
  timespanMs: correlation.correlating.timespanMs,
  looksWhenOver: isBoundedAbove(correlation.correlating.criteria),
  silent: correlation.silent,
  hitsIn: (members, closedBeforeMs, compareIds) => hitsOf(correlation, inOrder(members, compareIds), closedBeforeMs),
})

const idsOf = <Id>(contributions: readonly Contribution<Id>[]): Id[] => [...new Set(contributions.flatMap(({ eventId, earlierIds }) => [...earlierIds, eventId]))]

/** The hits in one group, each with what it counts for in outer correlations: it has the fields of its last event. */
function hitsOf<Id, One extends Contributed<Id>>(correlation: Correlation, ordered: readonly One[], closedBeforeMs: number): FedHit<Id, One>[] {
  return correlate(correlation.correlating, ordered, closedBeforeMs).map(({ contributions, firstMs, lastMs }) => {
    const keys = contributions.at(-1)?.keys ?? noKeys
    const feeds = correlation.feeds.flatMap(({ correlation: { at }, position }) => {
      const key = keys.get(at)
      if (!key) return []
      const eventIds = idsOf(contributions)
      return [{ correlation: at, group: key.group, rule: position, atMs: lastMs, eventId: eventIds.at(-1) as Id, earlierIds: eventIds.slice(0, -1), value: key.value, keys }]
    })
    return { contributions, firstMs, lastMs, feeds }
  })
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
