import type { ProfileDefinition } from './catalog-schema.ts'
import { compareFields, compareLists, type Difference, harmless, widening } from './difference.ts'

type Statement = { actions: readonly string[]; resources: readonly string[] }
type ComparedAccess = { kind: string; scope?: readonly Statement[]; onwardRoles?: readonly string[] }

/** What is granted there. Only a smaller scope and fewer onward roles are known to take away; all else is a widening. */
export function compareAccess(before: ProfileDefinition['access'], after: ProfileDefinition['access']): Difference[] {
  return compareFields<ComparedAccess>(
    {
      onwardRoles: (old = [], next = []) => compareLists('onward roles', 'Roles it may go on to', old, next),
      scope: (old = [], next = []) => [coveredBy(old, next) ? harmless('scope', 'The scope allows less, or the same in other words.') : widening('scope', widerScope(old, next))],
    },
    before,
    after,
    'access.',
  )
}

function widerScope(before: readonly Statement[], after: readonly Statement[]): string {
  if (after.length === 0) return 'Without a scope, everything that the role allows is allowed.'
  const more = after.flatMap((statement) => statement.actions.filter((action) => !coveredBy(before, [{ ...statement, actions: [action] }])))
  return `The scope allows more: ${more.join(', ')}.`
}

/** Whether each pair of action and resource of `after` lies within one statement of `before`; an empty scope is everything. */
function coveredBy(before: readonly Statement[], after: readonly Statement[]): boolean {
  if (before.length === 0) return true
  if (after.length === 0) return false
  const pairs = after.flatMap(({ actions, resources }) => actions.flatMap((action) => resources.map((resource) => ({ action, resource }))))
  return pairs.every(({ action, resource }) =>
    before.some((old) => old.actions.some((pattern) => patternCovers(pattern.toLowerCase(), action.toLowerCase())) && old.resources.some((pattern) => patternCovers(pattern, resource))),
  )
}

/** Equal, or `pattern` ends in its only wildcard and everything before it stands literally at the beginning of `text`. */
function patternCovers(pattern: string, text: string): boolean {
  if (pattern === text) return true
  const prefix = pattern.slice(0, -1)
  return pattern.endsWith('*') && !/[*?$]/.test(prefix) && text.startsWith(prefix)
}
