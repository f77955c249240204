import { type ApprovalRule, type RiskLevel, riskLevels, type RuleConditions, type Weekday } from '#lib/catalog/approval-schema.ts'
import type { Environment } from '#lib/catalog/environments.ts'
import { wallClock } from './wall-clock.ts'

/** What rules may look at: facts of one request, nothing else. */
export type PolicyFacts = {
  requesterGroups: readonly string[]
  durationMinutes: number
  riskLevel: RiskLevel
  environment: Environment
  ticketPresent: boolean
  breakGlass: boolean
  /** When access would start: now, or the start that was asked for. Hours of day are judged at this moment. */
  startsAt: Date
}

export type PolicyOutcome = { ok: true; index: number; rule: ApprovalRule } | { ok: false; reasons: string[] }

/**
 * The first rule whose conditions all hold. No rule means no access: then each rule says in a sentence why it does not
 * apply. Pure; under a millisecond at 500 rules.
 */
export function evaluatePolicy(rules: readonly ApprovalRule[], facts: PolicyFacts): PolicyOutcome {
  const index = rules.findIndex((rule) => failing(rule.when, facts) === undefined)
  const rule = rules[index]
  if (rule) return { ok: true, index, rule }
  return { ok: false, reasons: rules.map((candidate) => `“${candidate.name}” ${failing(candidate.when, facts)}`) }
}

const dayNames: Record<Weekday, string> = { mon: 'Mondays', tue: 'Tuesdays', wed: 'Wednesdays', thu: 'Thursdays', fri: 'Fridays', sat: 'Saturdays', sun: 'Sundays' }
const rank = (level: RiskLevel): number => riskLevels.indexOf(level)

/** The first condition that does not hold, as the end of a sentence that begins with the rule's name. */
function failing(when: RuleConditions, facts: PolicyFacts): string | undefined {
  if ((when.breakGlass ?? false) !== facts.breakGlass) return when.breakGlass ? 'is for emergencies only.' : 'is not for emergencies.'
  if (when.requesterGroups && !when.requesterGroups.some((group) => facts.requesterGroups.includes(group))) return `is for members of ${when.requesterGroups.join(' or ')}.`
  if (when.maxDurationMinutes !== undefined && facts.durationMinutes > when.maxDurationMinutes) return `is for at most ${when.maxDurationMinutes} minutes.`
  if (when.minDurationMinutes !== undefined && facts.durationMinutes < when.minDurationMinutes) return `is for at least ${when.minDurationMinutes} minutes.`
  if (when.maxRisk && rank(facts.riskLevel) > rank(when.maxRisk)) return `is for risk up to ${when.maxRisk}; this is ${facts.riskLevel}.`
  if (when.minRisk && rank(facts.riskLevel) < rank(when.minRisk)) return `is for risk from ${when.minRisk} on; this is ${facts.riskLevel}.`
  if (when.environments && !when.environments.includes(facts.environment)) return `is for ${when.environments.join(' or ')}.`
  if (when.ticket && (when.ticket === 'present') !== facts.ticketPresent) return when.ticket === 'present' ? 'wants a ticket reference.' : 'is for requests without a ticket.'
  return when.hours && !withinHours(when.hours, facts.startsAt) ? `is for ${hoursText(when.hours)}.` : undefined
}

type Hours = NonNullable<RuleConditions['hours']>

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

function withinHours(hours: Hours, at: Date): boolean {
  const { weekday, minuteOfDay, weekdayBefore } = wallClock(at, hours.zone)
  const from = minutesOf(hours.from)
  const to = minutesOf(hours.to) || 24 * 60
  if (from < to) return hours.weekdays.includes(weekday) && minuteOfDay >= from && minuteOfDay < to
  return (hours.weekdays.includes(weekday) && minuteOfDay >= from) || (hours.weekdays.includes(weekdayBefore) && minuteOfDay < to)
}

/** "Mondays, Tuesdays 08:00–18:00 Europe/Berlin". */
export function hoursText(hours: Hours): string {
  const days = hours.weekdays.length === 7 ? 'every day' : hours.weekdays.map((day) => dayNames[day]).join(', ')
  return `${days} ${hours.from}–${hours.to === '00:00' ? '24:00' : hours.to} ${hours.zone}`
}
