import type { Needs } from './compile-rule.ts'

/**
 * Finds the rules that an event could fit, by its name or else its source, so that a thousand rules cost little more
 * than fifty. A rule that needs neither is tried on every event.
 */
export class RuleIndex<Rule extends { needs: Needs }> {
  readonly #byName = new Map<string, Rule[]>()
  readonly #bySource = new Map<string, Rule[]>()
  readonly #always: Rule[] = []

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      const { eventName, eventSource } = rule.needs
      if (eventName) add(this.#byName, eventName, rule)
      else if (eventSource) add(this.#bySource, eventSource, rule)
      else this.#always.push(rule)
    }
  }

  /** Names in lower case. A rule is listed once. */
  *candidates(eventName: string, eventSource: string): Generator<Rule> {
    for (const rule of this.#byName.get(eventName) ?? []) if (rule.needs.eventSource?.has(eventSource) ?? true) yield rule
    yield* this.#bySource.get(eventSource) ?? []
    yield* this.#always
  }
}

function add<Rule>(index: Map<string, Rule[]>, keys: ReadonlySet<string>, rule: Rule): void {
  for (const key of keys) {
    const rules = index.get(key)
    if (rules) rules.push(rule)
    else index.set(key, [rule])
  }
}
