import type { Contributed, Contributions } from '../sigma/rule-set.ts'
import { type Floats, floats, type Integers, integers, Names, numberAt } from './columns.ts'
import type { EventKeys } from './event-ids.ts'

/** What events bring to correlations, in columns; texts are places in `texts`. */
export type ContributionColumns = { count: number; texts: readonly string[]; columns: Record<(typeof numbered)[number], Integers>; atMs: Floats }
type Log = { contributions: ContributionColumns }

const numbered = ['correlation', 'group', 'rule', 'value', 'keys', 'file', 'event'] as const
const noValue = 0xffff_ffff
const perLog = 2 ** 32

/** As many as there are events, so each takes some forty bytes until its group is looked at. */
export class ContributionLog {
  readonly #texts = new Names()
  readonly #columns = { correlation: integers(), group: integers(), rule: integers(), value: integers(), keys: integers(), file: integers(), event: integers() }
  readonly #atMs = floats()

  push({ correlation, group, rule, value, atMs, keys }: Contributed, event: number, file: number): void {
    const columns = this.#columns
    columns.correlation.push(correlation)
    columns.group.push(this.#texts.numberOf(group))
    columns.rule.push(rule)
    columns.value.push(value === undefined ? noValue : this.#texts.numberOf(value))
    columns.keys.push(keys.size === 0 ? noValue : this.#texts.numberOf(JSON.stringify([...keys])))
    columns.file.push(file)
    columns.event.push(event)
    this.#atMs.push(atMs)
  }

  get data(): ContributionColumns {
    const { correlation, group, rule, value, keys, file, event } = this.#columns
    return { count: this.#atMs.length, texts: this.#texts.list, columns: { correlation: correlation.chunks, group: group.chunks, rule: rule.chunks, value: value.chunks, keys: keys.chunks, file: file.chunks, event: event.chunks }, atMs: this.#atMs.chunks }
  }
}

/** The contributions of several logs, a group at a time. An event that two of them hold is there twice. */
export function contributionsIn(logs: readonly Log[], keys: EventKeys): Contributions<number> {
  const places = new Map<number, Map<string, number[]>>()
  logs.forEach(({ contributions: { count, texts, columns } }, log) => {
    for (let index = 0; index < count; index += 1) {
      const groups = at(places, numberAt(columns.correlation, index), () => new Map<string, number[]>())
      at(groups, texts[numberAt(columns.group, index)] as string, () => []).push(log * perLog + index)
    }
  })
  return {
    groupsOf: (correlation) => places.get(correlation)?.keys() ?? [],
    membersOf: (correlation, group) => inTheirOrder(places.get(correlation)?.get(group) ?? [], logs, keys),
    compareIds: keys.compare,
  }
}

/** The same order as `inOrder` of the engine has, found among the columns: objects are made of what is left. */
function inTheirOrder(places: readonly number[], logs: readonly Log[], keys: EventKeys): Member[] {
  const found = layOut(places, logs, keys)
  const { times, heads, rules } = found
  const sameMoment = (one: number, other: number): number => (heads[one] as number) - (heads[other] as number) || keys.compare(found.eventAt(one), found.eventAt(other)) || (rules[one] as number) - (rules[other] as number)
  const order = Uint32Array.from(places, (_, at) => at).sort((one, other) => (times[one] as number) - (times[other] as number) || sameMoment(one, other))
  const members: Member[] = []
  order.forEach((at, index) => {
    const before = order[index - 1]
    if (before === undefined || times[before] !== times[at] || sameMoment(before, at) !== 0) members.push(found.memberAt(at))
  })
  return members
}

type LaidOut = { times: Float64Array; /** The first part of their ids, which nearly always decides. */ heads: Uint32Array; rules: Uint32Array; eventAt: (at: number) => number; memberAt: (at: number) => Member }

/** What is compared of each, side by side: sorting looks at them again and again. */
function layOut(places: readonly number[], logs: readonly Log[], keys: EventKeys): LaidOut {
  const [times, heads, rules] = [new Float64Array(places.length), new Uint32Array(places.length), new Uint32Array(places.length)]
  const logAt = (at: number): number => Math.floor((places[at] as number) / perLog)
  const dataAt = (at: number): ContributionColumns => (logs[logAt(at)] as Log).contributions
  const indexAt = (at: number): number => (places[at] as number) % perLog
  const eventAt = (at: number): number => keys.keyOf(logAt(at), numberAt(dataAt(at).columns.event, indexAt(at)))
  for (let at = 0; at < places.length; at += 1) {
    const { atMs, columns } = dataAt(at)
    times[at] = numberAt(atMs, indexAt(at))
    rules[at] = numberAt(columns.rule, indexAt(at))
    heads[at] = keys.headOf(eventAt(at))
  }
  return { times, heads, rules, eventAt, memberAt: (at) => new Member(dataAt(at), indexAt(at), keys.keyOf(logAt(at), 0)) }
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const noKeys: Contributed['keys'] = new Map()
const noIds: readonly never[] = []

/** One contribution where it lies: a group may have hundreds of thousands. `firstKey` is the key of the log's first event. */
class Member implements Contributed<number> {
  readonly of: ContributionColumns
  readonly index: number
  readonly firstKey: number

  constructor(of: ContributionColumns, index: number, firstKey: number) {
    this.of = of
    this.index = index
    this.firstKey = firstKey
  }
  get correlation(): number {
    return numberAt(this.of.columns.correlation, this.index)
  }
  get group(): string {
    return this.of.texts[numberAt(this.of.columns.group, this.index)] as string
  }
  get rule(): number {
    return numberAt(this.of.columns.rule, this.index)
  }
  get atMs(): number {
    return numberAt(this.of.atMs, this.index)
  }
  get eventId(): number {
    return this.firstKey + numberAt(this.of.columns.event, this.index)
  }
  get earlierIds(): readonly number[] {
    return noIds
  }
  get value(): string | undefined {
    const value = numberAt(this.of.columns.value, this.index)
    return value === noValue ? undefined : this.of.texts[value]
  }
  get keys(): Contributed['keys'] {
    const keys = numberAt(this.of.columns.keys, this.index)
    return keys === noValue ? noKeys : new Map(JSON.parse(this.of.texts[keys] as string) as [number, { group: string; value?: string }][])
  }
}

/** The first file that holds each of some events. */
export function firstFiles(logs: readonly Log[], wanted: readonly number[], keys: EventKeys): Map<number, number> {
  const byId = new Map(wanted.map((key) => [keys.idOf(key), Number.POSITIVE_INFINITY]))
  const places = new Set(wanted)
  logs.forEach(({ contributions: { count, columns } }, log) => {
    for (let index = 0; index < count; index += 1) {
      const key = keys.keyOf(log, numberAt(columns.event, index))
      // In one log every event is there once; what another holds of the same id is looked up by it.
      if (logs.length > 1 || places.has(key)) lower(byId, keys.idOf(key), numberAt(columns.file, index))
    }
  })
  return new Map(wanted.map((key) => [key, byId.get(keys.idOf(key)) ?? 0]))
}

function lower(map: Map<string, number>, id: string, file: number): void {
  const known = map.get(id)
  if (known !== undefined && file < known) map.set(id, file)
}
