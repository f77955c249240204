import 'server-only'
import { z } from 'zod'
import type { DryRunModel, ShadowModel } from '#components/catalogue/catalogue-models.ts'
import type { CatalogRow } from '#lib/catalog/admin.queries.ts'
import { rulesOf } from '#lib/catalog/approval-schema.ts'
import type { Environment } from '#lib/catalog/environments.ts'
import { searchPeople } from '#lib/people/people.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type ApprovalPolicy, approvalPolicySchema, stepWords } from '#lib/requests/approval-policy.ts'
import { decideNewRequest, type NewRequestInput } from '#lib/requests/decide-new-request.ts'
import { evaluatePolicy } from '#lib/requests/evaluate-policy.ts'
import { policyFor } from '#lib/requests/prepare-request.ts'
import { listShadowed } from '#lib/requests/shadow.queries.ts'
import { approving } from './approving.ts'
import { assessRequest } from './assess-request.ts'
import { shadowSentences } from './definition-words.ts'
import { lowerFirst } from './policy-words.ts'
import { getServices } from './services.ts'

const text = z.string().max(200).catch('').default('')
export const dryRunSchema = z.object({ who: text, minutes: text, start: text, ticket: text, emergency: text })
type Query = z.infer<typeof dryRunSchema>

/** What would happen if somebody asked for this profile now; nothing is asked, written or told. */
export async function dryRun(viewer: Viewer, profile: CatalogRow, query: Query): Promise<DryRunModel> {
  const values = { who: query.who, minutes: query.minutes || String(Math.min(60, profile.definition.limits.maxDurationMinutes)), start: query.start, ticket: query.ticket, emergency: query.emergency === 'on' }
  const { db } = await getServices()
  if (query.who === '') return { values, people: [], answer: null, problem: null }
  const found = await searchPeople(db, viewer, query.who)
  const person = found.length === 1 ? found[0] : found.find(({ displayName }) => displayName === query.who)
  if (!person) return { values, people: found.map(({ displayName }) => ({ name: displayName, href: `/catalogue/${profile.id}?${new URLSearchParams({ ...query, who: displayName })}#dry-run` })), answer: null, problem: found.length === 0 ? 'Nobody who signed in is called so.' : null }
  return { values, people: [], answer: await answerFor(profile, person, values), problem: null }
}

type Person = { id: string; displayName: string; lastKnownGroups: string[] }

async function answerFor(profile: CatalogRow, person: Person, values: DryRunModel['values']): Promise<NonNullable<DryRunModel['answer']>> {
  const services = await getServices()
  const now = services.clock()
  const startsAt = z.iso.datetime({ local: true }).safeParse(values.start).success ? new Date(`${values.start}Z`) : undefined
  const input: NewRequestInput = {
    profileId: profile.id,
    durationMinutes: Number(values.minutes) || 0,
    justification: 'A reason that is long enough for every profile. '.repeat(5).trim(),
    ticketReference: values.ticket,
    ...(startsAt ? { startsAt } : {}),
    ...(values.emergency ? { incidentReference: 'INC-1' } : {}),
  }
  const who = { person: person.displayName, groups: person.lastKnownGroups.join(', ') || 'no groups' }
  const trial = decideNewRequest({ offered: profile.offered, excluded: profile.excludedPersonIds.includes(person.id), definition: profile.definition }, person.lastKnownGroups, input, now)
  if (!trial.ok) {
    const fields = 'fields' in trial ? Object.values(trial.fields).filter((sentence) => sentence !== undefined) : []
    return { ...who, kind: 'refused', sentences: fields.length > 0 ? fields : [trial.message], rules: [] }
  }
  const risk = await assessRequest(services, { personId: person.id }, input)
  const { chosen } = await policyFor(approving(services), { personId: person.id, groups: person.lastKnownGroups }, { profile, definition: profile.definition, risk, durationMinutes: trial.durationMinutes, decision: trial }, now)
  const riskLevel = risk?.level ?? profile.definition.riskTier
  const facts = { requesterGroups: person.lastKnownGroups, durationMinutes: trial.durationMinutes, riskLevel, environment: profile.environment as Environment, ticketPresent: trial.ticketReference !== null, breakGlass: trial.incidentReference !== null, startsAt: trial.startsAt ?? now }
  const outcomes = rulesOf(profile.definition.approval).map((rule) => ({ name: rule.name, outcome: evaluatePolicy([rule], facts) }))
  const first = outcomes.findIndex(({ outcome }) => outcome.ok)
  const rules = outcomes.map(({ name, outcome }, index) => ({ name, applies: index === first, why: outcome.ok ? (index === first ? 'applies: the first whose conditions hold.' : 'would fit, but a rule before it applies.') : (outcome.reasons[0] ?? '').replace(`“${name}” `, '') }))
  if (!chosen.ok) return { ...who, kind: 'refused', sentences: [chosen.message], rules }
  return { ...who, kind: chosen.policy.automatic ? 'automatic' : 'asked', sentences: [policySentence(chosen.policy), `Risk ${risk ? `${risk.score} of 100, ${risk.level}` : `${riskLevel}, as the profile says`}.`], rules }
}

function policySentence(policy: ApprovalPolicy): string {
  if (policy.automatic) return `It goes ahead without asking anybody, by the rule “${policy.rule}”.`
  return `By the rule “${policy.rule}”: ${policy.steps.map((step) => lowerFirst(stepWords(step))).join(', then ')} would be asked.`
}

/** What the policy on trial would have said about the last requests; null without one. */
export async function shadowModel(viewer: Viewer, profile: CatalogRow): Promise<ShadowModel | null> {
  const rules = shadowSentences(profile.definition)
  if (rules.length === 0) return null
  const { db } = await getServices()
  const said = (await listShadowed(db, viewer, profile.id)).map(({ id, code, approvalPolicy, shadow }) => ({ href: `/requests/${id}`, code, real: words(approvalPolicy), shadow: shadowWords(shadow) }))
  const differing = said.filter((one) => one.real !== one.shadow)
  return { rules, agree: said.length - differing.length, differing: differing.slice(0, 10) }
}

const outcomeWords = (policy: ApprovalPolicy): string => (policy.automatic ? 'without asking anybody' : policy.steps.map((step) => lowerFirst(stepWords(step))).join(', then '))

function words(policy: unknown): string {
  const parsed = approvalPolicySchema.safeParse(policy)
  return parsed.success ? outcomeWords(parsed.data) : 'unknown'
}

const shadowSchema = z.union([z.object({ ok: z.literal(true), policy: approvalPolicySchema }), z.object({ ok: z.literal(false), message: z.string() })])

function shadowWords(shadow: unknown): string {
  const parsed = shadowSchema.safeParse(shadow)
  if (!parsed.success) return 'unknown'
  return parsed.data.ok ? outcomeWords(parsed.data.policy) : `not possible: ${parsed.data.message}`
}
