'use server'
import { randomUUID } from 'node:crypto'
import { redirect, unstable_rethrow } from 'next/navigation'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { claimFirstAdmin } from '#lib/people/first-admin.ts'
import { formField } from '#app/_server/form-field.ts'
import { logError } from '#app/_server/log.ts'
import { firstAdminDeps, getServices } from '#app/_server/services.ts'
import { getViewer } from '#app/_server/viewer.ts'

const codeSchema = z.object({ code: z.string().min(1).max(500) })

/** Makes the viewer the first admin. For people without any role yet, so it does not go through `act`. */
export async function claimFirstAdminAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = codeSchema.safeParse({ code: formField(form, 'code') })
  if (!input.success) return refuse('invalid', 'Type the code.')
  try {
    const result = await getViewer({ fresh: true })
    if (!result.ok) return result
    const { clock } = await getServices()
    const claimed = await claimFirstAdmin(await firstAdminDeps(), result.viewer, input.data.code, clock())
    if (!claimed.ok) return claimed
  } catch (error) {
    unstable_rethrow(error)
    const reference = randomUUID().slice(0, 8)
    logError('first admin', error, reference)
    return refuse('unexpected', `Something went wrong on our side (reference ${reference}).`, 'Try again.')
  }
  redirect('/health')
}
