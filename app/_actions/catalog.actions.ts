'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { getCatalogEntry } from '#lib/catalog/admin.queries.ts'
import { changeProfile } from '#lib/catalog/change-profile.ts'
import { settleChange } from '#lib/catalog/settle-change.ts'
import { refuse } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { act } from '#app/_server/act.ts'
import { approving } from '#app/_server/approving.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const slug = z.string().max(63)
const settleSchema = z.object({ changeId: z.uuid(), verdict: z.enum(['approve', 'reject', 'withdraw']), reason: typedText.pipe(z.string().max(1_000)) })
const offerSchema = z.object({ profileId: slug, baseHash: digest, offered: z.enum(['yes', 'no']) })

const settled = { applied: 'Approved. The catalogue says it from now on.', rejected: 'Rejected. The proposer sees your reason.', withdrawn: 'Withdrawn.' } as const

/** Approves, rejects or withdraws a change of the catalogue that waits. */
export async function settleChangeAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = settleSchema.safeParse({ changeId: formField(form, 'changeId'), verdict: formField(form, 'verdict'), reason: formField(form, 'reason') ?? '' })
  if (!input.success) return refuse('not_found', 'There is no such change.')
  return act('settle change', { fresh: true }, async (viewer) => {
    const services = await getServices()
    const result = await settleChange(approving(services), viewer, input.data.changeId, input.data, services.clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message: settled[result.next as keyof typeof settled] }
  })
}

/** Withdraws a profile from the catalogue, or proposes to offer it again as it was. */
export async function offerProfileAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = offerSchema.safeParse({ profileId: formField(form, 'profileId'), baseHash: formField(form, 'baseHash'), offered: formField(form, 'offered') })
  if (!input.success) return refuse('not_found', 'There is no such profile.')
  return act('offer profile', { fresh: true }, async (viewer) => {
    const { db, clock } = await getServices()
    const entry = await getCatalogEntry(db, viewer, input.data.profileId)
    if (!entry) return refuse('not_found', 'There is no such profile.')
    const definition = input.data.offered === 'yes' ? { ...entry.profile.definition, account: entry.profile.account.name } : null
    const result = await changeProfile(db, viewer, { ...input.data, definition, reason: '' }, clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message: result.applied ? 'Withdrawn. Nobody can ask for it any more.' : `Proposed as ${result.code}. Another admin has to agree.` }
  })
}
