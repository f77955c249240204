'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { closeReview } from '#lib/reports/reviews/close-review.ts'
import { openReview } from '#lib/reports/reviews/open-review.ts'
import { reassignLines } from '#lib/reports/reviews/reassign-lines.ts'
import { reviewSubjects } from '#lib/reports/reviews/review-scope.ts'
import { mostAtOnce, settleLines } from '#lib/reports/reviews/settle-lines.ts'
import { giveBack } from '#lib/reports/reviews/take-away.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

type Services = Awaited<ReturnType<typeof getServices>>
const noReview = refuse('not_found', 'There is no such open review.')

async function change(place: string, verb: (viewer: Viewer, services: Services) => Promise<{ ok: true; message: string } | Refusal>): Promise<ActionState> {
  return act(place, { fresh: true, limit: 'decisions' }, async (viewer) => {
    const result = await verb(viewer, await getServices())
    if (result.ok) revalidatePath('/reviews', 'layout')
    return result
  })
}

const nameField = typedText.pipe(z.string().max(200))
const maybePerson = z.union([z.uuid(), z.literal('').transform(() => null)])
const openSchema = z.object({ title: typedText.pipe(z.string().max(300)), about: z.enum(reviewSubjects), riskTier: z.enum(['', 'low', 'medium', 'high']), profileId: nameField, accountId: nameField, group: nameField, personId: maybePerson, days: z.coerce.number().int(), reviewerId: maybePerson })
const openFields = ['title', 'about', 'riskTier', 'profileId', 'accountId', 'group', 'personId', 'days', 'reviewerId']

export async function openReviewAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = openSchema.safeParse(Object.fromEntries(openFields.map((name) => [name, formField(form, name) ?? ''])))
  if (!input.success) return refuse('invalid_input', 'Give the review a title, and a whole number of days.')
  return change('open review', async (viewer, { db, clock, config }) => {
    const result = await openReview({ db, firstIssuer: config.oidc[0]?.issuer ?? '' }, viewer, input.data, clock())
    return result.ok ? { ok: true, message: `Opened with ${result.lines === 1 ? 'one line' : `${result.lines.toLocaleString('en')} lines`}. Its reviewers are told.` } : result
  })
}

const settleSchema = z.object({ lineIds: z.array(z.uuid()).min(1).max(mostAtOnce), verdict: z.enum(['keep', 'remove']), reason: z.string().max(1_000) })

/** Says keep or remove for the lines that were chosen. */
export async function settleLinesAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const chosen = form instanceof FormData ? form.getAll('line') : []
  const input = settleSchema.safeParse({ lineIds: chosen, verdict: formField(form, 'verdict'), reason: formField(form, 'reason') ?? '' })
  if (!input.success) return refuse('not_found', 'Choose at least one line, at most 200, and say keep or remove.')
  return change('settle review lines', async (viewer, { db, clock }) => {
    const result = await settleLines(db, viewer, input.data, clock())
    if (!result.ok) return result
    const left = result.left.map(({ message, count }) => ` ${count} left as ${count === 1 ? 'it is' : 'they are'}: ${message}`).join('')
    return { ok: true, message: `${result.settled} ${input.data.verdict === 'keep' ? 'kept' : 'removed'}.${left}` }
  })
}

const reassignSchema = z.object({ reviewId: z.uuid(), lineIds: z.array(z.uuid()).min(1).max(mostAtOnce), reviewerId: z.uuid() })

/** Gives the lines that were chosen to another reviewer. */
export async function reassignLinesAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const chosen = form instanceof FormData ? form.getAll('line') : []
  const input = reassignSchema.safeParse({ reviewId: formField(form, 'reviewId'), lineIds: chosen, reviewerId: formField(form, 'reviewerId') })
  if (!input.success) return refuse('not_found', 'Choose at least one line, and a reviewer from the list.')
  return change('reassign review lines', async (viewer, { db, clock }) => {
    const result = await reassignLines(db, viewer, input.data, clock())
    if (!result.ok) return result
    return { ok: true, message: `${result.moved === 1 ? 'One line' : `${result.moved} lines`} given to them.${result.left > 0 ? ` ${result.left} left: nobody reviews their own access, and what is decided stays.` : ''}` }
  })
}

const closeSchema = z.object({ reviewId: z.uuid(), to: z.enum(['signed', 'cancelled']) })

export async function closeReviewAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = closeSchema.safeParse({ reviewId: formField(form, 'reviewId'), to: formField(form, 'to') })
  if (!input.success) return noReview
  return change('close review', async (viewer, { db, clock }) => {
    const result = await closeReview(db, viewer, input.data.reviewId, input.data.to, clock())
    return result.ok ? { ok: true, message: input.data.to === 'signed' ? `Signed off: ${result.kept} kept, ${result.removed} removed.` : 'Cancelled. What was removed stays removed.' } : result
  })
}

const giveBackSchema = z.object({ right: z.enum(['access', 'approvers']), personId: z.uuid(), profileId: z.string().min(1).max(200) })

export async function giveBackAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = giveBackSchema.safeParse({ right: formField(form, 'right'), personId: formField(form, 'personId'), profileId: formField(form, 'profileId') })
  if (!input.success) return refuse('not_found', 'No review took this from them.')
  return change('give back', async (viewer, { db, clock }) => {
    const result = await giveBack(db, viewer, input.data, clock())
    return result.ok ? { ok: true, message: `Given back. They may ${input.data.right === 'access' ? 'ask' : 'decide'} again while their groups allow it.` } : result
  })
}
