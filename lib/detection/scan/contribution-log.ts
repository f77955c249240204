import type { Contributed, Contributions } from '../sigma/rule-set.ts'
import { floats, integers, Names } from './columns.ts'
import type { EventKeys } from './event-ids.ts'

/** What events bring to correlations, in columns; texts are places in `texts`. */
export type ContributionColumns = { count: number; texts: readonly string[]; columns: Record<(typeof numbered)[number], Uint32Array<ArrayBuffer>>; atMs: Float64Array<ArrayBuffer> }
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
    const row = { correlation, group: this.#texts.numberOf(group), rule, value: value === undefined ? noValue : this.#texts.numberOf(value), keys: this.#texts.numberOf(keys.size === 0 ? '[]' : JSON.stringify([...keys])), file, event }
    for (const name of numbered) this.#columns[name].push(row[name])
    this.#atMs.push(atMs)
  }

  get data(): ContributionColumns {
    const { correlation, group, rule, value, keys, file, event } = this.#columns
    return { count: this.#atMs.length, texts: this.#texts.list, columns: { correlation: correlation.values, group: group.values, rule: rule.values, value: value.values, keys: keys.values, file: file.values, event: event.values }, atMs: this.#atMs.values }
  }
}

/** The contributions of several logs, a group at a time. An event that two of them hold is there twice. */
export function contributionsIn(logs: readonly Log[], keys: EventKeys): Contributions<number> {
  const places = new Map<number, Map<string, number[]>>()
  logs.forEach(({ contributions: { count, texts, columns } }, log) => {
    for (let index = 0; index < count; index += 1) {
      const groups = at(places, columns.correlation[index] as number, () => new Map<string, number[]>())
      at(groups, texts[columns.group[index] as number] as string, () => []).push(log * perLog + index)
    }
  })
  return {
    groupsOf: (correlation) => places.get(correlation)?.keys() ?? [],
    membersOf: (correlation, group) => (places.get(correlation)?.get(group) ?? []).map((place) => contributedAt(logs, place, keys)),
    compareIds: keys.compare,
  }
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function contributedAt(logs: readonly Log[], place: number, eventKeys: EventKeys): Contributed<number> {
  const [log, index] = [Math.floor(place / perLog), place % perLog]
  const { columns, texts, atMs } = (logs[log] as Log).contributions
  const text = (place: number): string => texts[place] as string
  const value = columns.value[index] as number
  const keys = text(columns.keys[index] as number)
  return {
    correlation: columns.correlation[index] as number,
    group: text(columns.group[index] as number),
    rule: columns.rule[index] as number,
    atMs: atMs[index] as number,
    eventId: eventKeys.keyOf(log, columns.event[index] as number),
    earlierIds: noIds,
    value: value === noValue ? undefined : text(value),
    keys: keys === '[]' ? noKeys : new Map(JSON.parse(keys) as [number, { group: string; value?: string }][]),
  }
}
const noKeys: Contributed['keys'] = new Map()
const noIds: readonly never[] = []

/** The first file that holds each of some events. */
export function firstFiles(logs: readonly Log[], wanted: readonly number[], keys: EventKeys): Map<number, number> {
  const byId = new Map(wanted.map((key) => [keys.idOf(key), Number.POSITIVE_INFINITY]))
  const places = new Set(wanted)
  logs.forEach(({ contributions: { count, columns } }, log) => {
    for (let index = 0; index < count; index += 1) {
      const key = keys.keyOf(log, columns.event[index] as number)
      // In one log every event is there once; what another holds of the same id is looked up by it.
      if (logs.length > 1 || places.has(key)) lower(byId, keys.idOf(key), columns.file[index] as number)
    }
  })
  return new Map(wanted.map((key) => [key, byId.get(keys.idOf(key)) ?? 0]))
}

function lower(map: Map<string, number>, id: string, file: number): void {
  const known = map.get(id)
  if (known !== undefined && file < known) map.set(id, file)
}
