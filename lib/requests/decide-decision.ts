import { refuse, type Result } from '#lib/config/result.ts'
import { type AppliedStep, type ApprovalPolicy, groupsOfStep, stepWords } from './approval-policy.ts'
import { type RequestState, requestTransitions, settledSentence } from './request-lifecycle.ts'

export type DecisionInput = {
  verdict: 'approve' | 'deny'
  reason: string
  /** The role and the profile's definition as the page showed them. */
  roleDigest: string | null
  definitionHash?: string | null
}
export type DecisionCode = 'own_request' | 'not_entitled' | 'already_decided' | 'changed_profile' | 'settled' | 'lapsed' | 'reason_missing' | 'reason_too_long' | 'role_changed' | 'not_offered' | 'requester_not_eligible' | 'too_long'

export type Entitled = {
  personId: string
  groups: readonly string[]
  /** Their other identities: a person claim in common, or an admin's link. They can only cause a refusal. */
  samePersonIds: readonly string[]
}
export type DecisionFacts = {
  request: {
    state: RequestState
    personId: string
    policy: ApprovalPolicy
    stepIndex: number
    stepSince: Date
    durationMinutes: number
    lapsesAt: Date
    /** Approvals so far; who is represented counts as having decided. */
    decisions: readonly { stepIndex: number; personId: string; onBehalfOfId: string | null }[]
  }
  decider: Entitled & {
    /** Those who delegated to the decider for now, with the groups they themselves have now. */
    actsFor: readonly Entitled[]
  }
  profile: {
    offered: boolean
    longestMinutes: number
    /** Everybody whom the profile's policy, as it is now, lets decide anything. */
    groupsNamed: readonly string[]
    personIdsNamed: readonly string[]
    /** Who changed it while the request was waiting. */
    changedByIds: readonly string[]
    /** From whom an access review took the right to decide. */
    excludedApproverIds: readonly string[]
  }
  /** Why the requester may not use the profile any more, with the groups last seen; undefined while they may. */
  requesterBarred: string | undefined
  /** The role's digest as last read from AWS; null when it was never read. */
  currentRoleDigest: string | null
}

export type DecisionOutcome = { next: RequestState; stepIndex: number; decidedStep: number; entitledBy: string; onBehalfOfId: string | null }

const longestReason = 1_000
const identitiesOf = (who: Entitled): string[] => [who.personId, ...who.samePersonIds]
const isExcluded = (who: Entitled, { excludedApproverIds }: DecisionFacts['profile']): boolean => identitiesOf(who).some((id) => excludedApproverIds.includes(id))

/**
 * Whether a person may decide the step a request is at, in whose right, and what follows. Own requests come first among
 * the refusals: no entitlement changes that answer, under no identity and by no delegation (PRODUCT rule 1). One denial
 * ends the request; approvals of distinct people fill the quorum of a step, and the last step's approve the request.
 */
export function decideDecision(facts: DecisionFacts, input: DecisionInput, now: Date): Result<DecisionOutcome, DecisionCode> {
  const { request, decider, profile } = facts
  if (identitiesOf(decider).includes(request.personId)) return refuse('own_request', 'Nobody decides their own request.', 'Another approver has to decide it.')
  const step = request.policy.steps[request.stepIndex]
  const right = step && rightTo(step, facts, now)
  if (!right) return notEntitled(facts, step, now)
  const deciding = [decider, ...decider.actsFor.filter(({ personId }) => personId === right.onBehalfOfId)].flatMap(identitiesOf)
  if (profile.changedByIds.some((id) => deciding.includes(id))) {
    return refuse('changed_profile', 'You changed this profile or its policy while the request was waiting, so you cannot decide it.', 'Another approver has to decide it.')
  }
  const next = requestTransitions[request.state][input.verdict]
  if (!next) return refuse('settled', request.state === 'pending' ? '' : settledSentence[request.state])
  if (now >= request.lapsesAt) return refuse('lapsed', settledSentence.lapsed, 'The requester can ask again.')
  const wrong = wrongInput(facts, input)
  if (wrong) return wrong
  const base = { decidedStep: request.stepIndex, entitledBy: right.entitledBy, onBehalfOfId: right.onBehalfOfId }
  if (input.verdict === 'deny') return { ok: true, next, stepIndex: request.stepIndex, ...base }
  const filled = request.decisions.filter((decision) => decision.stepIndex === request.stepIndex).length + 1 >= step.quorum
  const last = request.stepIndex === request.policy.steps.length - 1
  return { ok: true, next: filled && last ? next : 'pending', stepIndex: filled && !last ? request.stepIndex + 1 : request.stepIndex, ...base }
}

type Right = { entitledBy: string; onBehalfOfId: string | null }

/** The decider's own right first; else that of somebody who delegated to them, unless they are the requester, or decided already, under any identity. */
function rightTo(step: AppliedStep, { request, decider, profile }: DecisionFacts, now: Date): Right | undefined {
  const groups = groupsOfStep(step, request.stepSince, now).filter((group) => profile.groupsNamed.includes(group))
  const people = step.personIds.filter((id) => profile.personIdsNamed.includes(id))
  const by = (who: Entitled): string | undefined => groups.find((group) => who.groups.includes(group)) ?? (people.includes(who.personId) ? 'named' : undefined)
  const spent = new Set(request.decisions.flatMap(({ personId, onBehalfOfId }) => [personId, ...(onBehalfOfId ? [onBehalfOfId] : [])]))
  if (isExcluded(decider, profile) || identitiesOf(decider).some((id) => spent.has(id))) return undefined
  const own = by(decider)
  if (own) return { entitledBy: own, onBehalfOfId: null }
  for (const other of decider.actsFor) {
    const barred = isExcluded(other, profile) || identitiesOf(other).some((id) => id === request.personId || spent.has(id))
    const entitledBy = barred ? undefined : by(other)
    if (entitledBy) return { entitledBy, onBehalfOfId: other.personId }
  }
  return undefined
}

function notEntitled({ request, decider, profile }: DecisionFacts, step: AppliedStep | undefined, now: Date): ReturnType<typeof refuse<DecisionCode>> {
  const mine = identitiesOf(decider)
  if (request.decisions.some(({ personId, onBehalfOfId }) => mine.includes(personId) || (onBehalfOfId !== null && mine.includes(onBehalfOfId)))) {
    if (request.state !== 'pending') return refuse('settled', settledSentence[request.state])
    return refuse('already_decided', 'You approved this request already; a quorum counts distinct people.', 'Another approver has to decide it.')
  }
  if (isExcluded(decider, profile)) return refuse('not_entitled', 'An access review took the right to decide about this profile from you.', 'Another approver has to decide it, or an admin gives the right back.')
  const asked = step ? groupsOfStep(step, request.stepSince, now) : []
  const left = asked.some((group) => profile.groupsNamed.includes(group)) || step?.personIds.some((id) => profile.personIdsNamed.includes(id))
  if (!step || !left) return refuse('not_entitled', 'The approvers of this profile changed since the request was made.', 'The requester has to ask again.')
  return refuse('not_entitled', `This step is decided by ${stepWords(step).replace(/^One of /, '')}, and you are not among them.`, 'Ask one of them to decide.')
}

function wrongInput({ request, profile, requesterBarred, currentRoleDigest }: DecisionFacts, input: DecisionInput): ReturnType<typeof refuse<DecisionCode>> | undefined {
  if (input.verdict === 'deny') {
    if (input.reason.length < 3) return refuse('reason_missing', 'Say why, so that the requester knows what would change the answer.', 'Write a reason and deny again.')
  } else {
    if (!profile.offered) return refuse('not_offered', 'This profile is no longer offered.', 'Deny the request, or have the profile restored.')
    if (requesterBarred) return refuse('requester_not_eligible', `This cannot be approved, because ${requesterBarred}.`, 'Deny it; the requester can ask again once that has changed.')
    if (request.durationMinutes > profile.longestMinutes) return refuse('too_long', `The profile allows at most ${profile.longestMinutes} minutes by now; this asks for ${request.durationMinutes}.`, 'Deny it; the requester can ask for less.')
    if (input.roleDigest !== currentRoleDigest) return refuse('role_changed', 'The role in AWS changed since you opened this page.', 'Look at what it allows now, then decide.')
  }
  return input.reason.length > longestReason ? refuse('reason_too_long', `Keep the reason within ${longestReason} characters.`, 'Shorten it and decide again.') : undefined
}
