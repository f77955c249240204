import { loadActionCatalog } from './action-catalog.ts'
import type { CatalogAction } from './action-catalog.ts'
import { compileActionSet, includesAction } from './action-set.ts'

/**
 * The actions that patterns stand for (`s3:Get*`, `*`), with their access levels, sorted; with `negated`, the actions
 * that a NotAction of these patterns stands for. Actions that AWS's reference does not list are not in the answer.
 */
export async function expandActions(patterns: readonly string[], negated = false): Promise<readonly CatalogAction[]> {
  const set = compileActionSet(patterns, negated)
  const services = await loadActionCatalog()
  return services.flatMap(({ service, actions }) =>
    actions.filter((action) => includesAction(set, service, action.lowerCase)),
  )
}
