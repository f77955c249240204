import { z } from 'zod'
import type { NotificationPreference } from '#lib/db/generated/client.ts'

export const choices = ['at_once', 'digest', 'off'] as const
export const digestPeriods = ['hour', 'day'] as const

/** Whether the platform knows an IANA time zone of this name. */
function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const minuteOfDay = z.number().int().min(0).max(24 * 60 - 1)

/** How somebody wants to be told. `quiet` is in minutes after midnight in `zone`, and may go over midnight. */
export const preferenceSchema = z.object({
  mail: z.boolean(),
  approvals: z.enum(choices),
  access: z.enum(choices),
  findings: z.enum(choices),
  digestEvery: z.enum(digestPeriods),
  quiet: z.object({ from: minuteOfDay, to: minuteOfDay }).nullable(),
  zone: z.string().max(64).refine(isZone, 'This is not a time zone. Choose one such as Europe/Berlin.'),
})
export type Preference = z.infer<typeof preferenceSchema>

/** For who never said anything. */
const standardPreference: Preference = { mail: true, approvals: 'at_once', access: 'at_once', findings: 'at_once', digestEvery: 'day', quiet: null, zone: 'UTC' }

/** A stored preference. What this version cannot read counts as never said. */
export function readPreference(row: Omit<NotificationPreference, 'personId' | 'updatedAt'> | null): Preference {
  if (!row) return standardPreference
  const quiet = row.quietFrom === null || row.quietTo === null ? null : { from: row.quietFrom, to: row.quietTo }
  return preferenceSchema.catch(standardPreference).parse({ ...row, quiet })
}
