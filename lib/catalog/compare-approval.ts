import { type Approval, type ApprovalRule, type PolicyStep, rulesOf } from './approval-schema.ts'
import { type Difference, harmless, same, widening, within } from './difference.ts'

/**
 * Who decides. Rules are tried in order and the first that fits counts, so only this is known to take away: every rule
 * stays in its place with its conditions and stricter or equal steps, and rules at the end go. Taking one away in the
 * middle, or narrowing its conditions, hands its requests to the rules after it; an emergency that no rule speaks of
 * needs no approval. Both count as widening.
 */
export function compareApproval(before: Approval, after: Approval): Difference[] {
  const [old, next] = [rulesOf(before), rulesOf(after)]
  const differences = [
    ...next.flatMap((rule, index) => compareRule(old[index], rule, index, old.length - 1)),
    ...old.slice(next.length).map((rule) =>
      rule.when.breakGlass ? widening('approval', `Rule “${rule.name}” for emergencies removed: they need no approval then.`) : harmless('approval', `Rule “${rule.name}” at the end removed: what only it let through is refused.`),
    ),
  ]
  const shadow = same(shadowOf(before), shadowOf(after)) ? [] : [harmless('shadow policy', 'The policy on trial changed; it decides nothing.')]
  const said = [...differences, ...shadow]
  return said.length > 0 || same(before, after) ? said : [harmless('approval', 'The same policy in other words.')]
}

const shadowOf = (approval: Approval): readonly ApprovalRule[] | undefined => ('rules' in approval ? approval.shadow : undefined)

function compareRule(before: ApprovalRule | undefined, after: ApprovalRule, index: number, last: number): Difference[] {
  const name = `Rule ${index + 1}, “${after.name}”`
  if (!before) return [widening('approval', `${name}, is new: it lets through what was refused.`)]
  const renamed = before.name === after.name ? [] : [harmless('approval', `Rule ${index + 1} is called “${after.name}” instead of “${before.name}”.`)]
  return [...renamed, ...compareConditions(before, after, name, index === last), ...compareOutcome(before, after, name)]
}

function compareConditions(before: ApprovalRule, after: ApprovalRule, name: string, isLast: boolean): Difference[] {
  if (same(before.when, after.when)) return []
  const tightened = isLast && !before.when.breakGlass && !after.when.breakGlass && conditionsTightened(before.when, after.when)
  return [tightened ? harmless('approval', `${name}: its conditions are stricter.`) : widening('approval', `${name}: its conditions changed, so requests may meet another rule.`)]
}

/** Every condition that changed is stricter than it was; those of hours are compared as equal or not. */
function conditionsTightened(before: ApprovalRule['when'], after: ApprovalRule['when']): boolean {
  const fewer = (old: readonly string[] | undefined, next: readonly string[] | undefined): boolean => old === undefined || (next !== undefined && within(next, old))
  const shorter = before.maxDurationMinutes === undefined || (after.maxDurationMinutes !== undefined && after.maxDurationMinutes <= before.maxDurationMinutes)
  const longer = before.minDurationMinutes === undefined || (after.minDurationMinutes !== undefined && after.minDurationMinutes >= before.minDurationMinutes)
  const unchanged = (['maxRisk', 'minRisk', 'hours', 'ticket'] as const).every((key) => before[key] === undefined || same(before[key], after[key]))
  return shorter && longer && unchanged && fewer(before.requesterGroups, after.requesterGroups) && fewer(before.environments, after.environments)
}

function compareOutcome(before: ApprovalRule, after: ApprovalRule, name: string): Difference[] {
  if (before.automatic && after.automatic) return []
  if (before.automatic) return [harmless('approval', `${name}: people decide instead of nobody.`)]
  if (after.automatic) return [widening('approval', `${name}: it approves without asking anybody.`)]
  const [old, next] = [before.steps ?? [], after.steps ?? []]
  return [
    ...old.flatMap((step, index) => compareStep(step, next[index], `${name}, step ${index + 1}`)),
    ...(next.length > old.length ? [harmless('approval', `${name}: ${next.length - old.length} more to decide after the others.`)] : []),
  ]
}

function compareStep(before: PolicyStep, after: PolicyStep | undefined, place: string): Difference[] {
  if (!after) return [widening('approval', `${place}: removed.`)]
  if (same(before, after)) return []
  const said = [
    ...(decidersWithin(after, before) ? [] : [widening('approvers', `${place}: more may decide.`)]),
    ...(after.quorum < before.quorum ? [widening('approval', `${place}: ${after.quorum} instead of ${before.quorum} have to approve.`)] : []),
    ...(escalationWithin(before.escalation, after.escalation) ? [] : [widening('escalation', `${place}: others may decide, or sooner.`)]),
  ]
  return said.length > 0 ? said : [harmless('approval', `${place}: fewer may decide, or more have to.`)]
}

function decidersWithin({ deciders: after }: PolicyStep, { deciders: before }: PolicyStep): boolean {
  return within(after.groups, before.groups) && within(after.people, before.people) && (before.manager || !after.manager) && (before.owners || !after.owners)
}

function escalationWithin(before: PolicyStep['escalation'], after: PolicyStep['escalation']): boolean {
  return after === undefined || (before !== undefined && after.afterMinutes >= before.afterMinutes && within(after.groups, before.groups))
}
