import { z } from 'zod'

/**
 * The approval policy that applied to a request, kept with it. One step by group today; the policy engine will fill
 * the same list with more steps, people and quorums.
 */
export const approvalPolicySchema = z.object({
  steps: z.array(z.object({ groups: z.array(z.string()), quorum: z.literal(1) })).length(1),
})
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>

export const oneStepByGroup = (groups: readonly string[]): ApprovalPolicy => ({ steps: [{ groups: [...groups], quorum: 1 }] })
