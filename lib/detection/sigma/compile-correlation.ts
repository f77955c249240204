import { RuleProblem } from './compile-values.ts'
import type { Correlating } from './correlate.ts'
import type { EventReader } from './event-reader.ts'
import type { CorrelationRuleSource } from './rule.ts'

/** Where a field of a correlation is read in the events of one of its rules. */
export type Reading = { group: readonly number[]; value: readonly number[] }
export type CompiledCorrelation = { correlating: Correlating; rules: readonly string[]; generate: boolean; /** For a rule by the name it has. */ readingFor(names: readonly string[]): Reading }

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Compiles what a correlation rule asks for, or throws a `RuleProblem`. Its rules are known by id, name or title. */
export function compileCorrelation({ correlation }: CorrelationRuleSource, reader: EventReader): CompiledCorrelation {
  const { type, rules, timespan, condition, aliases = {}, 'group-by': groupBy = [], generate = false } = correlation
  const { field, percentile, ...criteria } = condition ?? {}
  const asked = Object.values(criteria).some((limit) => limit !== undefined)
  const ordered = type === 'temporal' || type === 'temporal_ordered'
  if (!asked && !ordered) throw new RuleProblem(`A correlation of type ${type} needs a condition such as "gte: 10".`)
  if (type.startsWith('value_') && !field) throw new RuleProblem(`A correlation of type ${type} needs "field" in its condition.`)
  if (!type.startsWith('value_') && field) throw new RuleProblem(`"field" has no meaning in a correlation of type ${type}.`)
  if (type !== 'value_count' && field && field.length > 1) throw new RuleProblem(`A correlation of type ${type} is about one field.`)
  if (percentile !== undefined && type !== 'value_percentile') throw new RuleProblem(`"percentile" has no meaning in a correlation of type ${type}.`)
  const correlating: Correlating = {
    type,
    ruleCount: rules.length,
    timespanMs: Number(timespan.slice(0, -1)) * unitMs[timespan.slice(-1) as keyof typeof unitMs],
    criteria: asked ? criteria : { gte: rules.length },
    percentile,
  }
  const read = (name: string, names: readonly string[]): number => {
    const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined
    const target = names.flatMap((known) => (alias && Object.hasOwn(alias, known) ? (alias[known] as string) : []))[0]
    return reader.fieldOf(target ?? name)
  }
  return { correlating, rules, generate, readingFor: (names) => ({ group: groupBy.map((name) => read(name, names)), value: (field ?? []).map((name) => read(name, names)) }) }
}
