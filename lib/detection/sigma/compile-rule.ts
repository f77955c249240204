import { type Condition, parseCondition } from './condition.ts'
import { type Compiled, compileField, type Placeholders, RuleProblem, type Scalar, type Test } from './compile-values.ts'
import type { EventReader } from './event-reader.ts'
import { type DetectionRuleSource, type Selection, selectionSchema } from './rule.ts'

/** Fields that events are sorted by before any rule looks at them. */
export const indexedFields = ['eventName', 'eventSource'] as const
export type IndexedField = (typeof indexedFields)[number]
/** Values in lower case of which the field must hold one; a field that is not there may hold anything. */
export type Needs = Partial<Record<IndexedField, ReadonlySet<string>>>
/** Fields of few values, by all of which together rules are ruled out once. */
export const sortedFields = [...indexedFields, 'errorCode', 'userIdentity.type'] as const
/** What is certain of a test from those alone: its answer, or nothing yet. Asked while an event that has only those is open. */
type Certain = () => boolean | undefined
type Part = { test: Test; needs: Needs; certain: Certain }

/** Compiles a rule's detection, or throws a `RuleProblem` that says what in it is not supported. */
export function compileDetection({ detection }: DetectionRuleSource, reader: EventReader, placeholders: Placeholders): Part {
  const { condition, timeframe, ...selections } = detection
  if (timeframe !== undefined) throw new RuleProblem('"timeframe" belongs to aggregations, which are no part of Sigma 2; a correlation rule says the same.')
  const parts = new Map<string, Part>()
  for (const [name, source] of Object.entries(selections)) {
    const selection = selectionSchema.safeParse(source)
    if (!selection.success) throw new RuleProblem(`The search identifier "${name}" is neither a map of fields nor a list.`)
    parts.set(name, compileSelection(selection.data, reader, placeholders))
  }
  const conditions = [condition].flat().map((text) => parseCondition(text, [...parts.keys()]))
  const problem = conditions.find((reading) => !reading.ok)
  if (problem && !problem.ok) throw new RuleProblem(problem.problem)
  return either(conditions.flatMap((reading) => (reading.ok ? [compileCondition(reading.condition, parts)] : [])))
}

function compileCondition(condition: Condition, parts: ReadonlyMap<string, Part>): Part {
  switch (condition.kind) {
    case 'name':
      return parts.get(condition.name) as Part
    case 'not': {
      const { test, certain } = compileCondition(condition.of, parts)
      return { test: () => !test(), needs: {}, certain: () => negated(certain()) }
    }
    case 'and':
      return both(condition.of.map((part) => compileCondition(part, parts)))
    case 'or':
      return either(condition.of.map((part) => compileCondition(part, parts)))
  }
}

function compileSelection(selection: Selection, reader: EventReader, placeholders: Placeholders): Part {
  if (typeof selection === 'string') return asPart(compileField('', [selection], reader, placeholders))
  if (!Array.isArray(selection)) return compileMap(selection, reader, placeholders)
  const words = selection.filter((item): item is Scalar => typeof item !== 'object' || item === null)
  const maps = selection.filter((item) => typeof item === 'object' && item !== null)
  return either([...(words.length > 0 ? [asPart(compileField('', words, reader, placeholders))] : []), ...maps.map((map) => compileMap(map, reader, placeholders))])
}

const compileMap = (map: Record<string, Scalar | Scalar[]>, reader: EventReader, placeholders: Placeholders): Part =>
  both(Object.entries(map).map(([key, values]) => asPart(compileField(key, Array.isArray(values) ? values : [values], reader, placeholders))))

function asPart({ test, path, values }: Compiled): Part {
  const field = indexedFields.find((name) => name === path)
  return { test, needs: field && values ? { [field]: values } : {}, certain: sortedFields.some((name) => name === path) ? test : () => undefined }
}

const negated = (answer: boolean | undefined): boolean | undefined => (answer === undefined ? undefined : !answer)

/** What several answers come to, where `decisive` decides alone: false of all, true of any. */
function together(parts: readonly Part[], decisive: boolean): Certain {
  return () => {
    const answers = parts.map(({ certain }) => certain())
    if (answers.includes(decisive)) return decisive
    return answers.includes(undefined) ? undefined : !decisive
  }
}

/** All must hold, so what any of them needs is needed; the fewest values, where several say. */
function both(parts: readonly Part[]): Part {
  const needs: Needs = {}
  for (const field of indexedFields) {
    const smallest = parts.flatMap((part) => part.needs[field] ?? []).toSorted((one, other) => one.size - other.size)[0]
    if (smallest) needs[field] = smallest
  }
  const tests = parts.map(({ test }) => test)
  return { test: allOf(tests), needs, certain: together(parts, false) }
}

/** One must hold, so something is needed only where every one of them needs something. */
function either(parts: readonly Part[]): Part {
  const needs: Needs = {}
  for (const field of indexedFields) {
    const sets = parts.map((part) => part.needs[field])
    if (sets.length > 0 && sets.every((set) => set !== undefined)) needs[field] = new Set(sets.flatMap((set) => [...set]))
  }
  const tests = parts.map(({ test }) => test)
  return { test: anyOf(tests), needs, certain: together(parts, true) }
}

function allOf(tests: readonly Test[]): Test {
  const [first, second, ...more] = tests
  if (!first) return () => true
  if (!second) return first
  if (more.length === 0) return () => first() && second()
  return () => {
    for (const test of tests) if (!test()) return false
    return true
  }
}

function anyOf(tests: readonly Test[]): Test {
  const [first, second, ...more] = tests
  if (!first) return () => false
  if (!second) return first
  if (more.length === 0) return () => first() || second()
  return () => {
    for (const test of tests) if (test()) return true
    return false
  }
}
