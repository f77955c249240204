import { parseDate, parseNumber, splitArn } from './condition-values.ts'
import type { PolicyVersion } from './document.ts'
import { blockContains, parseIpBlock } from './ip-address.ts'
import { compileTemplate, matchesTemplate, resolveTemplate } from './variables.ts'
import type { KeyLookup, Template } from './variables.ts'

/** Compares one value of the request with one value of the policy. `unresolved`: a variable of the policy has no value. */
export type ValueTest = (actual: string, lookup: KeyLookup) => boolean | 'unresolved'

/** Prepares one policy value. */
type TestFactory = (expected: string, version: PolicyVersion | undefined) => ValueTest

/** A comparison and whether the operator's name negates it. */
export type Comparison = { readonly compile: TestFactory; readonly negated: boolean }

const never: ValueTest = () => false

function text(template: Template): ValueTest {
  return (actual, lookup) => {
    const pattern = resolveTemplate(template, lookup)
    return pattern === undefined ? 'unresolved' : matchesTemplate({ fixed: pattern }, actual, lookup)
  }
}

const equals: TestFactory = (expected, version) => text(compileTemplate(expected, version, false))
const like: TestFactory = (expected, version) => text(compileTemplate(expected, version, true))

const equalsIgnoreCase: TestFactory = (expected, version) => {
  const template = compileTemplate(expected.toLowerCase(), version, false)
  return (actual, lookup) => text(template)(actual.toLowerCase(), (key) => lookup(key).map((value) => value.toLowerCase()))
}

function ordered(parse: (source: string) => number | undefined, compare: (actual: number, expected: number) => boolean) {
  return (source: string): ValueTest => {
    const expected = parse(source)
    if (expected === undefined) return never
    return (actual) => {
      const value = parse(actual)
      return value !== undefined && compare(value, expected)
    }
  }
}

const bool: TestFactory = (expected) => (actual) => actual.toLowerCase() === expected.toLowerCase()

// Base64 padding may be left out; the bytes are the same.
const binary: TestFactory = (expected) => (actual) => actual.replace(/=+$/u, '') === expected.replace(/=+$/u, '')

const ipAddress: TestFactory = (expected) => {
  const block = parseIpBlock(expected)
  if (!block) return never
  return (actual) => {
    const address = parseIpBlock(actual)
    return address !== undefined && blockContains(block, address)
  }
}

// A variable may hold colons, so the ARN is cut into its parts before the variables are filled in.
function splitTemplateArn(source: string): readonly string[] | undefined {
  const variables: string[] = []
  const masked = source.replaceAll(/\$\{[^}]*\}/gu, (variable) => `\u0000${variables.push(variable) - 1}\u0000`)
  // oxlint-disable-next-line no-control-regex
  return splitArn(masked)?.map((part) => part.replaceAll(/\u0000(\d+)\u0000/gu, (_, index: string) => variables[Number(index)]!))
}

/** ArnEquals and ArnLike behave the same: each of the six parts is compared by itself, with wildcards. */
const arn: TestFactory = (expected, version) => {
  const whole = expected.startsWith('${') || expected === '*'
  const parts = whole ? [expected] : splitTemplateArn(expected)
  if (!parts) return never
  const tests = parts.map((part) => like(part, version))
  return (actual, lookup) => {
    const actualParts = whole ? [actual] : splitArn(actual)
    const results = tests.map((test, index) => (actualParts ? test(actualParts[index]!, lookup) : test('', lookup)))
    if (results.includes('unresolved')) return 'unresolved'
    return actualParts !== undefined && !results.includes(false)
  }
}

const positive: Readonly<Record<string, TestFactory>> = {
  stringequals: equals,
  stringequalsignorecase: equalsIgnoreCase,
  stringlike: like,
  numericequals: ordered(parseNumber, (actual, expected) => actual === expected),
  numericlessthan: ordered(parseNumber, (actual, expected) => actual < expected),
  numericlessthanequals: ordered(parseNumber, (actual, expected) => actual <= expected),
  numericgreaterthan: ordered(parseNumber, (actual, expected) => actual > expected),
  numericgreaterthanequals: ordered(parseNumber, (actual, expected) => actual >= expected),
  dateequals: ordered(parseDate, (actual, expected) => actual === expected),
  datelessthan: ordered(parseDate, (actual, expected) => actual < expected),
  datelessthanequals: ordered(parseDate, (actual, expected) => actual <= expected),
  dategreaterthan: ordered(parseDate, (actual, expected) => actual > expected),
  dategreaterthanequals: ordered(parseDate, (actual, expected) => actual >= expected),
  bool,
  binaryequals: binary,
  ipaddress: ipAddress,
  arnequals: arn,
  arnlike: arn,
}

const negations: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  numericnotequals: 'numericequals',
  datenotequals: 'dateequals',
  notipaddress: 'ipaddress',
  arnnotequals: 'arnequals',
  arnnotlike: 'arnlike',
}

/**
 * The comparison behind an operator's bare name (no `ForAnyValue:`, no `IfExists`), whatever its case; `undefined` for
 * a name AWS does not know. `Null` is no comparison and is not here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function findComparison(name: string): Comparison | undefined {
  const key = name.toLowerCase()
  const negated = Object.hasOwn(negations, key)
  const base = negated ? negations[key]! : key
  return Object.hasOwn(positive, base) ? { compile: positive[base]!, negated } : undefined
}
