import { z } from 'zod'

/** Whether PostgreSQL can hold a text exactly as it is: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** A text with what PostgreSQL cannot hold taken out (NUL) or replaced (half a surrogate pair, by U+FFFD). For prose, never for names that decide something. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** Text that somebody typed, made storable; the ends are trimmed. */
export const typedText = z.string().transform((text) => storableText(text).trim())

const [firstTime, lastTime] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')]

/** The time that a text says, when PostgreSQL can hold it and a calendar of four digits has it; undefined for anything else. */
export function storableTime(text: string): Date | undefined {
  const time = new Date(text)
  return time.getTime() >= firstTime && time.getTime() <= lastTime ? time : undefined
}
