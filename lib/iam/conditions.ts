import { findComparison } from './condition-operators.ts'
import type { Comparison, ValueTest } from './condition-operators.ts'
import { asList } from './document.ts'
import type { ConditionBlock, ConditionValue, OneOrMany, PolicyVersion, Statement } from './document.ts'
import type { KeyLookup } from './variables.ts'

/** A condition, prepared once: true if the request meets it. */
export type CompiledCondition = (lookup: KeyLookup) => boolean

type Operator = {
  readonly quantifier: 'single' | 'any' | 'all'
  readonly ifExists: boolean
  /** `null` for the operator `Null`. */
  readonly comparison: Comparison | null
}

/**
 * Reads `ForAllValues:StringLikeIfExists` and the like, whatever the case; `undefined` if AWS knows no such operator
 * (`NullIfExists` among them).
 */
export function parseOperator(source: string): Operator | undefined {
  const match = /^(?:(ForAnyValue|ForAllValues):)?([a-z]+?)(IfExists)?$/iu.exec(source)
  if (!match) return undefined
  const [, set, name, suffix] = match
  const quantifier = set === undefined ? 'single' : set.toLowerCase() === 'foranyvalue' ? 'any' : 'all'
  const ifExists = suffix !== undefined
  if (name!.toLowerCase() === 'null') return ifExists ? undefined : { quantifier, ifExists, comparison: null }
  const comparison = findComparison(name!)
  return comparison && { quantifier, ifExists, comparison }
}

/**
 * One value of the request against all values of the policy: positive operators want one that matches, negated ones
 * none that does. A variable without a value matches nothing; under a negated operator that must not open anything, so
 * it holds only in a Deny.
 */
function meets(tests: readonly ValueTest[], negated: boolean, effect: Statement['Effect']) {
  return (actual: string, lookup: KeyLookup): boolean => {
    let unresolved = false
    for (const test of tests) {
      const result = test(actual, lookup)
      if (result === true) return !negated
      unresolved ||= result === 'unresolved'
    }
    return negated && (effect === 'Deny' || !unresolved)
  }
}

function compileNull(key: string, expected: readonly string[]): CompiledCondition {
  return (lookup) => expected.includes(String(lookup(key).length === 0))
}

/**
 * A key the request lacks: negated operators hold, `IfExists` holds, `ForAllValues` holds (also for a single empty
 * value), `ForAnyValue` does not, everything else does not. A key with several values under no set operator: a positive
 * operator wants one that matches, a negated one none, so that each stays the exact opposite of the other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function compileKey(
  operator: Operator & { comparison: Comparison },
  key: string,
  values: readonly string[],
  version: PolicyVersion | undefined,
  effect: Statement['Effect'],
): CompiledCondition {
  const { negated, compile } = operator.comparison
  const tests = values.map((value) => compile(value, version))
  const one = meets(tests, negated, effect)
  const { quantifier, ifExists } = operator
  return (lookup) => {
    const actual = lookup(key)
    if (actual.length === 0) return ifExists || quantifier === 'all' || (quantifier === 'single' && negated)
    if (quantifier === 'all' && actual.length === 1 && actual[0] === '') return true
    const every = quantifier === 'all' || (quantifier === 'single' && negated)
    return every ? actual.every((value) => one(value, lookup)) : actual.some((value) => one(value, lookup))
  }
}

const asTexts = (values: OneOrMany<ConditionValue>): string[] => asList(values).map(String)

/**
 * Prepares a Condition block: operators and keys are ANDed, the values of a key are ORed.
 * Throws on an operator that AWS does not know: `parsePolicy` refuses such a document, and a Deny that is silently
 * skipped would open what it was written to close.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function compileConditions(
  block: ConditionBlock | undefined,
  version: PolicyVersion | undefined,
  effect: Statement['Effect'],
): readonly CompiledCondition[] {
  return Object.entries(block ?? {}).flatMap(([name, keys]) => {
    const operator = parseOperator(name)
    if (!operator) throw new TypeError(`Invalid Condition type : ${name}.`)
    const { comparison } = operator
    return Object.entries(keys).map(([key, values]) => {
      const texts = asTexts(values)
      if (!comparison) return compileNull(key, texts.map((value) => value.toLowerCase()))
      return compileKey({ ...operator, comparison }, key, texts, version, effect)
    })
  })
}
