'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { storableTime } from '#lib/config/typed-text.ts'
import { markRead } from '#lib/notify/mark-read.ts'
import { preferenceSchema } from '#lib/notify/preference.ts'
import { savePreference } from '#lib/notify/save-preference.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const oneSchema = z.uuid()
const textSchema = z.string().catch('')

/** Marks one of the viewer's own notifications read, or all up to the newest that they saw. */
export async function markReadAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const one = oneSchema.safeParse(formField(form, 'notificationId'))
  const upTo = storableTime(textSchema.parse(formField(form, 'upTo')))
  const which = one.success ? { id: one.data } : upTo ? { upTo } : undefined
  if (!which) return refuse('invalid', 'There is no such notification.', 'Load the page again.')
  return act('mark notifications', { fresh: false }, async (viewer) => {
    const { db, clock } = await getServices()
    await markRead(db, viewer, which, clock())
    revalidatePath('/', 'layout')
    return { ok: true as const, message: one.success ? 'Marked as read.' : 'All marked as read.' }
  })
}

const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/).transform((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
const bothSchema = z.object({ from: timeSchema, to: timeSchema }).nullable()

/** Keeps how the viewer wants to be told. */
export async function savePreferenceAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const field = (name: string): string => textSchema.parse(formField(form, name))
  const [from, to] = [field('quietFrom'), field('quietTo')]
  const quiet = bothSchema.safeParse(from === '' && to === '' ? null : { from, to })
  if (!quiet.success) return refuse('invalid', 'Quiet hours need a beginning and an end.', 'Fill in both times, or neither.')
  const chosen = { approvals: field('approvals'), access: field('access'), findings: field('findings'), digestEvery: field('digestEvery'), zone: field('zone') }
  const input = preferenceSchema.safeParse({ ...chosen, mail: field('mail') === 'on', quiet: quiet.data })
  if (!input.success) return refuse('invalid', 'These preferences cannot be kept.', 'Load the page again and choose from the lists.')
  return act('save notification preference', { fresh: false }, async (viewer) => {
    const { db, clock } = await getServices()
    await savePreference(db, viewer, input.data, clock())
    revalidatePath('/notifications/preferences')
    return { ok: true as const, message: 'Saved. It counts from now on.' }
  })
}
