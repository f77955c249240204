'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { switchRule } from '#lib/detection/rulebook/switch-rule.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const switchSchema = z.object({ ruleId: z.string().min(1).max(300), to: z.enum(['on', 'off']) })

/** Switches a detection rule on or off. */
export async function switchRuleAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = switchSchema.safeParse({ ruleId: formField(form, 'ruleId'), to: formField(form, 'to') })
  if (!input.success) return refuse('not_found', 'There is no such rule.')
  const { ruleId, to } = input.data
  return act('switch rule', { fresh: true }, async (viewer) => {
    const { db, clock, eventWatch, config } = await getServices()
    const result = await switchRule({ db, clock, shelf: eventWatch.shelf, lists: config.detection.lists }, viewer, ruleId, to === 'on')
    if (!result.ok) return result
    revalidatePath('/findings/rules', 'layout')
    return { ok: true as const, message: to === 'on' ? `${result.title} watches from now on.` : `${result.title} watches no more. The record says who switched it off.` }
  })
}
