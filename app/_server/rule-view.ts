import 'server-only'
import type { RulePageProps, RuleRow, TrialModel, VerdictCounts } from '#components/rules/rules-models.ts'
import type { Severity } from '#components/models.ts'
import type { countVerdicts } from '#lib/detection/findings.queries.ts'
import type { ListedRule } from '#lib/detection/rulebook/rules.queries.ts'
import type { Trial } from '#lib/detection/rulebook/try-rule.ts'

export function ruleRow({ about, builtin, enabled, findings }: ListedRule): RuleRow {
  return {
    id: about.id,
    href: `/findings/rules/${encodeURIComponent(about.id)}`,
    title: about.title,
    level: about.level,
    origin: builtin ? 'Latchkey' : 'Other folder',
    author: about.author,
    license: about.license,
    techniques: about.tags.filter((tag) => /^attack\.t\d/i.test(tag)).map((tag) => tag.slice('attack.'.length).toUpperCase()),
    enabled,
    findings,
  }
}

export function ruleDetail(rule: ListedRule): RulePageProps['rule'] {
  const { about, parts, file, changedBy, changedAt } = rule
  return {
    ...ruleRow(rule),
    description: about.description,
    response: about.response,
    falsePositives: [...about.falsePositives],
    references: [...about.references],
    status: about.status,
    parts: parts.map(({ title }) => title),
    source: file.text,
    path: file.path,
    changed: changedBy && changedAt ? { by: changedBy, at: changedAt.toISOString() } : null,
  }
}

/** Null while the rule has found nothing: then there is nothing to say. */
export function verdictCounts(detector: string, { waiting, suppressed, true_positive, benign, expected, false_positive }: Awaited<ReturnType<typeof countVerdicts>>): VerdictCounts {
  const total = waiting + suppressed + true_positive + benign + expected + false_positive
  return total === 0 ? null : { waiting, suppressed, real: true_positive, harmless: benign + expected, wrong: false_positive, href: `/findings?${new URLSearchParams({ rule: detector })}` }
}

const many = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

export function trialModel({ events, whole, oldest, hits, examples, problems }: Trial): TrialModel {
  const reach = whole || !oldest ? '' : ` Only the newest were looked at, back to ${oldest.toISOString().slice(0, 16).replace('T', ' ')} UTC.`
  return {
    sentence: `${hits === 0 ? 'No hit' : many(hits, 'hit')} in ${many(events, 'stored event')}.${reach}`,
    problems: [...problems],
    hits: examples.map(({ title, level, at, what, who, accountId, eventIds }, index) => ({ id: `${index} ${eventIds.at(-1) ?? ''}`, title, level: level as Severity, at: at.toISOString(), what, who, account: accountId })),
    more: Math.max(0, hits - examples.length),
  }
}
