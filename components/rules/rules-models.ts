import type { Action, Severity } from '../models.ts'

export type RuleRow = { id: string; href: string; title: string; level: Severity; origin: string; author: string | null; license: string | null; techniques: string[]; enabled: boolean; findings: number }
export type RulesPageProps = {
  rules: RuleRow[]
  total: { all: number; on: number }
  filters: { q: string; state: string; origin: string }
  refusals: { rule: string; path: string; problem: string }[]
  baseHref: string
}
export type TrialModel = { sentence: string; problems: string[]; hits: { id: string; title: string; level: Severity; at: string; what: string; who: string; account: string }[]; more: number }
/** What became of its findings of the last 90 days; null while there is none. */
export type VerdictCounts = { waiting: number; real: number; harmless: number; wrong: number; suppressed: number; href: string } | null

export type RulePageProps = {
  verdicts: VerdictCounts
  now: string
  rule: RuleRow & { description: string; response: string | null; falsePositives: string[]; references: string[]; source: string; path: string; parts: string[]; status: string | null; changed: { by: string; at: string } | null }
  days: string
  trial: TrialModel | null
  /** Null for those who may not. */
  switchAction: Action | null
}
