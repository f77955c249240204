import { dangerRules } from './danger-rules.ts'
import type { DangerRule, DangerSeverity } from './danger-rules.ts'
import type { EffectiveGrant } from './effective-access.ts'
import { simplify } from './resource-patterns.ts'

/** `resources`: `all`, or the patterns that the dangerous actions reach. */
export type Danger = {
  readonly code: string
  readonly severity: DangerSeverity
  readonly title: string
  readonly why: string
  readonly actions: readonly string[]
  readonly resources: 'all' | readonly string[]
}

/** What is allowed: action in lower case → its grants. */
export type AllowedActions = ReadonlyMap<string, readonly EffectiveGrant[]>

const administrator: Danger = {
  code: 'administrator',
  severity: 'critical',
  title: 'Full control of the account',
  why: 'It can do everything, including giving anybody any right and hiding its traces.',
  actions: ['*'],
  resources: 'all',
}

/** All resources, or all of one kind: `*`, `arn:aws:s3:::*`, `arn:aws:iam::*:role/*`, `arn:aws:kms:*:*:key/*`. */
function isBroad(pattern: string): boolean {
  if (pattern === '*' || /^arn:[^:]*:s3:::\*(\/\*)?$/u.test(pattern)) return true
  return /^arn:[^:]*:(?!s3:)[^:]*:[^:]*:[^:]*:([\w-]+[:/])?\*$/u.test(pattern)
}

const resourcesOf = (grants: readonly EffectiveGrant[]): readonly string[] => simplify(grants.flatMap((grant) => grant.resources))

function findDanger(rule: DangerRule, allowed: AllowedActions): Danger | undefined {
  const { needs, broadOnly, code, severity, title, why } = rule
  const reaches = (action: string): boolean => {
    const grants = allowed.get(action.toLowerCase()) ?? []
    return broadOnly ? grants.some((grant) => grant.resources.some(isBroad)) : grants.length > 0
  }
  const found = needs.map((actions) => actions.filter(reaches))
  if (found.some((actions) => actions.length === 0)) return undefined
  const actions = found.flat()
  // Of "pass a role and start something", the roles that can be passed are what limits the harm.
  const resources = resourcesOf((found[0] ?? []).flatMap((action) => allowed.get(action.toLowerCase()) ?? []))
  return { code, severity, title, why, actions, resources: resources.includes('*') ? 'all' : resources }
}

const severities: readonly DangerSeverity[] = ['critical', 'high', 'medium']

/** What somebody could do with these actions that its reader should know of, the worst first. Conditions do not excuse. */
export function findDangers(allowed: AllowedActions, isAdministrator: boolean): readonly Danger[] {
  const found = dangerRules.map((rule) => findDanger(rule, allowed)).filter((danger) => danger !== undefined)
  const all = isAdministrator ? [administrator, ...found] : found
  return severities.flatMap((severity) => all.filter((danger) => danger.severity === severity))
}
