/** A condition as it is written: what it names, and how that is linked. */
export type Condition =
  | { kind: 'name'; name: string }
  | { kind: 'not'; of: Condition }
  | { kind: 'and' | 'or'; of: readonly Condition[] }
export type ConditionReading = { ok: true; condition: Condition } | { ok: false; problem: string }

/**
 * Reads a condition over the search identifiers of a rule: `and`, `or`, `not`, brackets, `1 of` / `all of` with `them`
 * or a pattern. `or` binds least, `not` most; identifiers that begin with `_` are not among `them`.
 * https://github.com/SigmaHQ/sigma-specification/blob/v2.1.0/specification/sigma-rules-specification.md#condition
 */
export function parseCondition(source: string, names: readonly string[]): ConditionReading {
  if (source.includes('|')) return { ok: false, problem: 'Aggregations in a condition ("| count() …") are no part of Sigma 2; a correlation rule says the same.' }
  const tokens = source.match(/[()]|[^\s()]+/g) ?? []
  try {
    const reader = new ConditionReader(tokens, names)
    return { ok: true, condition: reader.read() }
  } catch (error) {
    if (error instanceof ConditionProblem) return { ok: false, problem: error.message }
    throw error
  }
}

class ConditionProblem extends Error {}

const keywords = new Set(['and', 'or', 'not', 'of', 'them'])

class ConditionReader {
  #at = 0
  readonly #tokens: readonly string[]
  readonly #names: readonly string[]
  constructor(tokens: readonly string[], names: readonly string[]) {
    this.#tokens = tokens
    this.#names = names
  }

  read(): Condition {
    const condition = this.#linked('or', () => this.#linked('and', () => this.#not()))
    const left = this.#tokens[this.#at]
    if (left !== undefined) throw new ConditionProblem(`The condition goes on with "${left}" where "and" or "or" belongs.`)
    return condition
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.toLowerCase()
  }

  #linked(word: 'and' | 'or', next: () => Condition): Condition {
    const of = [next()]
    while (this.#peek() === word) {
      this.#at += 1
      of.push(next())
    }
    return of.length === 1 ? (of[0] as Condition) : { kind: word, of }
  }

  #not(): Condition {
    if (this.#peek() !== 'not') return this.#single()
    this.#at += 1
    return { kind: 'not', of: this.#not() }
  }

  #single(): Condition {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new ConditionProblem('The condition ends where a search identifier belongs.')
    this.#at += 1
    if (token === '(') {
      const inside = this.#linked('or', () => this.#linked('and', () => this.#not()))
      if (this.#peek() !== ')') throw new ConditionProblem('A bracket of the condition is not closed.')
      this.#at += 1
      return inside
    }
    if (this.#peek() === 'of') return this.#several(token)
    if (token === ')' || keywords.has(token.toLowerCase())) throw new ConditionProblem(`The condition has "${token}" where a search identifier belongs.`)
    if (!this.#names.includes(token)) throw new ConditionProblem(`The condition names "${token}", which the detection does not define.`)
    return { kind: 'name', name: token }
  }

  #several(quantifier: string): Condition {
    this.#at += 1
    const pattern = this.#tokens[this.#at]
    this.#at += 1
    const kind = quantifier === '1' || quantifier.toLowerCase() === 'any' ? 'or' : quantifier.toLowerCase() === 'all' ? 'and' : undefined
    if (!kind) throw new ConditionProblem(`"${quantifier} of" is not part of Sigma; "1 of" and "all of" are.`)
    if (pattern === undefined || pattern === '(' || pattern === ')') throw new ConditionProblem(`"${quantifier} of" does not say of what.`)
    const fits = pattern.toLowerCase() === 'them' ? (name: string) => !name.startsWith('_') : matcherOf(pattern)
    const of = this.#names.filter(fits).map((name): Condition => ({ kind: 'name', name }))
    if (of.length === 0) throw new ConditionProblem(`"${quantifier} of ${pattern}" fits no search identifier.`)
    return { kind, of }
  }
}

function matcherOf(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
  return (name) => expression.test(name)
}
