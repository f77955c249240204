import { refuse, type Result } from '#lib/config/result.ts'
import type { ApprovalPolicy } from './approval-policy.ts'
import { type RequestState, requestTransitions, settledSentence } from './request-lifecycle.ts'

export type DecisionInput = {
  verdict: 'approve' | 'deny'
  reason: string
  /** The role and the profile's definition as the page showed them. */
  roleDigest: string | null
  definitionHash?: string | null
}
export type DecisionCode = 'own_request' | 'not_entitled' | 'settled' | 'lapsed' | 'reason_missing' | 'reason_too_long' | 'role_changed' | 'not_offered'

export type DecisionFacts = {
  request: { state: RequestState; personId: string; policy: ApprovalPolicy; lapsesAt: Date }
  decider: { personId: string; groups: readonly string[] }
  profileOffered: boolean
  currentApproverGroups: readonly string[]
  /** The role's digest as last read from AWS; null when it was never read. */
  currentRoleDigest: string | null
}

const longestReason = 1_000

/**
 * Whether a person may decide a request now, and by which group. Own requests come first among the refusals: no
 * entitlement changes that answer (PRODUCT rule 1).
 */
export function decideDecision(facts: DecisionFacts, input: DecisionInput, now: Date): Result<{ next: RequestState; entitledBy: string }, DecisionCode> {
  const { request, decider } = facts
  if (request.personId === decider.personId) return refuse('own_request', 'Nobody decides their own request.', 'Another approver has to decide it.')
  // Entitled at this moment: by the policy the request was made under, and by the profile as it is now.
  const asked = (request.policy.steps[0]?.groups ?? []).filter((group) => facts.currentApproverGroups.includes(group))
  const entitledBy = asked.find((group) => decider.groups.includes(group))
  if (!entitledBy) return refuse('not_entitled', asked.length === 0 ? 'The approvers of this profile changed since the request was made.' : `This request is decided by ${asked.join(' or ')}, and you are not a member.`, asked.length === 0 ? 'The requester has to ask again.' : 'Ask a member of that group to decide.')
  const next = requestTransitions[request.state][input.verdict]
  if (!next) return refuse('settled', request.state === 'pending' ? '' : settledSentence[request.state])
  if (now >= request.lapsesAt) return refuse('lapsed', settledSentence.lapsed, 'The requester can ask again.')
  if (input.verdict === 'deny') {
    if (input.reason.length < 3) return refuse('reason_missing', 'Say why, so that the requester knows what would change the answer.', 'Write a reason and deny again.')
  } else {
    if (!facts.profileOffered) return refuse('not_offered', 'This profile is no longer offered.', 'Deny the request, or have the profile restored.')
    if (input.roleDigest !== facts.currentRoleDigest) {
      return refuse('role_changed', 'The role in AWS changed since you opened this page.', 'Look at what it allows now, then decide.')
    }
  }
  if (input.reason.length > longestReason) return refuse('reason_too_long', `Keep the reason within ${longestReason} characters.`, 'Shorten it and decide again.')
  return { ok: true, next, entitledBy }
}
