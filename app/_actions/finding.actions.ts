'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import { assignFinding } from '#lib/detection/triage/assign-finding.ts'
import { endSuppression, longestSuppressionDays, suppressFinding, suppressionScopes } from '#lib/detection/triage/suppress-finding.ts'
import { closedAs, type Triage, triageFinding } from '#lib/detection/triage/triage-finding.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const findingSchema = z.object({ findingId: z.uuid() })
const reason = z.string().max(1_000)
const closeSchema = findingSchema.extend({ reason, as: z.enum(closedAs) })
const assignSchema = findingSchema.extend({ personId: z.union([z.uuid(), z.literal('').transform(() => null)]) })
const suppressSchema = findingSchema.extend({ reason, scope: z.enum(suppressionScopes), days: z.coerce.number().int().min(1).max(longestSuppressionDays) })

/** Says that somebody is looking into a finding. */
export async function acknowledgeFindingAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = findingSchema.safeParse({ findingId: formField(form, 'findingId') })
  if (!input.success) return refuse('not_found', 'There is no such finding.')
  return triage(input.data.findingId, { verdict: 'acknowledge' }, 'Acknowledged. The record says that you are looking into it.')
}

/** Closes a finding with what it was and a reason. */
export async function closeFindingAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = closeSchema.safeParse({ findingId: formField(form, 'findingId'), reason: formField(form, 'reason'), as: formField(form, 'as') })
  if (!input.success) return refuse('invalid', 'Say what it turned out to be, and give a reason of at most 1,000 characters.')
  return triage(input.data.findingId, { verdict: 'close', as: input.data.as, reason: input.data.reason }, 'Closed. Your reason is in the record.')
}

/** Gives a finding to somebody, or back to nobody. */
export async function assignFindingAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = assignSchema.safeParse({ findingId: formField(form, 'findingId'), personId: formField(form, 'personId') })
  if (!input.success) return refuse('invalid', 'Choose somebody from the list.')
  return changing('assign finding', async (viewer) => {
    const result = await assignFinding(await getServices(), viewer, input.data.findingId, input.data.personId)
    if (!result.ok) return result
    return { ok: true as const, message: result.name === null ? 'Nobody looks into it now.' : input.data.personId === viewer.personId ? 'It is yours.' : `${result.name} has it, and is told.` }
  })
}

/** Says that what a finding's rule found is expected for some days. */
export async function suppressFindingAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const fields = Object.fromEntries(['findingId', 'reason', 'scope', 'days'].map((name) => [name, formField(form, name)]))
  const input = suppressSchema.safeParse(fields)
  if (!input.success) return refuse('invalid', `Say what it covers, for 1 to ${longestSuppressionDays} days, with a reason of at most 1,000 characters.`)
  return changing('suppress finding', async (viewer) => {
    const result = await suppressFinding(await getServices(), viewer, input.data.findingId, input.data)
    if (!result.ok) return result
    return { ok: true as const, message: `Suppressed until ${result.expiresAt.toISOString().slice(0, 10)}; ${result.hidden === 1 ? 'this finding is' : `${result.hidden} findings are`} hidden with it.` }
  })
}

/** Ends a suppression before its time. */
export async function endSuppressionAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = z.uuid().safeParse(formField(form, 'suppressionId'))
  if (!input.success) return refuse('not_found', 'There is no such suppression.')
  return changing('end suppression', async (viewer) => {
    const result = await endSuppression(await getServices(), viewer, input.data)
    if (!result.ok) return result
    return { ok: true as const, message: result.shown === 0 ? 'Ended. Nothing was hidden by it.' : `Ended. ${result.shown === 1 ? 'A finding is' : `${result.shown} findings are`} open again.` }
  })
}

const triage = (findingId: string, decision: Triage, message: string): Promise<ActionState> =>
  changing('triage finding', async (viewer) => {
    const result = await triageFinding(await getServices(), viewer, findingId, decision)
    return result.ok ? { ok: true as const, message } : result
  })

/** What somebody decides about findings shows on every page that counts them. */
function changing(place: string, verb: (viewer: Viewer) => Promise<{ ok: true; message: string } | Refusal>): Promise<ActionState> {
  return act(place, { fresh: true }, async (viewer) => {
    const result = await verb(viewer)
    if (result.ok) revalidatePath('/', 'layout')
    return result
  })
}
