import 'server-only'
import type { RiskAssessment } from '#lib/requests/assess-risk.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type ApprovalPolicy, approvalPolicySchema, stepWords } from '#lib/requests/approval-policy.ts'
import { type DecisionCode, decideDecision } from '#lib/requests/decide-decision.ts'
import { loadForDecision } from '#lib/requests/load-for-decision.ts'
import { approving } from './approving.ts'
import { getServices } from './services.ts'

type Asked = { approvalPolicy: unknown; approverGroups: string[]; stepIndex: number; risk: unknown; decisions: readonly { stepIndex: number }[] }

/** The policy kept with a request; of requests from before policies had names, the groups that were asked. */
export function policyOf(request: Pick<Asked, 'approvalPolicy' | 'approverGroups'>): ApprovalPolicy {
  const policy = approvalPolicySchema.parse(request.approvalPolicy)
  return policy.steps.length > 0 || policy.automatic ? policy : { ...policy, steps: [{ name: null, groups: request.approverGroups, personIds: [], words: [], quorum: 1, escalation: null }] }
}

/** "Step 1 of 2: 2 of payments-leads, 1 approved so far". */
export function stepSentence(request: Asked): string {
  const policy = policyOf(request)
  const step = policy.steps[request.stepIndex]
  if (!step) return `By the rule “${policy.rule}”`
  const done = request.decisions.filter(({ stepIndex }) => stepIndex === request.stepIndex).length
  return `Step ${request.stepIndex + 1} of ${policy.steps.length}: ${stepWords(step).toLowerCase()}${step.quorum > 1 ? `, ${done} approved so far` : ''}`
}

/** Who decides, a sentence a step. */
export function policySentences(request: Pick<Asked, 'approvalPolicy' | 'approverGroups'>): string[] {
  const policy = policyOf(request)
  if (policy.automatic) return ['Approved by this rule, without asking anybody.']
  const steps = policy.steps.map((step, index) => {
    const escalation = step.escalation ? ` After ${step.escalation.afterMinutes} minutes, ${step.escalation.groups.join(' or ')} as well.` : ''
    const before = policy.steps.length > 1 ? `Step ${index + 1}: ` : ''
    return `${before}${stepWords(step)} ${step.quorum > 1 ? 'decide' : 'decides'}.${escalation}`
  })
  return [...steps, 'Nobody decides their own request.']
}

export const riskOfRequest = (request: Pick<Asked, 'risk'>): RiskAssessment | null => request.risk as RiskAssessment | null

const blocking: ReadonlySet<DecisionCode> = new Set(['own_request', 'not_entitled', 'already_decided', 'changed_profile', 'settled', 'lapsed'])

/** Why the viewer cannot decide a request now, and what would change that; null when they can. */
export async function whyNotDecide(viewer: Viewer, requestId: string): Promise<{ message: string; mend?: string } | null> {
  const services = await getServices()
  const now = services.clock()
  const loaded = await loadForDecision(approving(services), viewer, requestId, now)
  if (!loaded) return { message: 'There is no such request.' }
  const trial = decideDecision({ ...loaded.facts, currentRoleDigest: null }, { verdict: 'approve', reason: '', roleDigest: null }, now)
  if (trial.ok || !blocking.has(trial.code)) return null
  return { message: trial.message, ...(trial.mend ? { mend: trial.mend } : {}) }
}
