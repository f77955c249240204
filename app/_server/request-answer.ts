import 'server-only'
import type { RequestAnswer } from '#components/request/request-models.ts'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { decideNewRequest } from '#lib/requests/decide-new-request.ts'
import { listProbablyAsked, medianDecisionMinutes } from '#lib/requests/requests.queries.ts'
import { getServices } from './services.ts'
import { durationText, orList } from './view-models.ts'

/** Who would be asked if the viewer sent this, and how long that usually takes; or why it is not possible. */
export async function answerFor(viewer: Viewer, profileId: string, durationMinutes: number): Promise<RequestAnswer> {
  const { db } = await getServices()
  const profile = await findProfile(db, profileId)
  if (!profile) return { kind: 'refused', sentence: 'This profile is not in the catalogue.', mend: 'Choose another one.' }
  const trial = decideNewRequest({ offered: profile.offered, definition: profile.definition }, viewer.groups, { profileId, durationMinutes, justification: '', ticketReference: '' })
  if (!trial.ok && trial.code !== 'invalid_input') return { kind: 'refused', sentence: trial.message, mend: trial.mend }
  if (!trial.ok && trial.fields.durationMinutes) return { kind: 'refused', sentence: trial.fields.durationMinutes }
  return askedSentence(viewer, profile)
}

async function askedSentence(viewer: Viewer, profile: { id: string; approverGroups: string[]; riskTier: string }): Promise<RequestAnswer> {
  const { db } = await getServices()
  const [median, names] = await Promise.all([medianDecisionMinutes(db, profile.id), listProbablyAsked(db, viewer, profile.approverGroups)])
  const who = orList(profile.approverGroups)
  const wait = median === null ? '' : `, usually ${durationText(median)}`
  const riskNote = profile.riskTier === 'high' ? 'High risk: the approver sees what the role allows, marked.' : undefined
  if (names.length === 0) return { kind: 'asked', sentence: `One of ${who} is asked${wait}.`, ...(riskNote ? { riskNote } : {}) }
  return { kind: 'asked', sentence: `One of ${who} is asked (${orList(names)})${wait}.`, ...(riskNote ? { riskNote } : {}) }
}
