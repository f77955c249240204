import { compileActionPattern, matchesWildcard } from './match.ts'
import type { Wildcard } from './match.ts'

/** Patterns of actions, sorted by the service they are about, so that a whole catalogue is checked quickly. */
export type ActionSet = {
  readonly negated: boolean
  readonly everything: boolean
  readonly byService: ReadonlyMap<string, readonly Wildcard[]>
}

/** Prepares an Action (or, `negated`, a NotAction) element. */
export function compileActionSet(patterns: readonly string[], negated: boolean): ActionSet {
  const byService = new Map<string, Wildcard[]>()
  for (const pattern of patterns) {
    const service = pattern.split(':')[0]!.toLowerCase()
    byService.set(service, [...(byService.get(service) ?? []), compileActionPattern(pattern)])
  }
  return { negated, everything: patterns.includes('*'), byService }
}

/** True if the action (in lower case) of `service` is in the set. */
export function includesAction(set: ActionSet, service: string, lowerCaseAction: string): boolean {
  const listed =
    set.everything || (set.byService.get(service)?.some((pattern) => matchesWildcard(pattern, lowerCaseAction)) ?? false)
  return listed !== set.negated
}
