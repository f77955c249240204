'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { type Triage, triageFinding } from '#lib/detection/triage-finding.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const findingSchema = z.object({ findingId: z.uuid() })
const closeSchema = findingSchema.extend({ reason: z.string().max(1_000) })

/** Says that somebody is looking into a finding. */
export async function acknowledgeFindingAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = findingSchema.safeParse({ findingId: formField(form, 'findingId') })
  if (!input.success) return refuse('not_found', 'There is no such finding.')
  return triage(input.data.findingId, { verdict: 'acknowledge' }, 'Acknowledged. The record says that you are looking into it.')
}

/** Closes a finding with a reason. */
export async function closeFindingAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = closeSchema.safeParse({ findingId: formField(form, 'findingId'), reason: formField(form, 'reason') })
  if (!input.success) return refuse('invalid', 'Give a reason of at most 1,000 characters.')
  return triage(input.data.findingId, { verdict: 'close', reason: input.data.reason }, 'Closed. Your reason is in the record.')
}

async function triage(findingId: string, decision: Triage, message: string): Promise<ActionState> {
  return act('triage finding', { fresh: true }, async (viewer) => {
    const result = await triageFinding(await getServices(), viewer, findingId, decision)
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message }
  })
}
