import { eligibleGroups } from '#lib/catalog/eligibility.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { z } from 'zod'
import { minutes } from '#lib/config/clock.ts'
import { typedText } from '#lib/config/typed-text.ts'

/** What a person typed. Text is trimmed; numbers may come as text from a form. */
export const newRequestSchema = z.object({
  profileId: typedText.pipe(z.string().min(1).max(64)),
  durationMinutes: z.union([z.number(), typedText]),
  justification: typedText,
  ticketReference: typedText.optional(),
  /** When access is to begin; as soon as possible when empty. */
  startsAt: z.date().optional(),
  /** Asks for access at once, with the incident it is for, and a review afterwards. */
  incidentReference: typedText.optional(),
  /** Keeps to what the person used last time, which the portal knows from the record. */
  onlyUsed: z.boolean().optional(),
})
export type NewRequestInput = z.infer<typeof newRequestSchema>

export type FieldErrors = Partial<Record<'profileId' | 'durationMinutes' | 'justification' | 'ticketReference' | 'startsAt' | 'incidentReference', string>>
export type NewRequestCode = 'not_offered' | 'not_eligible' | 'no_emergency' | 'invalid_input'
export type NewRequestDecision =
  | { ok: true; durationMinutes: number; justification: string; ticketReference: string | null; startsAt: Date | null; incidentReference: string | null }
  | { ok: false; code: NewRequestCode; message: string; mend: string; fields: FieldErrors }

export const longestJustification = 2_000
export const longestTicketReference = 64

/** Length as a person counts it: an emoji is one character, whatever it is made of. */
export function countCharacters(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].length
}

/** Starts further away are planned again nearer to the time. */
export const furthestStartDays = 30

/**
 * Whether somebody in `groups` may ask for `profile` with this input at `now`. Refusals say why and what would change
 * them; mistakes in fields are all told at once, each for its field. In an emergency the profile's emergency groups and
 * limits count instead of the everyday ones.
 */
export function decideNewRequest(profile: { offered: boolean; /** An access review took it from who asks. */ excluded: boolean; definition: ProfileDefinition }, groups: readonly string[], input: NewRequestInput, now: Date): NewRequestDecision {
  const { definition } = profile
  const no = (code: Exclude<NewRequestCode, 'invalid_input'>, message: string, mend: string): NewRequestDecision => ({ ok: false, code, message, mend, fields: {} })
  if (!profile.offered) return no('not_offered', `"${definition.title}" is no longer offered.`, 'Choose another profile from the catalogue.')
  if (profile.excluded) return no('not_eligible', `An access review took "${definition.title}" away from you.`, 'Ask an admin; the record says who decided, and why.')
  const emergency = input.incidentReference !== undefined
  if (emergency && !definition.breakGlass) return no('no_emergency', `"${definition.title}" has no emergency access.`, 'Ask for it in the usual way.')
  const needed = eligibleGroups(definition, emergency)
  if (!needed.some((group) => groups.includes(group))) {
    const who = needed.join(' or ')
    return no('not_eligible', emergency ? `Emergency access to "${definition.title}" is for members of ${who}.` : `"${definition.title}" is for members of ${who}.`, `Ask for membership of ${who} in your identity provider.`)
  }
  const durationMinutes = wholeNumber(input.durationMinutes)
  const most = emergency ? Math.min(definition.limits.maxDurationMinutes, definition.breakGlass?.maxDurationMinutes ?? 0) : definition.limits.maxDurationMinutes
  const fields: FieldErrors = {
    ...durationError(durationMinutes, most, definition.title),
    ...justificationError(input.justification, definition),
    ...ticketError(input.ticketReference ?? '', definition),
    ...startError(input.startsAt, emergency, now),
    ...incidentError(input.incidentReference),
  }
  if (Object.keys(fields).length > 0 || durationMinutes === undefined) {
    return { ok: false, code: 'invalid_input', message: 'Some fields need another look.', mend: 'Correct the marked fields and send again.', fields }
  }
  const ticketReference = definition.request.ticket === 'none' ? null : input.ticketReference || null
  return { ok: true, durationMinutes, justification: input.justification, ticketReference, startsAt: input.startsAt ?? null, incidentReference: input.incidentReference ?? null }
}

function startError(startsAt: Date | undefined, emergency: boolean, now: Date): FieldErrors {
  if (!startsAt) return {}
  if (emergency) return { startsAt: 'Emergency access starts at once; leave the start empty.' }
  // A form that was open for a minute still means now.
  if (startsAt.getTime() < now.getTime() - minutes(2)) return { startsAt: 'This start has passed. Leave it empty to start as soon as it is approved.' }
  return startsAt.getTime() > now.getTime() + minutes(furthestStartDays * 24 * 60) ? { startsAt: `Choose a start within ${furthestStartDays} days.` } : {}
}

function incidentError(reference: string | undefined): FieldErrors {
  if (reference === undefined) return {}
  if (reference === '') return { incidentReference: 'Name the incident, such as INC-123: the review afterwards asks for it.' }
  if (reference.length > longestTicketReference) return { incidentReference: `Keep the reference within ${longestTicketReference} characters.` }
  return referencePattern.test(reference) ? {} : { incidentReference: 'Use letters, digits and # / _ . : - only, such as INC-123.' }
}

const referencePattern = /^[\p{L}\p{N}][\p{L}\p{N}#/_.:-]*$/u

function wholeNumber(value: number | string): number | undefined {
  const number = typeof value === 'number' ? value : /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

function durationError(asked: number | undefined, most: number, title: string): FieldErrors {
  if (asked === undefined) return { durationMinutes: 'Give the duration as a whole number of minutes.' }
  if (asked < 1) return { durationMinutes: 'Give a duration of at least 1 minute.' }
  if (asked > most) return { durationMinutes: `"${title}" allows at most ${most} minutes at a time.` }
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
  return referencePattern.test(reference) ? {} : { ticketReference: 'Use letters, digits and # / _ . : - only, such as OPS-123.' }
}
