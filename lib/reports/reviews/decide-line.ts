import { minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { ReviewSubject } from './review-scope.ts'

export type LineVerdict = 'keep' | 'remove'
export type LineCode = 'closed' | 'decided' | 'own_line' | 'not_reviewer' | 'reason_missing'
export type LineFacts = {
  review: { state: string; about: ReviewSubject }
  line: { personId: string | null; reviewerId: string; decision: string | null; lastUsedAt: Date | null; findings: number }
  decider: { personId: string; samePersonIds: readonly string[]; admin: boolean }
}

/** Longer than this without use, keeping it needs a reason. */
export const unusedAfterDays = 90

/** Why keeping it needs words; undefined where it is used and nothing was found. */
export function whyReason(about: ReviewSubject, { lastUsedAt, findings }: Pick<LineFacts['line'], 'lastUsedAt' | 'findings'>, now: Date): string | undefined {
  if (about === 'standing') return 'nobody approved it here'
  const deciding = about === 'approvers'
  if (findings > 0) return deciding ? 'detection found something in what they approved' : 'detection found something in its use'
  if (lastUsedAt === null) return deciding ? 'they never decided anything about it' : 'it was never used'
  const unused = now.getTime() - lastUsedAt.getTime() > minutes(unusedAfterDays * 24 * 60)
  return unused ? (deciding ? `they decided nothing about it for ${unusedAfterDays} days` : `it was not used for ${unusedAfterDays} days`) : undefined
}

type Standing = Pick<LineFacts, 'review' | 'line' | 'decider'>

/** Why somebody may not touch a line: only its reviewer or an admin, never about themselves under any identity, once, while the review is open. */
export function whyNotTouch({ review, line, decider }: Standing): ReturnType<typeof refuse<LineCode>> | undefined {
  if (review.state !== 'open') return refuse('closed', 'This review is closed.')
  if (line.personId !== null && [decider.personId, ...decider.samePersonIds].includes(line.personId)) return refuse('own_line', 'Nobody reviews their own access.', 'Another reviewer or an admin decides it.')
  if (line.reviewerId !== decider.personId && !decider.admin) return refuse('not_reviewer', 'This line is for another reviewer.')
  if (line.decision !== null) return refuse('decided', 'Somebody decided this line already.', 'Reload the page.')
  return undefined
}

/** Whether somebody may say keep or remove for a line. Removing always needs a reason, keeping where the use gives cause for one. */
export function decideLine(facts: LineFacts, verdict: LineVerdict, reason: string, now: Date): Result<{ reason: string | null }, LineCode> {
  const barred = whyNotTouch(facts)
  if (barred) return barred
  const text = reason.trim()
  if (text.length > 1_000) return refuse('reason_missing', 'Give a reason of at most 1,000 characters.')
  const cause = verdict === 'remove' ? 'access is taken away' : whyReason(facts.review.about, facts.line, now)
  if (cause && text.length < 3) return refuse('reason_missing', `Say why, because ${cause}.`, 'A few words are enough; they stay in the record.')
  return { ok: true, reason: text === '' ? null : text }
}
