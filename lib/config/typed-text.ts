import { z } from 'zod'

/** Whether PostgreSQL can hold a text exactly as it is: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** A text with what PostgreSQL cannot hold taken out (NUL) or replaced (half a surrogate pair, by U+FFFD). For prose, never for names that decide something. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** Text that somebody typed, made storable; the ends are trimmed. */
export const typedText = z.string().transform((text) => storableText(text).trim())
