import { z } from 'zod'
import { environments } from './environments.ts'

export const riskLevels = ['low', 'medium', 'high', 'critical'] as const
export type RiskLevel = (typeof riskLevels)[number]

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const group = z.string().min(1)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 08:30')
const timeZone = z.string().refine(isTimeZone, 'must be a time zone of the IANA database, such as Europe/Berlin')

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** When access starts, by the wall clock of a zone. `from` after `to` reaches over midnight and belongs to the day it begins. */
const hoursSchema = z
  .strictObject({ zone: timeZone, from: clockTime.default('00:00'), to: clockTime.default('00:00'), weekdays: z.array(z.enum(weekdays)).min(1).default([...weekdays]) })

/** All that is written must hold; what is not written does not matter. */
const conditionsSchema = z.strictObject({
  requesterGroups: z.array(group).min(1).optional(),
  maxDurationMinutes: z.int().min(1).optional(),
  minDurationMinutes: z.int().min(1).optional(),
  maxRisk: z.enum(riskLevels).optional(),
  minRisk: z.enum(riskLevels).optional(),
  environments: z.array(z.enum(environments)).min(1).optional(),
  hours: hoursSchema.optional(),
  ticket: z.enum(['present', 'absent']).optional(),
  breakGlass: z.boolean().optional(),
})

/** A person as the identity provider names them: the subject at the first provider, or `issuer|subject`. */
const person = z.string().min(1).max(512)

/** Who may decide a step: anyone named in any of these ways. */
const decidersSchema = z
  .strictObject({ groups: z.array(group).default([]), people: z.array(person).default([]), manager: z.boolean().default(false), owners: z.boolean().default(false) })
  .refine((who) => who.groups.length + who.people.length > 0 || who.manager || who.owners, 'must name somebody: groups, people, manager: true or owners: true')

const stepSchema = z.strictObject({
  name: z.string().min(1).max(60).optional(),
  deciders: decidersSchema,
  /** Distinct people who have to approve. One denial ends the request. */
  quorum: z.int().min(1).max(10).default(1),
  /** Nobody decided for so long: these may decide as well. */
  escalation: z.strictObject({ afterMinutes: z.int().min(1).max(10_080), groups: z.array(group).min(1) }).optional(),
})

export const ruleSchema = z
  .strictObject({
    name: z.string().min(1).max(80),
    when: conditionsSchema.default({}),
    automatic: z.literal(true).optional(),
    steps: z.array(stepSchema).min(1).max(5).optional(),
  })
  .refine((rule) => (rule.automatic === true) !== (rule.steps !== undefined), 'must say automatic: true or list steps, one of the two')

/** Short: one step, one approver of these groups. Long: the first rule whose conditions hold applies; no rule, no access. */
export const approvalSchema = z.union([
  z.strictObject({ approvers: z.array(group).min(1, 'must name at least one group') }),
  z.strictObject({
    rules: z.array(ruleSchema).min(1, 'must list at least one rule').max(500),
    /** Evaluated and shown beside the rules; decides nothing. */
    shadow: z.array(ruleSchema).max(500).optional(),
  }),
])

export type ApprovalRule = z.infer<typeof ruleSchema>
export type RuleConditions = ApprovalRule['when']
export type PolicyStep = NonNullable<ApprovalRule['steps']>[number]
export type Approval = z.infer<typeof approvalSchema>

/** The rules of either form. */
export function rulesOf(approval: Approval): readonly ApprovalRule[] {
  if ('rules' in approval) return approval.rules
  return [{ name: 'One approver', when: {}, steps: [{ deciders: { groups: approval.approvers, people: [], manager: false, owners: false }, quorum: 1 }] }]
}

/** Every group that some rule lets decide, escalations included. */
export function groupsNamed(approval: Approval): string[] {
  const steps = rulesOf(approval).flatMap((rule) => rule.steps ?? [])
  return [...new Set(steps.flatMap((step) => [...step.deciders.groups, ...(step.escalation?.groups ?? [])]))]
}
