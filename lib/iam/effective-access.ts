import type { CatalogAction, CatalogService } from './action-catalog.ts'
import { compileActionSet, includesAction } from './action-set.ts'
import type { ActionSet } from './action-set.ts'
import { conditionWords } from './condition-words.ts'
import { asList } from './document.ts'
import type { NamedPolicy, Statement } from './document.ts'
import { resourceWords } from './resource-words.ts'
import { covers, intersect, overlap, simplify } from './resource-patterns.ts'

/** Access to an action: on these resources (`*` is all), under these conditions, each a sentence. */
export type EffectiveGrant = { readonly resources: readonly string[]; readonly conditions: readonly string[] }

export type LayeredPolicies = {
  readonly identity: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  readonly session?: readonly NamedPolicy[]
}

type Rule = {
  readonly actions: ActionSet
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Words that follow "when"; empty if it always applies. */
  readonly when: string
}

/** All allowing statements by layer, all denying ones, and the sentences of those that deny everything at times. */
export type AccessRules = {
  /** The Action patterns that the identity policies allow. */
  readonly patterns: readonly string[]
  readonly layers: readonly (readonly Rule[])[]
  readonly denies: readonly Rule[]
  readonly limits: readonly string[]
}

function toRule(statement: Statement): Rule {
  return {
    actions: compileActionSet(asList(statement.Action ?? statement.NotAction), statement.Action === undefined),
    include: statement.Resource === undefined ? ['*'] : asList(statement.Resource),
    exclude: asList(statement.NotResource),
    when: conditionWords(statement.Condition),
  }
}

const isOnEverything = (rule: Rule): boolean => rule.include.includes('*') && rule.exclude.length === 0

const isEverything = (rule: Rule): boolean => rule.actions.everything && !rule.actions.negated && isOnEverything(rule)

/** Sorts the statements of all layers. A missing boundary or session policy is no layer: it limits nothing. */
export function collectRules({ identity, boundary, session }: LayeredPolicies): AccessRules {
  const sources = [identity, ...(boundary ? [[boundary]] : []), ...(session ? [session] : [])]
  const layers = sources.map((policies) => policies.flatMap(({ document }) => asList(document.Statement)))
  const denies = layers.flat().filter(({ Effect }) => Effect === 'Deny').map(toRule)
  const always = denies.filter((rule) => rule.when === '' || !isEverything(rule))
  const limits = denies.filter((rule) => !always.includes(rule)).map((rule) => `Everything is refused when ${rule.when}.`)
  const allows = layers.map((statements) => statements.filter(({ Effect }) => Effect === 'Allow').map(toRule))
  const patterns = layers[0]!.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => asList(Action))
  return { patterns: [...new Set(patterns)].toSorted(), layers: allows, denies: always, limits: [...new Set(limits)] }
}

const whenSentences = (rule: Rule, prefix: string): readonly string[] => (rule.when === '' ? [] : [`${prefix} ${rule.when}.`])
const exceptSentences = (patterns: readonly string[]): readonly string[] =>
  patterns.length === 0 ? [] : [`Not on ${simplify(patterns).map(resourceWords).join(', ')}.`]

/** Actions without resources are asked for on the text `*`. */
function allowWithoutResources(rule: Rule): EffectiveGrant | undefined {
  if (!rule.include.includes('*') || rule.exclude.includes('*')) return undefined
  return { resources: ['*'], conditions: whenSentences(rule, 'Only when') }
}

function allowOnTypes(rule: Rule, types: readonly string[]): EffectiveGrant | undefined {
  const reachable = rule.include.filter((pattern) => pattern === '*' || types.some((type) => overlap(pattern, type)))
  const resources = simplify(reachable.filter((pattern) => !rule.exclude.some((each) => covers(each, pattern))))
  if (resources.length === 0) return undefined
  const spared = rule.exclude.filter((pattern) => types.some((type) => overlap(pattern, type)))
  return { resources, conditions: [...exceptSentences(spared), ...whenSentences(rule, 'Only when')] }
}

function both(one: EffectiveGrant, other: EffectiveGrant): EffectiveGrant | undefined {
  const resources = intersect(one.resources, other.resources)
  if (resources.length === 0) return undefined
  return { resources, conditions: [...new Set([...one.conditions, ...other.conditions])].toSorted() }
}

const isDefined = <T>(value: T | undefined): value is T => value !== undefined

function subtract(grant: EffectiveGrant, deny: Rule, types: readonly string[]): EffectiveGrant | undefined {
  const reaches = (pattern: string): boolean =>
    pattern === '*' || (types.some((type) => overlap(pattern, type)) && grant.resources.some((each) => overlap(pattern, each)))
  const include = deny.include.filter(reaches)
  if (include.length === 0) return grant
  if (deny.when !== '') {
    const onAll = include.includes('*') && deny.exclude.length === 0
    const where = onAll ? '' : deny.exclude.length > 0 ? ` on all but ${deny.exclude.map(resourceWords).join(', ')}` : ` on ${include.map(resourceWords).join(', ')}`
    return { ...grant, conditions: [...grant.conditions, `Refused${where} when ${deny.when}.`] }
  }
  if (deny.exclude.length > 0) {
    const resources = types.length === 0 && !deny.exclude.includes('*') ? [] : intersect(grant.resources, deny.exclude)
    const kept = resources.filter((pattern) => pattern === '*' || types.some((type) => overlap(pattern, type)))
    return kept.length === 0 ? undefined : { ...grant, resources: kept }
  }
  const resources = grant.resources.filter((pattern) => !include.some((each) => covers(each, pattern)))
  if (resources.length === 0) return undefined
  return { resources, conditions: [...grant.conditions, ...exceptSentences(include)] }
}

function dropCovered(grants: readonly EffectiveGrant[]): readonly EffectiveGrant[] {
  const key = (grant: EffectiveGrant) => `${grant.resources.join()}|${grant.conditions.join()}`
  const unique = [...new Map(grants.map((grant) => [key(grant), grant])).values()]
  const plain = unique.filter(({ conditions }) => conditions.length === 0)
  const inPlain = (grant: EffectiveGrant) =>
    grant.resources.every((pattern) => plain.some((other) => other !== grant && other.resources.some((each) => covers(each, pattern))))
  return unique.filter((grant) => grant.conditions.length === 0 || !inPlain(grant))
}

function combine(layers: readonly (readonly Rule[])[], denies: readonly Rule[], types: readonly string[]) {
  const perLayer = layers.map((rules) =>
    rules.map((rule) => (types.length === 0 ? allowWithoutResources(rule) : allowOnTypes(rule, types))).filter(isDefined),
  )
  const [first = [], ...rest] = perLayer.map(dropCovered)
  const allowed = rest.reduce(
    (grants, layer) => dropCovered(grants.flatMap((grant) => layer.map((other) => both(grant, other)).filter(isDefined))),
    first,
  )
  const left = allowed.map((grant) => denies.reduce<EffectiveGrant | undefined>((each, deny) => each && subtract(each, deny, types), grant))
  return dropCovered(left.filter(isDefined))
}

/**
 * What the intersection of all layers, less the denies, allows for every action of a service. Actions that nothing
 * allows are left out. Where two patterns meet in no pattern of their own, the answer errs on the side of more access.
 */
export function effectiveActions(
  service: CatalogService,
  { layers, denies }: AccessRules,
): readonly { readonly action: CatalogAction; readonly grants: readonly EffectiveGrant[] }[] {
  const remembered = new Map<string, readonly EffectiveGrant[]>()
  const applying = (rules: readonly Rule[], action: CatalogAction) =>
    rules.filter((rule) => includesAction(rule.actions, service.service, action.lowerCase))
  const ids = new Map([...layers.flat(), ...denies].map((rule, index) => [rule, index]))
  return service.actions.flatMap((action) => {
    const allowing = layers.map((rules) => applying(rules, action))
    if (allowing.some((rules) => rules.length === 0)) return []
    const refusing = applying(denies, action)
    // The answer is the same for all actions that the same rules name; by their resource types only where rules differ on those.
    const typed = [...allowing.flat(), ...refusing].some((rule) => !isOnEverything(rule))
    const types = action.resourceTypes.map((type) => service.resourceTypes.get(type) ?? '*')
    const applied = [...allowing, refusing].map((rules) => rules.map((rule) => ids.get(rule)).join()).join('|')
    const key = `${applied}|${typed ? types.join() : types.length === 0}`
    const grants = remembered.get(key) ?? combine(allowing, refusing, types)
    remembered.set(key, grants)
    return grants.length === 0 ? [] : [{ action, grants }]
  })
}
