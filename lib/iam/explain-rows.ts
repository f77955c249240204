import { accessLevels } from './action-catalog.ts'
import type { AccessLevel, CatalogAction, CatalogService } from './action-catalog.ts'
import { dangerRules } from './danger-rules.ts'
import type { EffectiveGrant } from './effective-access.ts'
import { simplify } from './resource-patterns.ts'

/** Actions of one level that share scope and conditions; `totalCount` is how many actions of the level there are. */
export type ExplainedLevel = {
  readonly level: AccessLevel
  readonly actionCount: number
  readonly totalCount: number
  /** At most five, dangerous ones first. */
  readonly exampleActions: readonly string[]
  readonly resources: 'all' | readonly string[]
  /** Plain sentences; all of them hold. */
  readonly conditions: readonly string[]
  readonly dangerous: boolean
}

/** `everything`: every action there is, on all resources, under the same conditions. */
export type ExplainedService = {
  readonly service: string
  readonly name: string
  readonly everything: boolean
  readonly levels: readonly ExplainedLevel[]
}

export type AllowedAction = { readonly action: CatalogAction; readonly grants: readonly EffectiveGrant[] }

const dangerousActions = new Set(dangerRules.flatMap((rule) => rule.needs.flat()).map((action) => action.toLowerCase()))

const exampleLimit = 5

type Group = { level: AccessLevel; all: boolean; conditions: readonly string[]; actions: CatalogAction[]; resources: string[] }

function groupActions(allowed: readonly AllowedAction[]): readonly Group[] {
  const groups = new Map<string, Group>()
  const scopes = new Map<EffectiveGrant, string>()
  for (const { action, grants } of allowed) {
    for (const grant of grants) {
      const { resources, conditions } = grant
      const all = resources.includes('*')
      const scope = scopes.get(grant) ?? JSON.stringify([all, conditions])
      scopes.set(grant, scope)
      const key = `${action.level} ${scope}`
      const group = groups.get(key) ?? { level: action.level, all, conditions, actions: [], resources: [] }
      groups.set(key, group)
      if (group.actions.at(-1) !== action) group.actions.push(action)
      if (!all) group.resources.push(...resources.filter((each) => !group.resources.includes(each)))
    }
  }
  return [...groups.values()]
}

function toLevel(group: Group, totals: ReadonlyMap<AccessLevel, number>): ExplainedLevel {
  const isDangerous = (action: CatalogAction): boolean => dangerousActions.has(action.lowerCase)
  const examples = [...group.actions.filter(isDangerous), ...group.actions.filter((each) => !isDangerous(each))]
  return {
    level: group.level,
    actionCount: group.actions.length,
    totalCount: totals.get(group.level) ?? 0,
    exampleActions: examples.slice(0, exampleLimit).map((each) => each.action),
    resources: group.all ? 'all' : simplify(group.resources),
    conditions: group.conditions,
    dangerous: group.actions.some(isDangerous),
  }
}

/** The rows of one service, by level from harmless to powerful; the same access is never in two rows. */
export function explainService(service: CatalogService, allowed: readonly AllowedAction[]): ExplainedService {
  const totals = new Map<AccessLevel, number>()
  for (const { level } of service.actions) totals.set(level, (totals.get(level) ?? 0) + 1)
  const rows = groupActions(allowed).map((group) => toLevel(group, totals))
  const levels = accessLevels.flatMap((level) => rows.filter((row) => row.level === level))
  const sameForAll = levels.every(({ resources, conditions }) => resources === 'all' && String(conditions) === String(levels[0]?.conditions))
  const everything = sameForAll && levels.reduce((sum, row) => sum + row.actionCount, 0) === service.actions.length
  return { service: service.service, name: service.name, everything, levels }
}
