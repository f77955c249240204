'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { cutOffRole } from '#lib/grants/cutoff/cut-off-role.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const cutSchema = z.object({ grantId: z.uuid(), reason: typedText.pipe(z.string().max(1_000)), shown: z.coerce.number().int().min(0) })

/** A responder or an admin cuts off everybody in the role of a grant, having seen how many people that hits. */
export async function cutOffRoleAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = cutSchema.safeParse({ grantId: formField(form, 'grantId'), reason: formField(form, 'reason') ?? '', shown: formField(form, 'shown') })
  if (!input.success) return input.error.issues.every((issue) => issue.path[0] === 'reason') ? refuse('reason_too_long', 'Keep the reason within 1,000 characters.') : refuse('not_found', 'There is no such grant.')
  return act('cut off role', { fresh: true }, async (viewer) => {
    const services = await getServices()
    const result = await cutOffRole(services, viewer, input.data)
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    const tail = services.revoker ? 'This page says when AWS was seen to deny them.' : 'No identity is configured that could write it to the role, so nothing happens in AWS until there is one.'
    return { ok: true as const, message: `Everybody's credentials of this role, issued until now, are to be denied. ${tail}` }
  })
}
