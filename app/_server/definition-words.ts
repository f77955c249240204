import { type ApprovalRule, type PolicyStep, rulesOf } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { hoursText } from '#lib/requests/evaluate-policy.ts'
import { durationText, orList } from './view-models.ts'

/** Who may ask for a profile, and on what terms, a sentence each. */
export function termsSentences({ access, request, pilot, breakGlass, limits, owners, freshAuthentication, revokeOnCriticalFinding }: ProfileDefinition): string[] {
  return [
    pilot ? `A pilot: only members of ${orList(pilot.groups)} may ask, until it is offered to ${orList(request.groups)}.` : `Members of ${orList(request.groups)} may ask.`,
    `At most ${durationText(limits.maxDurationMinutes)}, in credentials of at most ${durationText(access.kind === 'identity_center' ? access.sessionDurationMinutes : limits.leaseMinutes)}.`,
    `A reason of at least ${request.justificationMinLength} characters${request.ticket === 'none' ? '' : request.ticket === 'required' ? ' and a ticket reference' : ', and a ticket reference where there is one'}.`,
    ...(breakGlass ? [`In an emergency, members of ${orList(breakGlass.groups)} have it at once for at most ${durationText(breakGlass.maxDurationMinutes)}; ${orList(breakGlass.reviewers)} review it within ${breakGlass.reviewWithinHours} hours.`] : []),
    ...(owners ? [`It is owned by ${orList([...owners.groups, ...owners.people])}.`] : []),
    ...(revokeOnCriticalFinding ? ['A critical finding about it revokes it at once, without asking anybody.'] : []),
    ...(freshAuthentication ? ['Revealing or deciding needs a fresh proof of who somebody is.'] : []),
  ]
}

/** Every rule as a sentence, in the order in which they are tried. */
export const ruleSentences = (definition: Pick<ProfileDefinition, 'approval'>): { name: string; sentence: string }[] => rulesOf(definition.approval).map((rule) => ({ name: rule.name, sentence: ruleSentence(rule) }))

export const shadowSentences = ({ approval }: Pick<ProfileDefinition, 'approval'>): { name: string; sentence: string }[] =>
  'rules' in approval ? (approval.shadow ?? []).map((rule) => ({ name: rule.name, sentence: ruleSentence(rule) })) : []

function ruleSentence(rule: ApprovalRule): string {
  const conditions = conditionWords(rule.when)
  const when = conditions.length === 0 ? 'Always' : `When ${conditions.join(', and ')}`
  if (rule.automatic) return `${when}: it goes ahead without asking anybody.`
  return `${when}: ${(rule.steps ?? []).map(stepSentence).join('; then ')}.`
}

function conditionWords(when: ApprovalRule['when']): string[] {
  return [
    ...(when.breakGlass ? ['it is an emergency'] : []),
    ...(when.requesterGroups ? [`the requester is in ${orList(when.requesterGroups)}`] : []),
    ...(when.maxDurationMinutes === undefined ? [] : [`it is for at most ${durationText(when.maxDurationMinutes)}`]),
    ...(when.minDurationMinutes === undefined ? [] : [`it is for at least ${durationText(when.minDurationMinutes)}`]),
    ...(when.maxRisk ? [`the risk is at most ${when.maxRisk}`] : []),
    ...(when.minRisk ? [`the risk is at least ${when.minRisk}`] : []),
    ...(when.environments ? [`it is in ${orList(when.environments)}`] : []),
    ...(when.ticket ? [when.ticket === 'present' ? 'a ticket is named' : 'no ticket is named'] : []),
    ...(when.hours ? [`it starts ${hoursText(when.hours)}`] : []),
  ]
}

function stepSentence({ deciders, quorum, escalation }: PolicyStep): string {
  const who = [...deciders.groups, ...deciders.people.map((person) => `the person ${person}`), ...(deciders.manager ? ['the requester’s manager'] : []), ...(deciders.owners ? ['the owners'] : [])]
  const later = escalation ? ` (after ${durationText(escalation.afterMinutes)}, ${orList(escalation.groups)} as well)` : ''
  return `${quorum === 1 ? 'one' : String(quorum)} of ${orList(who)} ${quorum === 1 ? 'approves' : 'approve'}${later}`
}
