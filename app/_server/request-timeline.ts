import type { TimelineEntry } from '#components/models.ts'
import type { WholeRequest } from '#lib/requests/requests.queries.ts'
import { policyOf, waitingSentence } from './policy-words.ts'
import { iso } from './view-models.ts'

/** What happened to a request and its grant, in the order it happened, and what is waited for. */
export function requestTimeline(request: WholeRequest): TimelineEntry[] {
  const { grant } = request
  const entries: TimelineEntry[] = [
    { id: 'asked', kind: 'asked', title: 'Asked', at: request.createdAt.toISOString(), by: request.person.displayName, quote: request.justification },
    ...request.decisions.map((decision) => ({
      id: decision.id,
      kind: decision.verdict === 'approve' ? ('approved' as const) : ('denied' as const),
      title: decision.verdict === 'approve' ? 'Approved' : 'Denied',
      at: decision.decidedAt.toISOString(),
      by: decision.person.displayName,
      detail: rightOf(decision),
      ...(decision.reason ? { quote: decision.reason } : {}),
    })),
    ...settled(request),
    ...(request.decisions.length === 0 && request.state === 'approved' ? [{ id: 'rule', kind: 'approved' as const, title: 'Approved by rule', at: iso(request.settledAt), detail: policyOf(request).rule }] : []),
    ...(grant ? grantEntries(grant) : []),
  ]
  return entries
}

function rightOf({ entitledBy, onBehalfOf }: WholeRequest['decisions'][number]): string {
  const right = entitledBy === 'named' ? 'Named by the policy' : `As a member of ${entitledBy}`
  return onBehalfOf ? `${right}, for ${onBehalfOf.displayName}` : right
}

function settled(request: WholeRequest): TimelineEntry[] {
  switch (request.state) {
    case 'pending':
      return [{ id: 'waiting', kind: 'waiting', title: waitingSentence(request), at: null, detail: `${escalationSentence(request)}Lapses ${minuteOf(request.lapsesAt)}` }]
    case 'cancelled':
      return [{ id: 'cancelled', kind: 'ended', title: 'Cancelled', at: iso(request.settledAt), by: request.person.displayName }]
    case 'lapsed':
      return [{ id: 'lapsed', kind: 'ended', title: 'Lapsed: nobody decided in time', at: iso(request.settledAt) }]
    default:
      return []
  }
}

const minuteOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Who is asked as well, and since or from when. */
function escalationSentence(request: WholeRequest): string {
  const escalation = policyOf(request).steps[request.stepIndex]?.escalation
  if (!escalation) return ''
  const groups = escalation.groups.join(' or ')
  return request.escalatesAt ? `Asks ${groups} as well from ${minuteOf(request.escalatesAt)}. ` : `Nobody decided in time, so ${groups} was asked as well. `
}

function grantEntries(grant: NonNullable<WholeRequest['grant']>): TimelineEntry[] {
  const leases = grant.leases.map((lease) => ({
    id: lease.id,
    kind: 'lease' as const,
    title: leaseTitles[lease.state],
    at: lease.requestedAt.toISOString(),
    detail: lease.accessKeyId ? `${lease.purpose === 'console' ? 'Console' : 'Keys'} ${lease.accessKeyId}` : (lease.errorCode ?? undefined),
  }))
  const findings = grant.findings.map((finding) => ({ id: finding.id, kind: 'finding' as const, title: finding.title, at: finding.firstEventAt.toISOString(), detail: finding.summary }))
  return [
    ...(grant.activatedAt
      ? [{ id: 'active', kind: 'active' as const, title: 'Active', at: grant.activatedAt.toISOString(), detail: grant.confirmation ?? undefined }]
      : grant.state === 'failed'
        ? [{ id: 'failed', kind: 'failed' as const, title: 'Activation failed', at: iso(grant.createdAt), detail: grant.failureMessage ?? undefined }]
        : grant.state === 'ended'
          ? []
          : [{ id: 'activating', kind: 'waiting' as const, title: 'Waits for AWS to confirm', at: null }]),
    ...[...leases, ...findings, ...(grant.mintingStoppedAt ? [endEntry(grant)] : [])].toSorted((one, other) => Date.parse(one.at ?? '') - Date.parse(other.at ?? '')),
  ]
}

const leaseTitles = { minting: 'Credentials asked of AWS', minted: 'Credentials issued', refused: 'Credentials refused by AWS', unknown: 'No answer from AWS' }
const endTitles = { expired: 'Ended on time', relinquished: 'Ended by the holder', revoked: 'Revoked' }

function endEntry(grant: NonNullable<WholeRequest['grant']>): TimelineEntry {
  return {
    id: 'end',
    kind: 'ended',
    title: endTitles[grant.endReason ?? 'expired'],
    at: iso(grant.mintingStoppedAt),
    ...(grant.endedBy ? { by: grant.endedBy.displayName } : {}),
    ...(grant.endNote ? { quote: grant.endNote } : {}),
  }
}
