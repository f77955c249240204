import { after, minutes, seconds } from '#lib/config/clock.ts'
import type { Revocation } from '#lib/db/generated/client.ts'

/** AWS's clock and the portal's differ by seconds: a denial stays this much longer than the credentials it is for. */
const graceMs = minutes(1)
/** What IAM usually needs to spread a policy. Later it is said that nobody has seen it work. */
export const spreadsWithinMs = seconds(90)
const firstPauseMs = seconds(2)
const longestPauseMs = minutes(5)

type Facts = Pick<Revocation, 'state' | 'until' | 'writtenAt' | 'closedAt'>
export type RevocationStep = 'nothing' | 'write' | 'confirm' | 'prune'

/** Until when the denial is kept in AWS: a whole second, as its name there says. */
export const keptUntil = ({ until }: Pick<Facts, 'until'>): Date => new Date(Math.ceil(after(until, graceMs).getTime() / 1_000) * 1_000)

/**
 * What is to be done for a revocation now. Nothing is given up before the last credentials have died by themselves; from
 * then on there is nothing to deny, and only what was written is taken away.
 */
export function decideRevocation(facts: Facts, now: Date): RevocationStep {
  if (facts.closedAt) return 'nothing'
  if (now >= keptUntil(facts)) return 'prune'
  if (now >= facts.until) return 'nothing'
  switch (facts.state) {
    case 'wanted':
    case 'failed':
      return 'write'
    case 'written':
    case 'unconfirmed':
      return 'confirm'
    case 'confirmed':
      return 'nothing'
  }
}

/**
 * When to look again after so many tries of a step: soon, then ever more rarely; in any case when IAM's usual time is
 * over, and when the denial is no longer needed.
 */
export function nextAttempt(facts: Facts, attempts: number, now: Date): Date {
  const overdue = facts.writtenAt ? after(facts.writtenAt, spreadsWithinMs) : undefined
  const paused = after(now, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 10)))
  const due = [paused, facts.until > now ? facts.until : keptUntil(facts), ...(overdue && overdue > now ? [overdue] : [])]
  return due.reduce((first, at) => (at < first ? at : first))
}
