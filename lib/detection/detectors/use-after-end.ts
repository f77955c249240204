import { calls, type Detector, type DetectorEvent, type GrantFacts, stamp, tally } from '../detector.ts'
import type { Severity } from '../severity.ts'

/**
 * Calls of a grant's sessions after its end. Denied ones mean that somebody still tries; ones that succeeded before the
 * credentials were dead are what an early end leaves open; ones that succeeded afterwards should be impossible.
 */
export const useAfterEnd: Detector = {
  id: 'use-after-end',
  name: 'Use after the end',
  detect: ({ events, grant }) => {
    const end = firstSecondAfter(grant)
    const late = end ? events.filter((event) => event.eventTime >= end) : []
    const [first] = late
    if (!first || !grant.endsAt) return []
    const succeeded = late.filter(worked)
    const severity = severityOf(succeeded, grant)
    const done = succeeded.length > 0 ? `${calls(succeeded.length)} succeeded` : 'all of them were refused'
    return [
      {
        subject: '',
        severity,
        title: succeeded.length > 0 ? 'Credentials worked after the grant ended' : 'Credentials were tried after the grant ended',
        summary: `${grant.person}'s session in ${grant.account} made ${calls(late.length)} after the grant ${howEnded(grant)} at ${stamp(grant.endsAt)}, the first at ${stamp(first.eventTime)}: ${tally(late.map((event) => event.eventName))}; ${done}.`,
        events: late,
        items: [
          { label: 'Ended', value: stamp(grant.endsAt) },
          { label: 'Credentials dead', value: grant.credentialsDeadAt ? stamp(grant.credentialsDeadAt) : 'not known' },
          { label: 'Succeeded', value: String(succeeded.length) },
          { label: 'Refused', value: String(late.length - succeeded.length) },
        ],
      },
    ]
  },
}

/**
 * CloudTrail's times are whole seconds, rounded down. At expiry the session's own policy denies from the start of that
 * second (its time is rounded down as well), so the whole second counts. Someone who ends it early may have worked a
 * moment before in that same second, so there only the next one does.
 */
function firstSecondAfter({ endsAt, endReason }: GrantFacts): Date | undefined {
  if (!endsAt) return undefined
  return endReason === null || endReason === 'expired' ? new Date(Math.floor(endsAt.getTime() / 1_000) * 1_000) : endsAt
}

/** GetCallerIdentity succeeds even under an explicit deny, so it proves nothing. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const worked = (event: DetectorEvent): boolean => event.errorCode === null && event.eventName !== 'GetCallerIdentity'

function severityOf(succeeded: readonly DetectorEvent[], { credentialsDeadAt, endsAt }: GrantFacts): Severity {
  const dead = credentialsDeadAt ?? endsAt
  if (succeeded.some((event) => dead && event.eventTime >= dead)) return 'critical'
  return succeeded.length > 0 ? 'high' : 'medium'
}

function howEnded({ endReason }: GrantFacts): string {
  switch (endReason) {
    case 'revoked':
      return 'was revoked'
    case 'relinquished':
      return 'was given back'
    default:
      return 'ended'
  }
}

