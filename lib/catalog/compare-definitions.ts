import { type ApprovalRule, rulesOf } from './approval-schema.ts'
import { type CatalogAccount, type ProfileDefinition, riskTiers } from './catalog-schema.ts'
import { compareAccess } from './compare-access.ts'
import { compareApproval } from './compare-approval.ts'
import { compareFields, compareLists, compareNumbers, type Difference, harmless, same, widening, within } from './difference.ts'

/**
 * How a profile differs from what it was, each difference either widening (it gives somebody more, or is not proven not
 * to) or harmless. `null` is a profile that is not offered: offering one widens, withdrawing one does not. Both name
 * their account by its number. Pure.
 */
export function compareDefinitions(before: ProfileDefinition | null, after: ProfileDefinition | null): Difference[] {
  if (after === null) return before === null ? [] : [harmless('offered', 'It is no longer offered: nobody can ask for it.')]
  if (before === null) return [widening('offered', `It is offered to ${mayAsk(after).join(', ')}.`)]
  return [...compareFields(comparersFor(before, after), before, after), ...comparePilot(before, after)]
}

/** How an account differs. A rule may look at the environment, and credentials work in the Region: both count as widening. */
export function compareAccounts(before: CatalogAccount | null, after: CatalogAccount | null): Difference[] {
  if (after === null) return before === null ? [] : [harmless('offered', 'The account is no longer listed.')]
  if (before === null) return [harmless('offered', 'The account is new; profiles decide what is offered in it.')]
  return compareFields<CatalogAccount>({ name: (old, next) => [harmless('name', `It is called ${next} instead of ${old}.`)] }, before, after)
}

const mayAsk = ({ request, pilot }: ProfileDefinition): readonly string[] => pilot?.groups ?? request.groups

/** Every field has its comparer: a field of the schema without one does not compile. */
function comparersFor(before: ProfileDefinition, after: ProfileDefinition): Required<Parameters<typeof compareFields<ProfileDefinition>>[0]> {
  const rules = [...rulesOf(before.approval), ...rulesOf(after.approval)]
  return {
    id: () => [],
    title: () => [harmless('title', `It is called “${after.title}”.`)],
    description: () => [harmless('description', 'Its description changed.')],
    account: () => [widening('account', 'It opens another account.')],
    useCase: () => [],
    riskTier: (old, next) => {
      const sentence = `Risk tier: ${old} becomes ${next}.`
      return [riskTiers.indexOf(next) > riskTiers.indexOf(old) && raisedRiskIsStricter(rules) ? harmless('risk tier', sentence) : widening('risk tier', sentence)]
    },
    access: compareAccess,
    limits: (old, next) => [...compareNumbers('limits', 'Longest access in minutes', old.maxDurationMinutes, next.maxDurationMinutes), ...compareNumbers('limits', 'Longest credentials in minutes', old.leaseMinutes, next.leaseMinutes)],
    request: (old, next) => compareRequest(old, next, rules),
    approval: compareApproval,
    owners: (old, next) => [...compareLists('owners', 'Owners', namesOf(old), namesOf(next)), ...(same(namesOf(old), namesOf(next)) ? [harmless('owners', 'The same owners in other words.')] : [])],
    breakGlass: compareBreakGlass,
    // Said by comparePilot, which looks at who may ask in the end.
    pilot: () => [harmless('pilot', after.pilot ? `Tried out by ${after.pilot.groups.join(', ')}.` : 'No longer a pilot.')],
    freshAuthentication: (old, next) => [...compareAuthentication('reveal', old?.reveal, next?.reveal), ...compareAuthentication('decide', old?.decide, next?.decide)],
    revokeOnCriticalFinding: (old, next) => [
      next ? harmless('detection', 'A critical finding revokes access by itself.') : old ? widening('detection', 'A critical finding no longer revokes access by itself.') : harmless('detection', 'As before, critical findings wait for somebody.'),
    ],
    proof: () => [],
  }
}

/** A higher risk level leaves only rules that ask nobody, and reaches none that a lower one does not. */
const raisedRiskIsStricter = (rules: readonly ApprovalRule[]): boolean => rules.every(({ when, automatic }) => when.minRisk === undefined && (when.maxRisk === undefined || automatic === true))

const namesOf = (owners: ProfileDefinition['owners']): string[] => [...(owners?.groups ?? []), ...(owners?.people ?? []).map((person) => `person ${person}`)]

function comparePilot(before: ProfileDefinition, after: ProfileDefinition): Difference[] {
  const added = mayAsk(after).filter((group) => !mayAsk(before).includes(group))
  const said = added.filter((group) => before.request.groups.includes(group) || !after.request.groups.includes(group))
  return said.length > 0 ? [widening('pilot', `May ask from now on: ${said.join(', ')}.`)] : []
}

function compareRequest(before: ProfileDefinition['request'], after: ProfileDefinition['request'], rules: readonly ApprovalRule[]): Difference[] {
  return [
    ...compareLists('eligibility', 'Groups that may ask', before.groups, after.groups),
    ...compareNumbers('justification', 'Shortest justification', before.justificationMinLength, after.justificationMinLength, true),
    ...(before.ticket === after.ticket ? [] : [compareTickets(before.ticket, after.ticket, rules)]),
    ...(!same(before.groups, after.groups) && within(before.groups, after.groups) && within(after.groups, before.groups) ? [harmless('eligibility', 'The same groups in another order.')] : []),
  ]
}

function compareTickets(before: string, after: string, rules: readonly ApprovalRule[]): Difference {
  const sentence = `Ticket reference: ${before} becomes ${after}.`
  // Where tickets were not taken, a rule that wants one never applied.
  const stricter = after === 'required' && (before === 'optional' || rules.every(({ when }) => when.ticket === undefined))
  return stricter ? harmless('ticket', sentence) : widening('ticket', sentence)
}

type BreakGlass = ProfileDefinition['breakGlass']

function compareBreakGlass(before: BreakGlass, after: BreakGlass): Difference[] {
  if (!after) return [harmless('emergency', 'There is no emergency access any more.')]
  if (!before) return [widening('emergency', `Emergency access for ${after.groups.join(', ')} is new.`)]
  return compareFields<NonNullable<BreakGlass>>(
    {
      groups: (old, next) => compareLists('emergency', 'Groups with emergency access', old, next),
      maxDurationMinutes: (old, next) => compareNumbers('emergency', 'Longest emergency access in minutes', old, next),
      reviewWithinHours: (old, next) => compareNumbers('emergency', 'Hours until its review', old, next),
      reviewers: () => [widening('reviewers', `Reviewed by ${after.reviewers.join(', ')} instead of ${before.reviewers.join(', ')}.`)],
    },
    before,
    after,
    'breakGlass.',
  )
}

type Authentication = NonNullable<ProfileDefinition['freshAuthentication']>['reveal']

function compareAuthentication(place: string, before: Authentication, after: Authentication): Difference[] {
  if (same(before, after)) return []
  const facet = 'fresh authentication'
  const fresher = before?.maxAgeMinutes === undefined || (after?.maxAgeMinutes !== undefined && after.maxAgeMinutes <= before.maxAgeMinutes)
  const ways = !before || before.acrValues.length === 0 || (after !== undefined && after.acrValues.length > 0 && within(after.acrValues, before.acrValues))
  return [fresher && ways ? harmless(facet, `A stricter proof of who somebody is, to ${place}.`) : widening(facet, `A weaker proof of who somebody is, to ${place}.`)]
}
