import { loadActionCatalog } from './action-catalog.ts'
import type { AccessLevel, CatalogService } from './action-catalog.ts'
import { compileActionSet, includesAction } from './action-set.ts'
import { findDangers } from './dangers.ts'
import type { AllowedActions, Danger } from './dangers.ts'
import { collectRules, effectiveActions } from './effective-access.ts'
import type { EffectiveGrant, LayeredPolicies } from './effective-access.ts'
import { explainService } from './explain-rows.ts'
import type { ExplainedService } from './explain-rows.ts'
import { explainSentences, highestLevelOf } from './explain-sentences.ts'

/** Plain data, the same for the same policies: it can be stored and compared. */
export type AccessExplanation = {
  readonly services: readonly ExplainedService[]
  readonly dangers: readonly Danger[]
  readonly sentences: readonly string[]
  /** Sentences about when everything is refused, such as from the end of a grant on. */
  readonly limits: readonly string[]
  readonly highestLevel: AccessLevel | null
  readonly isAdministrator: boolean
  /** Allowed action patterns that match nothing AWS's reference lists: new or misspelt, and so not explained. */
  readonly unrecognised: readonly string[]
}

const administratorSentence = 'Do everything in this account, including giving rights to anybody.'

const everything = (grants: readonly EffectiveGrant[] | undefined): boolean =>
  grants?.some(({ resources, conditions }) => resources.includes('*') && conditions.every((each) => !each.startsWith('Only'))) ?? false

// Whoever may do all of this can become anything; fewer than all of it is shown as single dangers.
const administratorNeeds = ['iam:AttachRolePolicy', 'iam:CreatePolicyVersion', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:CreateRole', 'ec2:RunInstances', 's3:GetObject', 'kms:PutKeyPolicy']

function matchesNothing(pattern: string, catalog: readonly CatalogService[]): boolean {
  const set = compileActionSet([pattern], false)
  const candidates = catalog.filter(({ service }) => set.everything || set.byService.has(service))
  return !candidates.some(({ service, actions }) => actions.some((action) => includesAction(set, service, action.lowerCase)))
}

const isAdministratorOf = (allowed: AllowedActions): boolean =>
  administratorNeeds.every((action) => everything(allowed.get(action.toLowerCase())))

/**
 * What identity policies, boundary and session policies together really allow, for somebody who knows no AWS. Resource
 * policies and service control policies are not in the question. Unconditional denies are subtracted; conditional or
 * partial ones are shown as exceptions. Where patterns meet in ways that no pattern describes, it names more access
 * than there is, never less.
 */
export async function explainAccess(input: LayeredPolicies): Promise<AccessExplanation> {
  const catalog = await loadActionCatalog()
  const rules = collectRules(input)
  const allowed = new Map<string, readonly EffectiveGrant[]>()
  const services = catalog.flatMap((service) => {
    const actions = effectiveActions(service, rules)
    for (const { action, grants } of actions) allowed.set(action.lowerCase, grants)
    return actions.length === 0 ? [] : [explainService(service, actions)]
  })
  const isAdministrator = isAdministratorOf(allowed)
  return {
    services,
    dangers: findDangers(allowed, isAdministrator),
    sentences: isAdministrator ? [administratorSentence, ...explainSentences(services)] : explainSentences(services),
    limits: services.length === 0 ? [] : rules.limits,
    highestLevel: highestLevelOf(services),
    isAdministrator,
    unrecognised: rules.patterns.filter((pattern) => matchesNothing(pattern, catalog)),
  }
}
