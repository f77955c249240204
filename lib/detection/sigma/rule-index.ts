import type { Needs } from './compile-rule.ts'
import type { EventReader } from './event-reader.ts'

/** Whoever makes names up is looked up each time. */
const mostKnown = 20_000

type Indexed = { needs: Needs; certain: () => boolean | undefined }

/** What events are sorted by, the `sortedFields`: texts, or what is not there. */
type SortKey = { eventName: string; eventSource: string; errorCode: string | null | undefined; identityType: string | undefined }
type Known<Value> = Map<string | null | undefined, Value>

/**
 * Finds the rules that an event could fit, so that a thousand rules cost little more than fifty: by the name or else the
 * source that their condition cannot do without; and of what is left, for each name, source, error and kind of identity
 * once, those that nothing in these rules out.
 */
export class RuleIndex<Rule extends Indexed> {
  readonly #byName = new Map<string, Rule[]>()
  readonly #bySource = new Map<string, Rule[]>()
  readonly #always: Rule[] = []
  /** For an event that cannot be sorted: nothing is ruled out. */
  readonly all: readonly Rule[]
  readonly #known: Known<Known<Known<Known<readonly Rule[]>>>> = new Map()
  readonly #reader: EventReader
  #knownCount = 0
  /** Events come in runs of one kind. */
  #last: { key: SortKey; rules: readonly Rule[] } | undefined

  constructor(rules: readonly Rule[], reader: EventReader) {
    this.#reader = reader
    this.all = rules
    for (const rule of rules) {
      const { eventName, eventSource } = rule.needs
      if (eventName) add(this.#byName, eventName, rule)
      else if (eventSource) add(this.#bySource, eventSource, rule)
      else this.#always.push(rule)
    }
  }

  /** Each rule once. Keys are few, so what was found for them is remembered. The reader's event is another one afterwards. */
  candidates(event: Readonly<Record<string, unknown>>): readonly Rule[] {
    const last = this.#last
    // Nothing is made for an event that is of the same kind as the one before.
    if (last && isOfKind(event, last.key)) return last.rules
    const key = sortKeyOf(event)
    if (!key) return this.all
    const rules = this.#known.get(key.eventSource)?.get(key.eventName)?.get(key.errorCode)?.get(key.identityType) ?? this.#find(key)
    this.#last = { key, rules }
    return rules
  }

  #find({ eventName, eventSource, errorCode, identityType }: SortKey): readonly Rule[] {
    const [name, source] = [eventName.toLowerCase(), eventSource.toLowerCase()]
    const named = (this.#byName.get(name) ?? []).filter(({ needs }) => needs.eventSource?.has(source) ?? true)
    const found = [...named, ...(this.#bySource.get(source) ?? []), ...this.#always]
    if (this.#knownCount >= mostKnown) return found
    this.#knownCount += 1
    this.#reader.open({ eventName, eventSource, ...(errorCode === undefined ? {} : { errorCode }), ...(identityType === undefined ? {} : { userIdentity: { type: identityType } }) })
    const possible = found.filter(({ certain }) => certain() !== false)
    const last = within(within(within(this.#known, eventSource), eventName), errorCode)
    last.set(identityType, possible)
    return possible
  }
}

function within<Value>(known: Known<Known<Value>>, key: string | null | undefined): Known<Value> {
  const there = known.get(key)
  if (there) return there
  const made: Known<Value> = new Map()
  known.set(key, made)
  return made
}

function isOfKind({ eventName, eventSource, errorCode, userIdentity }: Readonly<Record<string, unknown>>, key: SortKey): boolean {
  if (eventName !== key.eventName || errorCode !== key.errorCode || eventSource !== key.eventSource) return false
  if (typeof userIdentity !== 'object' || userIdentity === null) return userIdentity === undefined && key.identityType === undefined
  return !Array.isArray(userIdentity) && (userIdentity as { type?: unknown }).type === key.identityType
}

/** `undefined` where one of the fields is neither a text nor absent, but for an error code that is said to be none. */
function sortKeyOf({ eventName, eventSource, errorCode, userIdentity }: Readonly<Record<string, unknown>>): SortKey | undefined {
  if (typeof eventName !== 'string' || typeof eventSource !== 'string') return undefined
  if (errorCode !== undefined && errorCode !== null && typeof errorCode !== 'string') return undefined
  if (userIdentity === undefined) return { eventName, eventSource, errorCode, identityType: undefined }
  if (typeof userIdentity !== 'object' || userIdentity === null || Array.isArray(userIdentity)) return undefined
  const { type } = userIdentity as { type?: unknown }
  return type === undefined || typeof type === 'string' ? { eventName, eventSource, errorCode, identityType: type } : undefined
}

function add<Rule>(index: Map<string, Rule[]>, keys: ReadonlySet<string>, rule: Rule): void {
  for (const key of keys) {
    const rules = index.get(key)
    if (rules) rules.push(rule)
    else index.set(key, [rule])
  }
}
