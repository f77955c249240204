import { z } from 'zod'

/** Text that somebody typed. NUL, which no keyboard sends and PostgreSQL cannot store, is taken out; the ends are trimmed. */
export const typedText = z.string().transform((text) => text.replaceAll('\0', '').trim())
