import { refuse, type Result } from '#lib/config/result.ts'

export type ForgettingCode = 'not_allowed' | 'not_found' | 'own_person' | 'reason_missing' | 'not_switched_off' | 'access_left' | 'held' | 'forgotten'
export type ForgettingFacts = {
  /** Whether who asks is an admin. */
  admin: boolean
  person: { name: string; own: boolean; switchedOff: boolean; forgotten: boolean } | null
  /** Grants that are not over and requests that wait. */
  accessLeft: number
  held: boolean
  reason: string
}

/** Whether somebody's personal data may be deleted for good: nothing of theirs runs, nobody needs it, and never one's own. */
export function decideForgetting({ admin, person, accessLeft, held, reason }: ForgettingFacts): Result<{ reason: string }, ForgettingCode> {
  if (!admin) return refuse('not_allowed', 'Only admins have people forgotten.')
  if (!person) return refuse('not_found', 'There is no such person.')
  if (person.own) return refuse('own_person', 'Nobody has themselves forgotten.', 'Ask another admin to do it.')
  if (person.forgotten) return refuse('forgotten', 'This person is forgotten already.')
  if (!person.switchedOff) return refuse('not_switched_off', `${person.name} can still sign in.`, 'Switch them off first.')
  if (accessLeft > 0) return refuse('access_left', `${person.name} has access or requests that are not over.`, 'Wait until they have ended.')
  if (held) return refuse('held', 'A legal hold keeps their data.', 'It can be forgotten when the hold is released.')
  const text = reason.trim()
  if (text.length < 3 || text.length > 1_000) return refuse('reason_missing', 'Say why, in 3 to 1,000 characters; it stays in the record.')
  return { ok: true, reason: text }
}
