import { refuse, type Result } from '#lib/config/result.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { gainsOf, type NamedPerson, rightWords } from './catalog-rights.ts'

export type ChangeVerdict = 'approve' | 'reject' | 'withdraw'
export type ChangeCode = 'not_found' | 'already_settled' | 'own_change' | 'not_own_change' | 'gains_by_it' | 'superseded' | 'conflict' | 'reason_missing'

export type ChangeFacts = {
  state: 'proposed' | 'applied' | 'rejected' | 'withdrawn' | 'superseded'
  /** Null for the file and the command line. */
  proposerId: string | null
  baseHash: string
  /** Digest of the entry as it stands. */
  currentHash: string
  /** Of an account both are null: nobody is named in one. */
  before: ProfileDefinition | null
  after: ProfileDefinition | null
  /** The versions that widenings of the last thirty days replaced. */
  recentBefores: readonly (ProfileDefinition | null)[]
  decider: NamedPerson & { isAdmin: boolean; /** Every identity of theirs, this one too. */ personIds: readonly string[] }
}

const shortestReason = 10
const longestReason = 1_000

/**
 * Whether somebody may approve, reject or withdraw a change that waits. Only an admin who is not the proposer under any
 * identity approves, and only one to whom the profile gives nothing that it did not give before this change and before
 * every widening of the last thirty days: so nobody raises themselves step by step. Pure.
 */
export function decideCatalogChange(facts: ChangeFacts, { verdict, reason }: { verdict: ChangeVerdict; reason: string }): Result<{ next: 'applied' | 'rejected' | 'withdrawn'; reason: string | null }, ChangeCode> {
  const { decider } = facts
  if (!decider.isAdmin) return refuse('not_found', 'There is no such change.')
  if (facts.state !== 'proposed') return refuse('already_settled', `This change is ${facts.state} already.`)
  const own = facts.proposerId !== null && decider.personIds.includes(facts.proposerId)
  const text = reason.trim()
  if (verdict === 'withdraw') return own ? { ok: true, next: 'withdrawn', reason: text || null } : refuse('not_own_change', 'Only who proposed a change withdraws it.', 'Reject it instead.')
  if (own) return refuse('own_change', 'Nobody decides their own change, under any identity.', 'Another admin has to look at it; you can withdraw it.')
  if (verdict === 'reject') {
    if (text.length < shortestReason || text.length > longestReason) return refuse('reason_missing', `Say in ${shortestReason} to ${longestReason.toLocaleString('en')} characters why.`, 'The proposer reads it.')
    return { ok: true, next: 'rejected', reason: text }
  }
  if (facts.baseHash !== facts.currentHash) return refuse('superseded', 'The entry was changed since this was proposed.', 'It has to be proposed again, for what stands now.')
  const gains = gainsOf(decider, [facts.before, ...facts.recentBefores], facts.after)
  if (gains.length > 0) {
    const what = gains.map((gain) => rightWords[gain]).join(' and ')
    return refuse('gains_by_it', `By this change, or by it with a widening of the last thirty days, you yourself could ${what}.`, 'An admin who gains nothing by it has to approve it.')
  }
  return { ok: true, next: 'applied', reason: text || null }
}
