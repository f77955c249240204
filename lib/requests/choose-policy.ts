import { type ApprovalRule, rulesOf } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import { type ApprovalPolicy, applyRule, type NamedPeople } from './approval-policy.ts'
import { evaluatePolicy, type PolicyFacts } from './evaluate-policy.ts'

export type ChosenPolicy = Result<{ policy: ApprovalPolicy }, 'no_rule' | 'nobody_to_ask'>

/**
 * The policy that applies to a request: the first rule that fits, with the people it names. An emergency that no rule
 * speaks of is let through by the profile's emergency access itself; its review follows.
 */
export function choosePolicy(definition: ProfileDefinition, facts: PolicyFacts, named: NamedPeople): ChosenPolicy {
  const chosen = choose(rulesOf(definition.approval), facts, named)
  if (!chosen.ok && chosen.code === 'no_rule' && facts.breakGlass && definition.breakGlass) return { ok: true, policy: { rule: 'Emergency access', automatic: true, steps: [] } }
  return chosen
}

/** What a policy that is being tried out would say; null when there is none. */
export function chooseShadow(definition: ProfileDefinition, facts: PolicyFacts, named: NamedPeople): ChosenPolicy | null {
  const shadow = 'rules' in definition.approval ? definition.approval.shadow : undefined
  return shadow ? choose(shadow, facts, named) : null
}

function choose(rules: readonly ApprovalRule[], facts: PolicyFacts, named: NamedPeople): ChosenPolicy {
  const outcome = evaluatePolicy(rules, facts)
  if (outcome.ok) return applyRule(outcome.rule, named)
  const [first, ...more] = outcome.reasons
  return refuse('no_rule', `No rule of the approval policy fits: ${first ?? 'it has none'}${more.length > 0 ? ` ${more.slice(0, 3).join(' ')}` : ''}`, 'Change what you ask for so that a rule fits, or ask an admin.')
}
