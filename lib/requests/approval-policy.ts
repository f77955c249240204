import { z } from 'zod'
import type { ApprovalRule, PolicyStep } from '#lib/catalog/approval-schema.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'

const stepSchema = z.object({
  name: z.string().nullable().default(null),
  groups: z.array(z.string()),
  /** People named by the policy, the requester's manager, the profile's owners: resolved when the request was made. */
  personIds: z.array(z.string()).default([]),
  /** Who is asked, as people read it: groups, names, "the manager, Kim Lee". */
  words: z.array(z.string()).default([]),
  quorum: z.number(),
  escalation: z.object({ afterMinutes: z.number(), groups: z.array(z.string()) }).nullable().default(null),
})

/** The approval policy that applied to a request, kept with it: which rule, and who had to decide. */
export const approvalPolicySchema = z.object({ rule: z.string().default('One approver'), automatic: z.boolean().default(false), steps: z.array(stepSchema) })
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>
export type AppliedStep = ApprovalPolicy['steps'][number]

/** One approver of these groups, as the short form of a policy says it. */
export const oneStepByGroup = (groups: readonly string[]): ApprovalPolicy => ({
  rule: 'One approver',
  automatic: false,
  steps: [{ name: null, groups: [...groups], personIds: [], words: [], quorum: 1, escalation: null }],
})

type NamedPerson = { id: string; name: string }

/** The people a policy may name without saying their group, as they are at this moment. */
export type NamedPeople = {
  manager: NamedPerson | null
  owners: { groups: readonly string[]; people: readonly NamedPerson[] }
  /** By the text the policy names them with; who never signed in is not among them. */
  byReference: ReadonlyMap<string, NamedPerson>
}

/**
 * The policy as it applies to one request, with the people it names. A step that nobody could decide refuses: a request
 * that can only lapse is not made.
 */
export function applyRule(rule: ApprovalRule, named: NamedPeople): Result<{ policy: ApprovalPolicy }, 'nobody_to_ask'> {
  const steps = (rule.steps ?? []).map((step) => applyStep(step, named))
  const empty = steps.findIndex((step) => step.groups.length === 0 && step.personIds.length < step.quorum)
  if (empty >= 0) {
    const why = rule.steps?.[empty]?.deciders.manager && !named.manager ? 'your manager is not known to Latchkey, or may not decide about it' : 'the people it names have never signed in, or may not decide about it any more'
    return refuse('nobody_to_ask', `Step ${empty + 1} of “${rule.name}” could not be decided by anybody, because ${why}.`, 'Ask an admin to enter your manager or to mend the policy.')
  }
  return { ok: true, policy: { rule: rule.name, automatic: rule.automatic === true, steps } }
}

function applyStep(step: PolicyStep, { manager, owners, byReference }: NamedPeople): AppliedStep {
  const { deciders } = step
  const people = deciders.people.flatMap((reference) => byReference.get(reference) ?? [])
  const owning = deciders.owners ? owners.people : []
  const groups = [...new Set([...deciders.groups, ...(deciders.owners ? owners.groups : [])])]
  const managing = deciders.manager && manager ? [manager] : []
  return {
    name: step.name ?? null,
    groups,
    personIds: [...new Set([...people, ...owning, ...managing].map(({ id }) => id))],
    words: [...groups, ...[...people, ...owning].map(({ name }) => name), ...managing.map(({ name }) => `the manager, ${name}`)],
    quorum: step.quorum,
    escalation: step.escalation ?? null,
  }
}

/** From when on the groups that a step escalates to may decide it as well; null when there are none. */
export const escalationOf = (step: AppliedStep, stepSince: Date): Date | null => (step.escalation ? after(stepSince, minutes(step.escalation.afterMinutes)) : null)

/** Groups that may decide a step now: those it names, and after its time those it escalates to. */
export function groupsOfStep(step: AppliedStep, stepSince: Date, now: Date): readonly string[] {
  const from = escalationOf(step, stepSince)
  return from && now >= from ? [...new Set([...step.groups, ...(step.escalation?.groups ?? [])])] : step.groups
}

/** What the row of a request says of the step it is at, from the moment it gets there. */
export const stepColumns = (step: AppliedStep, now: Date) => ({ stepSince: now, approverGroups: step.groups, approverIds: step.personIds, escalatesAt: escalationOf(step, now) })

/** "2 of payments-leads or the manager, Kim Lee". */
export function stepWords(step: AppliedStep): string {
  const words = step.words.length > 0 ? step.words : step.groups
  return `${step.quorum === 1 ? 'One' : String(step.quorum)} of ${words.join(' or ')}`
}
