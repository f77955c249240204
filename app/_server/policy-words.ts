import type { RiskAssessment } from '#lib/requests/assess-risk.ts'
import { type ApprovalPolicy, approvalPolicySchema, stepWords } from '#lib/requests/approval-policy.ts'

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
  return `Step ${request.stepIndex + 1} of ${policy.steps.length}: ${lowerFirst(stepWords(step))}${step.quorum > 1 ? `, ${done} approved so far` : ''}`
}

/** "Waits for one of payments-leads", and how far it is. */
export function waitingSentence(request: Asked): string {
  const policy = policyOf(request)
  const step = policy.steps[request.stepIndex]
  if (!step) return 'Waits'
  const done = request.decisions.filter(({ stepIndex }) => stepIndex === request.stepIndex).length
  const place = policy.steps.length > 1 ? ` (step ${request.stepIndex + 1} of ${policy.steps.length})` : ''
  return `Waits for ${lowerFirst(stepWords(step))}${step.quorum > 1 ? `, ${done} approved so far` : ''}${place}`
}

export const lowerFirst = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

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
