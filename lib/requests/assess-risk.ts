import { type RiskLevel, riskLevels } from '#lib/catalog/approval-schema.ts'
import type { RiskTier } from '#lib/catalog/catalog-schema.ts'
import type { Environment } from '#lib/catalog/environments.ts'

/** What the policies of a role come to, as read from AWS. `null` when the role could not be read. */
export type AccessFacts = {
  administrator: boolean
  permissionsManagement: boolean
  /** Reads or writes of the contents of stores, secrets and queues. */
  dataAccess: boolean
  write: boolean
  wildcardResources: boolean
  /** Combinations that lead to more rights than the policy shows, in a few words each. */
  escalations: readonly string[]
}

export type RiskFacts = {
  access: AccessFacts | null
  environment: Environment
  tier: RiskTier
  durationMinutes: number
  /** Median of what was approved for this profile; null with fewer than five. */
  usualDurationMinutes: number | null
  /** Hour of day (0–23, UTC) at which access would start, and how often the person's requests started in each hour. */
  startHour: number
  requestsByHour: readonly number[]
  /** The person never had this profile. */
  firstTime: boolean
  /** In the last 90 days. */
  denials: number
  openOrConfirmedFindings: number
  concurrentGrants: number
  breakGlass: boolean
  /** Services and actions that the request keeps to; null when it is for the whole profile. `access` is that of what it keeps to. */
  narrowed: { services: number; actions: number } | null
}

export type RiskReason = { code: string; points: number; sentence: string }
export type RiskAssessment = { score: number; level: RiskLevel; reasons: RiskReason[] }

const from: Record<RiskLevel, number> = { low: 0, medium: 25, high: 50, critical: 75 }

/**
 * How risky a request is, 0–100, with every reason that counted and its points; the same facts give the same answer.
 * Points add up, some of them less than nothing, and are cut at 0 and 100. The level is what approval rules look at.
 */
export function assessRisk(facts: RiskFacts): RiskAssessment {
  const reasons = [...accessReasons(facts), ...placeReasons(facts), ...timeReasons(facts), ...personReasons(facts), ...narrowedReasons(facts)].filter(({ points }) => points !== 0)
  const score = Math.max(0, Math.min(100, reasons.reduce((sum, { points }) => sum + points, 0)))
  const level = riskLevels.findLast((each) => score >= from[each]) ?? 'low'
  return { score, level, reasons: reasons.toSorted((left, right) => right.points - left.points) }
}

const reason = (code: string, points: number, sentence: string): RiskReason => ({ code, points, sentence })

/** The same power does less harm where nothing is at stake. */
const harm: Record<Environment, number> = { production: 1, staging: 0.8, development: 0.6, sandbox: 0.4 }

function accessReasons({ access, environment }: RiskFacts): RiskReason[] {
  return powerReasons(access).map((each) => ({ ...each, points: Math.round(each.points * harm[environment]) }))
}

function powerReasons(access: AccessFacts | null): RiskReason[] {
  if (!access) return [reason('unread', 15, 'What the role allows could not be read from AWS.')]
  const strongest = access.administrator
    ? reason('administrator', 55, 'The role is an administrator of the account.')
    : access.permissionsManagement
      ? reason('permissions', 30, 'The role can change permissions.')
      : access.dataAccess
        ? reason('data', 15, 'The role can reach stored data or secrets.')
        : reason('write', access.write ? 10 : 0, 'The role can change things.')
  return [
    strongest,
    reason('wildcard', access.wildcardResources && access.write && !access.administrator ? 5 : 0, 'Its changes are not limited to named resources.'),
    reason('escalation', access.administrator ? 0 : Math.min(20, 10 * access.escalations.length), `It can lead to more rights: ${access.escalations.slice(0, 2).join('; ')}.`),
  ]
}

/** What somebody did before without harm; on top of what the smaller scope itself no longer allows. */
function narrowedReasons({ narrowed }: RiskFacts): RiskReason[] {
  if (!narrowed) return []
  const { services, actions } = narrowed
  return [reason('narrowed', -10, `Lower: it keeps to what they used last time, ${actions === 1 ? '1 action' : `${actions} actions`} of ${services === 1 ? '1 service' : `${services} services`}.`)]
}

const environmentPoints: Record<Environment, number> = { production: 15, staging: 5, development: 0, sandbox: 0 }
const tierPoints: Record<RiskTier, number> = { high: 10, medium: 5, low: 0 }

function placeReasons({ environment, tier }: RiskFacts): RiskReason[] {
  return [
    reason('environment', environmentPoints[environment], environment === 'production' ? 'It is a production account.' : 'It is a staging account.'),
    reason('tier', tierPoints[tier], `The profile is marked ${tier} risk.`),
  ]
}

function timeReasons({ durationMinutes, usualDurationMinutes, startHour, requestsByHour, concurrentGrants }: RiskFacts): RiskReason[] {
  const total = requestsByHour.reduce((sum, count) => sum + count, 0)
  const near = [-1, 0, 1].reduce((sum, step) => sum + (requestsByHour[(startHour + step + 24) % 24] ?? 0), 0)
  const times = usualDurationMinutes === null ? 1 : durationMinutes / Math.max(1, usualDurationMinutes)
  return [
    reason('long', times >= 4 ? 10 : times >= 2 ? 5 : 0, `${durationMinutes} minutes; usually it is ${Math.round(usualDurationMinutes ?? 0)}.`),
    reason('hour', total >= 10 && near === 0 ? 10 : 0, `They have never worked with access around ${String(startHour).padStart(2, '0')}:00 UTC.`),
    reason('concurrent', Math.min(10, 5 * Math.max(0, concurrentGrants - 1)), `They hold ${concurrentGrants} other grants now.`),
  ]
}

function personReasons({ firstTime, denials, openOrConfirmedFindings, breakGlass }: RiskFacts): RiskReason[] {
  return [
    reason('first', firstTime ? 5 : 0, 'They have not had this access before.'),
    reason('denials', Math.min(10, 5 * denials), `${denials === 1 ? 'One request was' : `${denials} requests were`} denied in the last 90 days.`),
    reason('findings', Math.min(20, 10 * openOrConfirmedFindings), `${openOrConfirmedFindings === 1 ? 'One finding is' : `${openOrConfirmedFindings} findings are`} about their sessions in the last 90 days.`),
    reason('emergency', breakGlass ? 15 : 0, 'It is an emergency without a decision before.'),
  ]
}
