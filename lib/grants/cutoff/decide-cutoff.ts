import type { Cutoff } from '#lib/aws/cutoff-policy.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { RoleCutoff } from '#lib/db/generated/client.ts'
import { keptUntil } from '../decide-revocation.ts'

/** No session of a role lives longer in AWS, whatever the role says now. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const longestSessionMs = minutes(12 * 60)

type Asked = { reason: string; shown: number; people: number; now: Date }

/**
 * Whether everybody in a role may be cut off, and from which second: the next whole one, because AWS counts the issue of
 * credentials in whole seconds. Refused without a reason, and when more people are hit than the operator was shown.
 */
export function decideCutoff({ reason, shown, people, now }: Asked): Result<Cutoff, 'reason_missing' | 'more_people'> {
  if (reason.length < 3) return refuse('reason_missing', 'Say why you cut off everybody in this role; it goes into the record.')
  if (people > shown) return refuse('more_people', `${people} people lose live credentials by now, not ${shown}.`, 'Load the page again, look at who they are, and decide again.')
  const cutAt = new Date((Math.floor(now.getTime() / 1_000) + 1) * 1_000)
  return { ok: true, cutAt, until: after(cutAt, longestSessionMs) }
}

/** What stands on the role for a cutoff: it stays a little longer than the credentials it is for. */
export const cutoffOf = ({ cutAt, until }: Pick<RoleCutoff, 'cutAt' | 'until'>): Cutoff => ({ cutAt, until: keptUntil({ until }) })
