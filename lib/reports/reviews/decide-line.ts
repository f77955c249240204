import { minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'

export type LineVerdict = 'keep' | 'remove'
export type LineCode = 'closed' | 'decided' | 'own_line' | 'not_reviewer' | 'reason_missing'
export type LineFacts = {
  reviewState: string
  line: { personId: string; reviewerId: string; decision: string | null; lastUsedAt: Date | null; findings: number }
  decider: { personId: string; samePersonIds: readonly string[]; admin: boolean }
}

/** Longer than this without use, keeping it needs a reason. */
export const unusedAfterDays = 90

/** Why keeping it needs words; undefined where it is used and nothing was found. */
export function whyReason({ lastUsedAt, findings }: LineFacts['line'], now: Date): string | undefined {
  if (findings > 0) return 'detection found something in its use'
  if (lastUsedAt === null) return 'it was never used'
  return now.getTime() - lastUsedAt.getTime() > minutes(unusedAfterDays * 24 * 60) ? `it was not used for ${unusedAfterDays} days` : undefined
}

/**
 * Whether somebody may say keep or remove for a line: its reviewer or an admin, never about themselves under any identity,
 * once, while the review is open. Removing always needs a reason, keeping where the use gives cause for one.
 */
export function decideLine({ reviewState, line, decider }: LineFacts, verdict: LineVerdict, reason: string, now: Date): Result<{ reason: string | null }, LineCode> {
  if (reviewState !== 'open') return refuse('closed', 'This review is closed.')
  if ([decider.personId, ...decider.samePersonIds].includes(line.personId)) return refuse('own_line', 'Nobody reviews their own access.', 'Another reviewer or an admin decides it.')
  if (line.reviewerId !== decider.personId && !decider.admin) return refuse('not_reviewer', 'This line is for another reviewer.')
  if (line.decision !== null) return refuse('decided', 'Somebody decided this line already.', 'Reload the page.')
  const text = reason.trim()
  if (text.length > 1_000) return refuse('reason_missing', 'Give a reason of at most 1,000 characters.')
  const cause = verdict === 'remove' ? 'access is taken away' : whyReason(line, now)
  if (cause && text.length < 3) return refuse('reason_missing', `Say why, because ${cause}.`, 'A few words are enough; they stay in the record.')
  return { ok: true, reason: text === '' ? null : text }
}
