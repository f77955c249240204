'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { forgetPerson } from '#lib/reports/privacy/forget-person.ts'
import { placeHold, releaseHold } from '#lib/reports/privacy/legal-holds.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

type Services = Awaited<ReturnType<typeof getServices>>
const reason = z.string().max(1_000)
const tooLong = refuse('invalid', 'Give a reason of at most 1,000 characters.')

async function change(place: string, verb: (viewer: Viewer, services: Services) => Promise<{ ok: true } | Refusal>, message: string): Promise<ActionState> {
  return act(place, { fresh: true, limit: 'decisions' }, async (viewer) => {
    const result = await verb(viewer, await getServices())
    if (!result.ok) return result
    revalidatePath('/people', 'layout')
    return { ok: true as const, message }
  })
}

const holdSchema = z.object({ personId: z.union([z.uuid(), z.literal('').transform(() => null)]), reason })

/** Keeps one person's data, or with no person everybody's, from being forgotten. */
export async function placeHoldAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = holdSchema.safeParse({ personId: formField(form, 'personId') ?? '', reason: formField(form, 'reason') ?? '' })
  if (!input.success) return tooLong
  return change('place hold', (viewer, { db, clock }) => placeHold(db, viewer, input.data, clock()), 'Held. Nothing of it is forgotten until the hold is released.')
}

const releaseSchema = z.object({ holdId: z.uuid() })

export async function releaseHoldAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = releaseSchema.safeParse({ holdId: formField(form, 'holdId') })
  if (!input.success) return refuse('not_found', 'There is no such hold in force.')
  return change('release hold', (viewer, { db, clock }) => releaseHold(db, viewer, input.data.holdId, clock()), 'Released. Retention goes on from here.')
}

const forgetSchema = z.object({ personId: z.uuid(), reason })

/** Deletes somebody's personal data for good. */
export async function forgetPersonAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = forgetSchema.safeParse({ personId: formField(form, 'personId'), reason: formField(form, 'reason') ?? '' })
  if (!input.success) return z.uuid().safeParse(formField(form, 'personId')).success ? tooLong : refuse('not_found', 'There is no such person.')
  return change('forget person', (viewer, { db, clock }) => forgetPerson(db, viewer, input.data.personId, input.data.reason, clock()), 'Forgotten. The record still verifies; the entries stay without the words.')
}
