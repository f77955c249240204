import type { EndFact } from '#components/request-detail/request-detail-models.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import type { VendorView } from '#lib/grants/vendor/vendor.queries.ts'

/** How a vendor's access ended, as facts that come one after the other; `null` while the grant is open. */
export function vendorEndFactsOf(grant: Pick<Grant, 'mintingStoppedAt' | 'endsAt' | 'endReason'>, { access, failure }: Pick<VendorView, 'access' | 'failure'>, now: Date): EndFact[] | null {
  const { mintingStoppedAt, endReason } = grant
  if (!mintingStoppedAt) return null
  if (!access) return [{ label: 'Nobody was let in', at: mintingStoppedAt.toISOString(), how: 'It ended before AWS was asked for anything.', open: false }]
  if (access.sharedWith) return [goesOn(access.sharedWith, now)]
  if (endReason === 'expired' && access.openUntil) return expired(access.openUntil, access.closedAt)
  return [shutOut(access.closedAt, failure), denied(access.deniedAt, access.closedAt, failure), ...lastSession(access.lastSessionDiesAt, now)]
}

function goesOn({ code, endsAt }: { code: string; endsAt: Date | null }, now: Date): EndFact {
  return { label: 'The vendor may still get in until', at: endsAt?.toISOString() ?? null, how: `Grant ${code} lets the same vendor into the same role. The sessions of one vendor are one, so this end cut nothing off.`, open: endsAt !== null && endsAt > now }
}

function expired(until: Date, closedAt: Date | null): EndFact[] {
  const at = until.toISOString()
  return [
    { label: 'No new sessions since', at, how: `The trust statement held until that second${closedAt ? ', and is off the role' : '; it is being taken off the role'}.`, open: false },
    { label: 'Denied since', at, how: 'The role denies everything from then on. That was written and read back before the vendor was let in.', open: false },
  ]
}

function shutOut(closedAt: Date | null, failure: string | null): EndFact {
  if (!closedAt) return { label: 'Not shut out yet', at: null, how: failure ? `The role could not be written: ${failure} It is tried again.` : 'The trust statement is being taken off the role in AWS.', open: true }
  return { label: 'No new sessions since', at: closedAt.toISOString(), how: 'The trust statement was read back as gone. IAM spreads that in seconds to minutes; what is begun until then is denied.', open: false }
}

function denied(deniedAt: Date | null, closedAt: Date | null, failure: string | null): EndFact {
  if (!deniedAt) return { label: closedAt ? 'Not denied early' : 'Not denied yet', at: null, how: closedAt ? 'The dated denial of its end was at work already.' : (failure ?? 'The denial is being written to the role in AWS.'), open: !closedAt }
  return { label: 'Denied since', at: deniedAt.toISOString(), how: 'Written and read back, not tried: only the vendor can take on the role. It denies every session begun before.', open: false }
}

function lastSession(diesAt: Date | null, now: Date): EndFact[] {
  if (!diesAt) return []
  return [{ label: now < diesAt ? 'Last session dies at' : 'Last session died at', at: diesAt.toISOString(), how: 'Whatever AWS does, no session of the role lives longer than its own limit, or than the end that was approved.', open: now < diesAt }]
}
