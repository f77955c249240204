import { type ActionSet, compileActionSet, includesAction } from '#lib/iam/action-set.ts'
import type { KnownActions } from '#lib/iam/known-actions.ts'
import { covers, overlap } from '#lib/iam/resource-patterns.ts'

/** A statement of a profile's scope: these actions on these resources. */
export type ScopeStatement = { actions: string[]; resources: string[] }

/** What a profile without a scope of its own allows: all that its role does. */
export const everything: readonly ScopeStatement[] = [{ actions: ['*'], resources: ['*'] }]

export const serviceOf = (action: string): string => action.slice(0, Math.max(0, action.indexOf(':'))).toLowerCase()

export type PreparedStatement = ScopeStatement & { set: ActionSet }
export const prepare = (statement: ScopeStatement): PreparedStatement => ({ ...statement, set: compileActionSet(statement.actions, false) })

export const allowsAction = ({ set }: PreparedStatement, action: string): boolean => includesAction(set, serviceOf(action), action.toLowerCase())

/** Whether one of the patterns stands for all that this one stands for. */
export const coversPattern = (patterns: readonly string[], pattern: string): boolean => patterns.some((outer) => outer === '*' || covers(outer.toLowerCase(), pattern.toLowerCase()))

/**
 * What of `resource` a statement lets be reached: the resource itself where the statement covers it, else the statement's
 * own patterns that meet it. Empty where none does; never wider than the statement.
 */
export function reachable(resource: string, { resources }: ScopeStatement): string[] {
  if (resource === '*' || resources.some((pattern) => covers(pattern, resource))) return resource === '*' ? [...resources] : [resource]
  return resources.filter((pattern) => overlap(pattern, resource))
}

/**
 * What of a pattern of actions a statement allows: the pattern itself, the statement's narrower patterns, or where they
 * merely meet, the actions that both name.
 */
export function meet(pattern: string, statement: PreparedStatement, known: KnownActions): string[] {
  if (coversPattern(statement.actions, pattern)) return [pattern]
  const narrower = statement.actions.filter((own) => coversPattern([pattern], own))
  const both = compileActionSet([pattern], false)
  const named = (known.byService.get(serviceOf(pattern)) ?? []).filter(({ lowerCase }) => includesAction(both, serviceOf(pattern), lowerCase) && allowsAction(statement, lowerCase))
  return [...narrower, ...named.map(({ action }) => action).filter((action) => !coversPattern(narrower, action))]
}
