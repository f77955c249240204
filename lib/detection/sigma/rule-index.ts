import type { Needs } from './compile-rule.ts'
import type { EventReader } from './event-reader.ts'

/** Whoever makes names up is looked up each time. */
const mostKnown = 20_000

type Indexed = { needs: Needs; certain: () => boolean | undefined }

/**
 * Finds the rules that an event could fit, so that a thousand rules cost little more than fifty: by the name or else the
 * source that their condition cannot do without; and of what is left, for each pair of name and source once, those that
 * nothing in the pair rules out.
 */
export class RuleIndex<Rule extends Indexed> {
  readonly #byName = new Map<string, Rule[]>()
  readonly #bySource = new Map<string, Rule[]>()
  readonly #always: Rule[] = []
  /** For an event whose name or source is no text: nothing is ruled out. */
  readonly all: readonly Rule[]
  readonly #known = new Map<string, Map<string, readonly Rule[]>>()
  readonly #reader: EventReader
  #knownCount = 0

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

  /** Each rule once. Names and sources are few, so what was found for them is remembered. The reader's event is another one afterwards. */
  candidates(eventName: string, eventSource: string): readonly Rule[] {
    const known = this.#known.get(eventSource)?.get(eventName)
    if (known) return known
    const [name, source] = [eventName.toLowerCase(), eventSource.toLowerCase()]
    const named = (this.#byName.get(name) ?? []).filter(({ needs }) => needs.eventSource?.has(source) ?? true)
    const found = [...named, ...(this.#bySource.get(source) ?? []), ...this.#always]
    if (this.#knownCount >= mostKnown) return found
    this.#knownCount += 1
    this.#reader.open({ eventName, eventSource })
    const possible = found.filter(({ certain }) => certain() !== false)
    const names = this.#known.get(eventSource) ?? new Map<string, readonly Rule[]>()
    this.#known.set(eventSource, names.set(eventName, possible))
    return possible
  }
}

function add<Rule>(index: Map<string, Rule[]>, keys: ReadonlySet<string>, rule: Rule): void {
  for (const key of keys) {
    const rules = index.get(key)
    if (rules) rules.push(rule)
    else index.set(key, [rule])
  }
}
