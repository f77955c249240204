'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { RevealState } from '#components/get-credentials/reveal-panel.tsx'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { retryActivation } from '#lib/grants/retry-activation.ts'
import { act } from '#app/_server/act.ts'
import { confirmationToReveal, withConfirmation } from '#app/_server/confirmation.ts'
import { formField } from '#app/_server/form-field.ts'
import { countReveal } from '#app/_server/metrics/metrics.ts'
import { requestAddress } from '#app/_server/request-address.ts'
import { getServices } from '#app/_server/services.ts'

const grantSchema = z.object({ grantId: z.uuid() })
const endSchema = grantSchema.extend({ reason: typedText.pipe(z.string().max(1_000)).optional() })
const noGrant = refuse('not_found', 'There is no such grant.')

/** Mints a lease for the viewer's own grant and answers it once. The answer is never stored, logged or cached. */
export async function revealAction(_previous: RevealState, form: FormData): Promise<RevealState> {
  const input = grantSchema.safeParse({ grantId: formField(form, 'grantId') })
  if (!input.success) return noGrant
  const revealed: RevealState & object = await act('reveal', { fresh: true, limit: 'reveals', stored: true }, async (viewer) => {
    const { grantId } = input.data
    const result = await mintLease(await getServices(), viewer, grantId, 'reveal', await requestAddress())
    if (!result.ok) return withConfirmation(result, await confirmationToReveal(grantId))
    const { credentials, region, accountId, sessionName } = result.lease
    return { ok: true as const, lease: { ...credentials, expiresAt: credentials.expiresAt.toISOString(), region, accountId, sessionName } }
  })
  return countReveal('credentials', revealed)
}

/** The holder ends their own grant. */
export async function endGrantAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  return end(form, () => '')
}

/** A responder or an admin ends somebody else's grant, with a reason its holder will read. */
export async function revokeGrantAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  return end(form, (input) => input.reason ?? '')
}

async function end(form: FormData, note: (input: z.infer<typeof endSchema>) => string): Promise<ActionState> {
  const input = endSchema.safeParse({ grantId: formField(form, 'grantId'), reason: formField(form, 'reason') ?? undefined })
  if (!input.success) return input.error.issues.every((issue) => issue.path[0] === 'reason') ? refuse('reason_too_long', 'Keep the reason within 1,000 characters.') : noGrant
  return act('end grant', { fresh: true }, async (viewer) => {
    const services = await getServices()
    const result = await endGrant(services, viewer, input.data.grantId, note(input.data))
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    const dead = result.credentialsDeadAt
    const by = `${dead.toISOString().slice(11, 16)} UTC`
    const tail = dead <= services.clock() ? '' : services.revoker ? ` Credentials already issued are being cut off in AWS; by themselves they die at ${by}.` : ` Credentials already issued die at ${by}; no identity is configured that could cut them off sooner.`
    return { ok: true as const, message: `Ended. No new credentials are issued from now on.${tail}` }
  })
}

/** Tries a failed activation again. */
export async function retryActivationAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = grantSchema.safeParse({ grantId: formField(form, 'grantId') })
  if (!input.success) return noGrant
  return act('retry activation', { fresh: true }, async (viewer) => {
    const result = await retryActivation(await getServices(), viewer, input.data.grantId)
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message: 'AWS is being asked again.' }
  })
}
