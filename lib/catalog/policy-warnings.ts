import { type ApprovalRule, riskLevels, rulesOf } from './approval-schema.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import type { Environment } from './environments.ts'

/**
 * What is allowed and probably not meant, a sentence each: rules that nothing reaches, more approvers wanted than there
 * are people, nobody asked where the risk is high. `people` says how many are known in any of some groups. Pure.
 */
export function policyWarnings(definition: ProfileDefinition, environment: Environment, people: (groups: readonly string[]) => number): string[] {
  const rules = rulesOf(definition.approval)
  return rules.flatMap((rule, index) => {
    const never = neverHolds(rule, definition, environment)
    const before = rules.slice(0, index).findIndex((earlier) => isCatchAll(earlier, rule))
    return [
      ...(never ? [`“${rule.name}” never applies: ${never}.`] : before >= 0 ? [`“${rule.name}” is never reached: “${rules[before]?.name}” before it takes all that it would.`] : []),
      ...(rule.automatic && definition.riskTier === 'high' ? [`“${rule.name}” asks nobody, and the profile is of high risk.`] : []),
      ...crowdWarnings(rule, people),
    ]
  })
}

/** Whether `earlier` has no condition but the one whether it is an emergency, and that is the same. */
function isCatchAll(earlier: ApprovalRule, rule: ApprovalRule): boolean {
  const { breakGlass = false, ...others } = earlier.when
  return Object.values(others).every((condition) => condition === undefined) && breakGlass === (rule.when.breakGlass ?? false)
}

function neverHolds({ when }: ApprovalRule, { request, pilot, breakGlass, limits }: ProfileDefinition, environment: Environment): string | undefined {
  const asking = when.breakGlass ? (breakGlass?.groups ?? []) : (pilot?.groups ?? request.groups)
  if (when.breakGlass && !breakGlass) return 'the profile has no emergency access'
  if (when.environments && !when.environments.includes(environment)) return `the account is ${environment}`
  if (when.minDurationMinutes !== undefined && when.minDurationMinutes > Math.min(limits.maxDurationMinutes, when.maxDurationMinutes ?? Infinity)) return 'nothing may last so long'
  if (when.minRisk && when.maxRisk && riskLevels.indexOf(when.minRisk) > riskLevels.indexOf(when.maxRisk)) return 'its least risk is above its most'
  if (when.ticket === 'present' && request.ticket === 'none') return 'no ticket is taken'
  if (when.ticket === 'absent' && request.ticket === 'required') return 'a ticket is always wanted'
  // A person may be in several groups: no proof, and worth a look.
  return when.requesterGroups && !when.requesterGroups.some((group) => asking.includes(group)) ? 'none of its groups is one that may ask' : undefined
}

function crowdWarnings(rule: ApprovalRule, people: (groups: readonly string[]) => number): string[] {
  return (rule.steps ?? []).flatMap(({ deciders, quorum, escalation }, index) => {
    if (deciders.manager || deciders.owners || deciders.people.length > 0) return []
    const known = people([...deciders.groups, ...(escalation?.groups ?? [])])
    return known < quorum ? [`“${rule.name}”, step ${index + 1} wants ${quorum}, and ${known === 0 ? 'nobody' : `only ${known}`} of ${deciders.groups.join(', ')} has signed in so far.`] : []
  })
}
