import { accessLevels } from './action-catalog.ts'
import type { AccessLevel } from './action-catalog.ts'
import type { ExplainedLevel, ExplainedService } from './explain-rows.ts'
import { resourceWords } from './resource-words.ts'

const levelVerbs: Readonly<Record<AccessLevel, string>> = {
  List: 'list',
  Read: 'read',
  Tagging: 'tag',
  Write: 'change',
  'Permissions management': 'change permissions of',
}

/** `a`, `a and b`, `a, b and c`. */
function andList(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? '') : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`
}

const verbOrder: readonly AccessLevel[] = ['Read', 'List', 'Tagging', 'Write', 'Permissions management']

function verbsOf(levels: readonly AccessLevel[]): string {
  const text = andList(verbOrder.filter((level) => levels.includes(level)).map((level) => levelVerbs[level]))
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

type Clause = { readonly verbs: string; readonly object: string; readonly conditions: readonly string[] }

// From here on the few actions that are missing do not change what somebody can do.
const almostAll = 0.9

function objectOf(rows: readonly ExplainedLevel[]): string {
  const { resources } = rows[0]!
  if (resources !== 'all') return `${andList(resources.map(resourceWords))} only, in`
  const allowed = rows.reduce((sum, row) => sum + row.actionCount, 0)
  const total = rows.reduce((sum, row) => sum + row.totalCount, 0)
  if (allowed === total) return 'everything in'
  return allowed >= almostAll * total ? 'almost everything in' : 'some things in'
}

function clausesOf(service: ExplainedService): readonly Clause[] {
  if (service.everything) {
    return [{ verbs: 'Do', object: 'everything in', conditions: service.levels[0]?.conditions ?? [] }]
  }
  const groups = new Map<string, ExplainedLevel[]>()
  for (const row of service.levels) {
    const key = JSON.stringify([row.resources, row.conditions])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].map((rows) => ({
    verbs: verbsOf(rows.map((row) => row.level)),
    object: objectOf(rows),
    conditions: rows[0]!.conditions,
  }))
}

const namedServices = 4

function servicesWords(names: readonly string[]): string {
  if (names.length <= namedServices) return andList(names)
  return `${names.length} services, among them ${andList(names.slice(0, namedServices))}`
}

// Named first when there are too many services to name them all: those most readers have heard of.
const wellKnown = ['iam', 's3', 'ec2', 'rds', 'lambda', 'secretsmanager', 'kms', 'dynamodb']
const fame = ({ service }: ExplainedService): number => (wellKnown.includes(service) ? wellKnown.indexOf(service) : wellKnown.length)

/** The access in sentences for somebody who knows no AWS; services with the same access share one. */
export function explainSentences(services: readonly ExplainedService[]): readonly string[] {
  const byClause = new Map<string, { clause: Clause; names: string[] }>()
  for (const service of services.toSorted((one, other) => fame(one) - fame(other))) {
    for (const clause of clausesOf(service)) {
      const key = JSON.stringify(clause)
      const group = byClause.get(key) ?? { clause, names: [] }
      byClause.set(key, group)
      if (!group.names.includes(service.name)) group.names.push(service.name)
    }
  }
  return [...byClause.values()].map(({ clause, names }) => {
    const sentence = `${clause.verbs} ${clause.object} ${servicesWords(names)}.`
    return [sentence, ...clause.conditions].join(' ')
  })
}

/** The most powerful level there is access to; `null` without any. */
export function highestLevelOf(services: readonly ExplainedService[]): AccessLevel | null {
  const present = new Set(services.flatMap(({ levels }) => levels.map(({ level }) => level)))
  return accessLevels.toReversed().find((level) => present.has(level)) ?? null
}
