import 'server-only'
import type { RequestAnswer } from '#components/request/request-models.ts'
import { findProfile, type ListedProfile } from '#lib/catalog/profiles.queries.ts'
import { groupsFor, type Viewer } from '#lib/people/viewer.ts'
import { type ApprovalPolicy, stepWords } from '#lib/requests/approval-policy.ts'
import { decideNewRequest, type NewRequestInput } from '#lib/requests/decide-new-request.ts'
import { policyFor } from '#lib/requests/prepare-request.ts'
import { listProbablyAsked, medianDecisionMinutes } from '#lib/requests/requests.queries.ts'
import { approving } from './approving.ts'
import { narrowedFor } from './narrowed.ts'
import { riskOf } from './risk.ts'
import { getServices } from './services.ts'
import { lowerFirst } from './policy-words.ts'
import { durationText, orList } from './view-models.ts'

/** What would happen if the viewer sent this: at once, who would be asked and how long that usually takes, or why it is not possible. */
export async function answerFor(viewer: Viewer, input: NewRequestInput): Promise<RequestAnswer> {
  const services = await getServices()
  const profile = await findProfile(services.db, input.profileId)
  if (!profile) return { kind: 'refused', sentence: 'This profile is not in the catalogue.', mend: 'Choose another one.' }
  const now = services.clock()
  const trial = decideNewRequest({ offered: profile.offered, excluded: profile.excludedPersonIds.includes(viewer.personId), definition: profile.definition }, groupsFor(viewer, { emergency: input.incidentReference !== undefined }), input, now)
  if (!trial.ok && trial.code !== 'invalid_input') return { kind: 'refused', sentence: trial.message, mend: trial.mend }
  const wrong = trial.ok ? undefined : (trial.fields.durationMinutes ?? trial.fields.startsAt)
  if (wrong) return { kind: 'refused', sentence: wrong }
  const narrowed = await narrowedFor(viewer, input)
  if (input.onlyUsed && !narrowed) return { kind: 'refused', sentence: 'The record has no use of yours any more that this could be cut to.', mend: 'Ask for the whole profile.' }
  const risk = await riskOf(viewer, input, narrowed)
  const decision = { ticketReference: input.ticketReference || null, startsAt: input.startsAt ?? null, incidentReference: input.incidentReference ?? null }
  const { chosen } = await policyFor(approving(services), viewer, { profile, definition: profile.definition, risk, durationMinutes: Number(input.durationMinutes), decision }, now)
  if (!chosen.ok) return { kind: 'refused', sentence: chosen.message, ...(chosen.mend ? { mend: chosen.mend } : {}) }
  const riskNote = risk && (risk.level === 'high' || risk.level === 'critical') ? `Risk ${risk.score} of 100: ${risk.reasons[0]?.sentence ?? ''}` : undefined
  return { ...(await sentenceFor(viewer, profile, chosen.policy)), ...(riskNote ? { riskNote } : {}) }
}

async function sentenceFor(viewer: Viewer, profile: ListedProfile, policy: ApprovalPolicy): Promise<RequestAnswer> {
  if (policy.automatic) return { kind: 'automatic', sentence: `Goes ahead without asking anybody, by the rule “${policy.rule}”.` }
  const { db } = await getServices()
  const [first, ...later] = policy.steps
  const [median, names] = await Promise.all([medianDecisionMinutes(db, profile.id), listProbablyAsked(db, viewer, { groups: first?.groups ?? [], excludedApproverIds: profile.excludedApproverIds })])
  const wait = median === null ? '' : `, usually ${durationText(median)}`
  const who = first ? stepWords(first) : 'Nobody'
  const verb = first && first.quorum > 1 ? 'are asked' : 'is asked'
  const then = later.length === 0 ? '' : ` Then ${later.map((step) => lowerFirst(stepWords(step))).join(', then ')}.`
  return { kind: 'asked', sentence: `${who} ${verb}${names.length > 0 ? ` (${orList(names)})` : ''}${wait}.${then}` }
}
