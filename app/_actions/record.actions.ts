'use server'
import { revalidatePath } from 'next/cache'
import type { ActionState } from '#components/models.ts'
import { wantVerification } from '#lib/reports/record/verify-on-demand.ts'
import { act } from '#app/_server/act.ts'
import { getServices } from '#app/_server/services.ts'

/** Has the whole record verified. */
export async function verifyRecordAction(_previous: ActionState, _form: FormData): Promise<ActionState> {
  return act('verify record', { fresh: false }, async (viewer) => {
    const { db, queue, clock } = await getServices()
    const result = await wantVerification({ db, queue }, viewer, clock())
    if (!result.ok) return result
    revalidatePath('/record')
    return { ok: true as const, message: result.began ? 'Verifying. The page says what came of it.' : 'A verification runs already. The page says what came of it.' }
  })
}
