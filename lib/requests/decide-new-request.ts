import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { z } from 'zod'
import { typedText } from '#lib/config/typed-text.ts'

/** What a person typed. Text is trimmed; numbers may come as text from a form. */
export const newRequestSchema = z.object({
  profileId: typedText.pipe(z.string().min(1).max(64)),
  durationMinutes: z.union([z.number(), typedText]),
  justification: typedText,
  ticketReference: typedText.optional(),
})
export type NewRequestInput = z.infer<typeof newRequestSchema>

export type FieldErrors = Partial<Record<'profileId' | 'durationMinutes' | 'justification' | 'ticketReference', string>>
export type NewRequestDecision =
  | { ok: true; durationMinutes: number; justification: string; ticketReference: string | null }
  | { ok: false; code: 'not_offered' | 'not_eligible' | 'invalid_input'; message: string; mend: string; fields: FieldErrors }

export const longestJustification = 2_000
export const longestTicketReference = 64

/** Length as a person counts it: an emoji is one character, whatever it is made of. */
export function countCharacters(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].length
}

/**
 * Whether somebody in `groups` may ask for `profile` with this input. Refusals say why and what would change them;
 * mistakes in fields are all told at once, each for its field.
 */
export function decideNewRequest(
  profile: { offered: boolean; definition: ProfileDefinition },
  groups: readonly string[],
  input: NewRequestInput,
): NewRequestDecision {
  const { definition } = profile
  const no = (code: 'not_offered' | 'not_eligible', message: string, mend: string): NewRequestDecision => ({ ok: false, code, message, mend, fields: {} })
  if (!profile.offered) return no('not_offered', `"${definition.title}" is no longer offered.`, 'Choose another profile from the catalogue.')
  if (!definition.request.groups.some((group) => groups.includes(group))) {
    const needed = definition.request.groups.join(' or ')
    return no('not_eligible', `"${definition.title}" is for members of ${needed}.`, `Ask for membership of ${needed} in your identity provider.`)
  }
  const durationMinutes = wholeNumber(input.durationMinutes)
  const fields: FieldErrors = {
    ...durationError(durationMinutes, definition),
    ...justificationError(input.justification, definition),
    ...ticketError(input.ticketReference ?? '', definition),
  }
  if (Object.keys(fields).length > 0 || durationMinutes === undefined) {
    return { ok: false, code: 'invalid_input', message: 'Some fields need another look.', mend: 'Correct the marked fields and send again.', fields }
  }
  const ticketReference = definition.request.ticket === 'none' ? null : input.ticketReference || null
  return { ok: true, durationMinutes, justification: input.justification, ticketReference }
}

function wholeNumber(value: number | string): number | undefined {
  const number = typeof value === 'number' ? value : /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

function durationError(minutes: number | undefined, { limits, title }: ProfileDefinition): FieldErrors {
  if (minutes === undefined) return { durationMinutes: 'Give the duration as a whole number of minutes.' }
  if (minutes < 1) return { durationMinutes: 'Give a duration of at least 1 minute.' }
  if (minutes > limits.maxDurationMinutes) return { durationMinutes: `"${title}" allows at most ${limits.maxDurationMinutes} minutes at a time.` }
  return {}
}

function justificationError(text: string, { request }: ProfileDefinition): FieldErrors {
  // Counting is slow on a quarter of a megabyte, and the answer is plain.
  if (text.length > 4 * longestJustification) return { justification: `Keep it within ${longestJustification} characters; there are far more.` }
  const length = countCharacters(text)
  if (length < request.justificationMinLength) {
    return { justification: `Say in at least ${request.justificationMinLength} characters what you need this for; there are ${length}.` }
  }
  if (length > longestJustification) {
    return { justification: `Keep it within ${longestJustification} characters; there are ${length}.` }
  }
  return {}
}

function ticketError(reference: string, { request }: ProfileDefinition): FieldErrors {
  if (request.ticket === 'none') return {}
  if (reference === '') return request.ticket === 'required' ? { ticketReference: 'This profile wants a ticket reference, such as OPS-123.' } : {}
  if (reference.length > longestTicketReference) return { ticketReference: `Keep the reference within ${longestTicketReference} characters.` }
  return /^[\p{L}\p{N}][\p{L}\p{N}#/_.:-]*$/u.test(reference) ? {} : { ticketReference: 'Use letters, digits and # / _ . : - only, such as OPS-123.' }
}
