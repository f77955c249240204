import type { Needs } from './compile-rule.ts'

/** Whoever makes names up is looked up each time. */
const mostKnown = 20_000

/**
 * Finds the rules that an event could fit, by its name or else its source, so that a thousand rules cost little more
 * than fifty. A rule that needs neither is tried on every event.
 */
export class RuleIndex<Rule extends { needs: Needs }> {
  readonly #byName = new Map<string, Rule[]>()
  readonly #bySource = new Map<string, Rule[]>()
  readonly #always: Rule[] = []
  readonly #known = new Map<string, Map<string, readonly Rule[]>>()
  #knownCount = 0

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      const { eventName, eventSource } = rule.needs
      if (eventName) add(this.#byName, eventName, rule)
      else if (eventSource) add(this.#bySource, eventSource, rule)
      else this.#always.push(rule)
    }
  }

  /** Each rule once. Names and sources are few, so what was found for them is remembered. */
  candidates(eventName: string, eventSource: string): readonly Rule[] {
    const known = this.#known.get(eventSource)?.get(eventName)
    if (known) return known
    const [name, source] = [eventName.toLowerCase(), eventSource.toLowerCase()]
    const named = (this.#byName.get(name) ?? []).filter(({ needs }) => needs.eventSource?.has(source) ?? true)
    const found = [...named, ...(this.#bySource.get(source) ?? []), ...this.#always]
    if (this.#knownCount < mostKnown) {
      this.#knownCount += 1
      const names = this.#known.get(eventSource) ?? new Map<string, readonly Rule[]>()
      this.#known.set(eventSource, names.set(eventName, found))
    }
    return found
  }
}

function add<Rule>(index: Map<string, Rule[]>, keys: ReadonlySet<string>, rule: Rule): void {
  for (const key of keys) {
    const rules = index.get(key)
    if (rules) rules.push(rule)
    else index.set(key, [rule])
  }
}
