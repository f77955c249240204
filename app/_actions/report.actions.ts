'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { filterSchema } from '#lib/reports/filters.ts'
import { deleteView, saveView } from '#lib/reports/views/saved-views.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const viewSchema = z.object({ question: z.string().max(40), name: typedText.pipe(z.string().max(300)), shared: z.boolean(), query: z.string().max(2_000) })

/** Keeps a report with its filters under a name. */
export async function saveViewAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = viewSchema.safeParse({ question: formField(form, 'question'), name: formField(form, 'name') ?? '', shared: formField(form, 'shared') === 'on', query: formField(form, 'query') ?? '' })
  if (!input.success) return refuse('invalid', 'Give the view a name of at most 80 characters.')
  const { question, name, shared, query } = input.data
  return act('save view', { fresh: false, limit: 'decisions' }, async (viewer) => {
    const { db, clock } = await getServices()
    const filters = filterSchema.parse(Object.fromEntries(new URLSearchParams(query)))
    const result = await saveView(db, viewer, { question, name, filters, shared }, clock())
    if (!result.ok) return result
    revalidatePath('/reports', 'layout')
    return { ok: true as const, message: `Saved as "${name.trim()}". It is on the Reports page.` }
  })
}

const deleteSchema = z.object({ viewId: z.uuid() })

export async function deleteViewAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = deleteSchema.safeParse({ viewId: formField(form, 'viewId') })
  if (!input.success) return refuse('not_found', 'There is no such view of yours.')
  return act('delete view', { fresh: false, limit: 'decisions' }, async (viewer) => {
    const { db } = await getServices()
    const result = await deleteView(db, viewer, input.data.viewId)
    if (!result.ok) return result
    revalidatePath('/reports', 'layout')
    return { ok: true as const, message: 'Deleted.' }
  })
}
