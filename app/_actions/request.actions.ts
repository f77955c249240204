'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import type { RequestAnswer, RequestFormState, RequestValues } from '#components/request/request-models.ts'
import { refuse } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { createRequest, type CreateRequestResult } from '#lib/requests/create-request.ts'
import { newRequestSchema } from '#lib/requests/decide-new-request.ts'
import { type Settled, settleRequest } from '#lib/requests/settle-request.ts'
import { act } from '#app/_server/act.ts'
import { confirmationToDecide, withConfirmation } from '#app/_server/confirmation.ts'
import { answerFor } from '#app/_server/request-answer.ts'
import { currentRoleDigest } from '#app/_server/role-digest.ts'
import { formField } from '#app/_server/form-field.ts'
import { countDecision } from '#app/_server/metrics/metrics.ts'
import { approving, asking } from '#app/_server/approving.ts'
import { riskOf } from '#app/_server/risk.ts'
import { getServices } from '#app/_server/services.ts'

const text = (form: FormData, name: string): string => {
  const value = formField(form, name)
  return typeof value === 'string' ? value : ''
}

/** Asks for access in the viewer's own name. What was typed comes back with every refusal. */
export async function createRequestAction(_previous: RequestFormState, form: FormData): Promise<RequestFormState> {
  const values: RequestValues = { minutes: text(form, 'minutes'), justification: text(form, 'justification'), ticket: text(form, 'ticket') }
  const input = newRequestSchema.safeParse({ profileId: text(form, 'profile'), durationMinutes: values.minutes, justification: values.justification, ticketReference: values.ticket })
  if (!input.success) return { values, errors: {}, refusal: refuse('not_offered', 'Choose a profile from the catalogue first.') }
  const result = await act<CreateRequestResult>('create request', { fresh: false, limit: 'requests' }, async (viewer) => {
    const services = await getServices()
    return createRequest(asking(services), viewer, input.data, await riskOf(viewer, input.data), services.clock())
  })
  if (result.ok) {
    revalidatePath('/', 'layout')
    redirect(`/requests/${result.requestId}` as never)
  }
  const fields = 'fields' in result ? (result.fields as Partial<Record<'durationMinutes' | 'justification' | 'ticketReference', string>>) : {}
  const errors = {
    ...(fields.durationMinutes ? { minutes: fields.durationMinutes } : {}),
    ...(fields.justification ? { justification: fields.justification } : {}),
    ...(fields.ticketReference ? { ticket: fields.ticketReference } : {}),
  }
  const { code, message, mend } = result
  return { values, errors, ...(Object.keys(errors).length > 0 ? {} : { refusal: { code, message, ...(mend ? { mend } : {}) } }) }
}

/** Who would be asked, or why it is not possible, for a profile and a duration. */
export async function requestAnswerAction(input: { profile: string; minutes: number }): Promise<RequestAnswer> {
  const parsed = z.object({ profile: z.string().max(64), minutes: z.number() }).safeParse(input)
  const result = await act('request answer', { fresh: false }, async (viewer) => ({ ok: true as const, answer: await answerFor(viewer, { profileId: parsed.data?.profile ?? '', durationMinutes: parsed.data?.minutes ?? 0 }) }))
  return result.ok ? result.answer : { kind: 'refused', sentence: result.message, ...(result.mend ? { mend: result.mend } : {}) }
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
