'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import type { AnswerQuestion, RequestAnswer, RequestFormState, RequestValues } from '#components/request/request-models.ts'
import { refuse } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { createRequests, type CreateRequestsResult } from '#lib/requests/create-request.ts'
import { type NewRequestInput, newRequestSchema } from '#lib/requests/decide-new-request.ts'
import type { RiskAssessment } from '#lib/requests/assess-risk.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { requestExtension } from '#lib/requests/request-extension.ts'
import { reviewEmergency, reviewVerdicts } from '#lib/requests/review-emergency.ts'
import { type Settled, settleRequest } from '#lib/requests/settle-request.ts'
import { act } from '#app/_server/act.ts'
import { confirmationToDecide, withConfirmation } from '#app/_server/confirmation.ts'
import { answerFor } from '#app/_server/request-answer.ts'
import { currentRoleDigest } from '#app/_server/role-digest.ts'
import { formField } from '#app/_server/form-field.ts'
import { countDecision } from '#app/_server/metrics/metrics.ts'
import { approving, asking } from '#app/_server/approving.ts'
import { narrowedFor } from '#app/_server/narrowed.ts'
import { riskOf, riskOfExtension } from '#app/_server/risk.ts'
import { getServices } from '#app/_server/services.ts'

const text = (form: FormData, name: string): string => {
  const value = formField(form, name)
  return typeof value === 'string' ? value : ''
}

/** Several fields of one name, such as boxes that were ticked. */
const texts = (form: unknown, name: string): string[] => (form instanceof FormData ? form.getAll(name).filter((value) => typeof value === 'string') : [])

const mostAtOnce = 5

/** A start that cannot be read counts as passed, so that it is told beside its field. */
const momentOf = (typed: string): Date | undefined => (typed === '' ? undefined : new Date(z.iso.datetime().safeParse(typed).data ?? 0))

const askedIn = (values: Omit<RequestValues, 'justification'>): Omit<NewRequestInput, 'profileId' | 'justification'> => ({
  durationMinutes: values.minutes,
  ticketReference: values.ticket,
  startsAt: momentOf(values.startsAt),
  ...(values.emergency === 'yes' ? { incidentReference: values.incident } : values.onlyUsed === 'yes' ? { onlyUsed: true } : {}),
})

/** What it keeps to comes from the record alone: the form says only that it is wanted. */
async function assessed(viewer: Viewer, input: NewRequestInput): Promise<{ input: NewRequestInput; risk: RiskAssessment | null; narrowed: NarrowedScope | null }> {
  const narrowed = await narrowedFor(viewer, input)
  return { input, narrowed, risk: await riskOf(viewer, input, narrowed) }
}

/** Asks for access in the viewer's own name. What was typed comes back with every refusal. */
export async function createRequestAction(_previous: RequestFormState, form: FormData): Promise<RequestFormState> {
  const values: RequestValues = { minutes: text(form, 'minutes'), justification: text(form, 'justification'), ticket: text(form, 'ticket'), startsAt: text(form, 'startsAt'), emergency: text(form, 'emergency'), incident: text(form, 'incident'), onlyUsed: text(form, 'onlyUsed') }
  const input = newRequestSchema.safeParse({ ...askedIn(values), profileId: text(form, 'profile'), justification: values.justification })
  if (!input.success) return { values, errors: {}, refusal: refuse('not_offered', 'Choose a profile from the catalogue first.') }
  // More profiles for the same reason; an emergency is for one.
  const also = values.emergency === 'yes' ? [] : [...new Set(texts(form, 'also'))].filter((id) => id !== input.data.profileId).slice(0, mostAtOnce - 1)
  const result = await act<CreateRequestsResult>('create request', { fresh: false, limit: 'requests', stored: values.emergency === 'yes' }, async (viewer) => {
    const services = await getServices()
    // What was used of one profile says nothing about the others.
    const asked = [input.data, ...also.map((profileId) => ({ ...input.data, profileId, onlyUsed: false }))]
    return createRequests(asking(services), viewer, await Promise.all(asked.map((one) => assessed(viewer, one))), services.clock())
  })
  if (result.ok) {
    revalidatePath('/', 'layout')
    redirect(`/requests/${result.requests[0]?.requestId}` as never)
  }
  const fields = 'fields' in result ? result.fields : {}
  const errors = {
    ...(fields.durationMinutes ? { minutes: fields.durationMinutes } : {}),
    ...(fields.justification ? { justification: fields.justification } : {}),
    ...(fields.ticketReference ? { ticket: fields.ticketReference } : {}),
    ...(fields.startsAt ? { startsAt: fields.startsAt } : {}),
    ...(fields.incidentReference ? { incident: fields.incidentReference } : {}),
  }
  const { code, message, mend } = result
  return { values, errors, ...(Object.keys(errors).length > 0 ? {} : { refusal: { code, message, ...(mend ? { mend } : {}) } }) }
}

const questionSchema = z.object({ profile: z.string().max(64), minutes: z.number(), startsAt: z.string().max(40).default(''), ticket: z.string().max(64).default(''), emergency: z.boolean().default(false), onlyUsed: z.boolean().default(false) })

/** Who would be asked, or why it is not possible, for a profile and a duration. */
export async function requestAnswerAction(input: AnswerQuestion): Promise<RequestAnswer> {
  const parsed = questionSchema.safeParse(input)
  const result = await act('request answer', { fresh: false, stored: true }, async (viewer) => ({ ok: true as const, answer: await answerFor(viewer, parsed.success ? { profileId: parsed.data.profile, justification: '', ...askedIn({ ...parsed.data, minutes: String(parsed.data.minutes), emergency: parsed.data.emergency ? 'yes' : '', incident: 'asked', onlyUsed: parsed.data.onlyUsed ? 'yes' : '' }) } : { profileId: '', justification: '', durationMinutes: 0 }) }))
  return result.ok ? result.answer : { kind: 'refused', sentence: result.message, ...(result.mend ? { mend: result.mend } : {}) }
}

const extensionSchema = z.object({ grantId: z.uuid(), durationMinutes: typedText, justification: typedText })

/** Asks for a later end of the viewer's own grant. */
export async function extendGrantAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = extensionSchema.safeParse({ grantId: text(form, 'grantId'), durationMinutes: text(form, 'minutes'), justification: text(form, 'justification') })
  if (!input.success) return refuse('not_found', 'There is no such grant of yours.')
  return act('extend grant', { fresh: false, limit: 'requests' }, async (viewer) => {
    const services = await getServices()
    const { grantId, ...asked } = input.data
    const result = await requestExtension(asking(services), viewer, grantId, asked, await riskOfExtension(viewer, grantId, asked.durationMinutes), services.clock())
    if (!result.ok) return refuse(result.code, Object.values(result.fields)[0] ?? result.message, result.mend)
    revalidatePath('/', 'layout')
    return { ok: true as const, message: result.approved ? 'Extended by the policy, without asking anybody.' : 'Asked. The end stays where it is until somebody approves.' }
  })
}

const requestSchema = z.object({ requestId: z.uuid() })

export async function cancelRequestAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = requestSchema.safeParse({ requestId: formField(form, 'requestId') })
  if (!input.success) return refuse('not_found', 'There is no such request.')
  return act('cancel request', { fresh: false }, async (viewer) => {
    const { db, clock } = await getServices()
    const result = await cancelRequest(db, viewer, input.data.requestId, clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message: 'Request cancelled.' }
  })
}

function decidedSentence({ verdict, waits }: Settled): string {
  if (verdict === 'deny') return 'Denied. The requester sees your reason.'
  return waits ? 'Approved. More approvals are asked for before access begins.' : 'Approved. AWS is being set up.'
}

const reviewSchema = requestSchema.extend({ verdict: z.enum(reviewVerdicts), note: typedText.pipe(z.string().max(8_000)) })

/** Says afterwards whether emergency access was justified. */
export async function reviewEmergencyAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = reviewSchema.safeParse({ requestId: formField(form, 'requestId'), verdict: formField(form, 'verdict'), note: formField(form, 'note') ?? '' })
  if (!input.success) return input.error.issues.some((issue) => issue.path[0] === 'verdict') ? refuse('verdict_missing', 'Say whether it was justified or not.') : refuse('not_found', 'There is no emergency access for you to review.')
  return act('review emergency', { fresh: true, limit: 'decisions' }, async (viewer) => {
    const { db, clock } = await getServices()
    const result = await reviewEmergency(db, viewer, input.data.requestId, input.data.verdict, input.data.note, clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message: 'Review saved.' }
  })
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
type SeenAccess = { roleDigest: string | null; definitionHash: string | null }

const decisionSchema = requestSchema.extend({
  decision: z.enum(['approve', 'deny']),
  reason: typedText.pipe(z.string().max(4_000)).default(''),
  seen: z.object({ roleDigest: sha256.nullable(), definitionHash: sha256.nullable() }),
})

/**
 * Approves or denies a request; the viewer's groups were verified within five minutes. `seen` is bound by the page:
 * the role and the profile as its preview showed them.
 */
export async function decideRequestAction(seen: SeenAccess, _previous: ActionState, form: FormData): Promise<ActionState> {
  const input = decisionSchema.safeParse({
    requestId: formField(form, 'requestId'),
    decision: formField(form, 'decision'),
    reason: formField(form, 'reason') ?? '',
    seen,
  })
  if (!input.success) return refuse('invalid_input', 'This decision could not be read.', 'Reload the page and decide again.')
  const { requestId, decision, reason } = input.data
  const { roleDigest, definitionHash } = input.data.seen
  const decided: ActionState & object = await act('decide request', { fresh: true, limit: 'decisions' }, async (viewer) => {
    const services = await getServices()
    const result = await settleRequest(
      approving(services),
      viewer,
      requestId,
      await currentRoleDigest(requestId),
      { verdict: decision, reason, roleDigest, definitionHash },
      services.clock(),
    )
    if (!result.ok) return withConfirmation(result, await confirmationToDecide(requestId))
    revalidatePath('/', 'layout')
    return { ok: true as const, message: decidedSentence(result) }
  })
  return countDecision(decision, decided)
}
