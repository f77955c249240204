'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { DraftAnswer, DraftQuestion } from '#components/catalogue/catalogue-models.ts'
import type { ActionState } from '#components/models.ts'
import { getCatalogEntry, surroundingsOf } from '#lib/catalog/admin.queries.ts'
import { changeProfile } from '#lib/catalog/change-profile.ts'
import { describeProblem, parseProfile } from '#lib/catalog/parse-catalog.ts'
import { settleChange } from '#lib/catalog/settle-change.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { act } from '#app/_server/act.ts'
import { approving } from '#app/_server/approving.ts'
import { checkDraft } from '#app/_server/draft-view.ts'
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

const draftSchema = z.object({ profileId: slug.nullable(), draft: z.union([z.strictObject({ yaml: z.string().max(60_000) }), z.strictObject({ json: z.string().max(60_000) })]) })
const saveSchema = z.object({ profileId: slug, baseHash: digest, yaml: z.string().max(60_000), reason: typedText.pipe(z.string().max(1_000)) })

/** What a draft of a profile says, where it is mistaken, and what it would change. Writes nothing. */
export async function checkDraftAction(question: DraftQuestion): Promise<DraftAnswer | { ok: false; code: string; message: string }> {
  const input = draftSchema.safeParse(question)
  if (!input.success) return refuse('invalid', 'This draft cannot be read.')
  return act<DraftAnswer | Refusal>('check draft', { fresh: false }, async (viewer) => (hasRole(viewer, 'admin') ? checkDraft(viewer, input.data) : refuse('not_allowed', 'Only admins change the catalogue.')))
}

/** Saves a draft: at once where nothing widens, else as a proposal. Leads on to where it can be seen. */
export async function saveProfileAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = saveSchema.safeParse({ profileId: formField(form, 'profileId'), baseHash: formField(form, 'baseHash'), yaml: formField(form, 'yaml'), reason: formField(form, 'reason') })
  if (!input.success) return refuse('invalid', 'Give a reason of at most 1,000 characters, and mend what is marked.')
  return act('save profile', { fresh: true }, async (viewer) => {
    const { db, clock } = await getServices()
    if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins change the catalogue.')
    const { baseHash, profileId, reason } = input.data
    const parsed = parseProfile(input.data.yaml, await surroundingsOf(db, viewer))
    if (!parsed.ok) return refuse('invalid', parsed.problems.map(describeProblem).join('; '), 'Mend it and review again.')
    if (profileId !== '' && parsed.profile.id !== profileId) return refuse('invalid', `The id stays ${profileId}: requests point to it.`)
    const result = await changeProfile(db, viewer, { profileId: parsed.profile.id, baseHash, definition: parsed.profile, reason }, clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    redirect((result.applied ? `/catalogue/${parsed.profile.id}` : '/catalogue/changes') as never)
  })
}
