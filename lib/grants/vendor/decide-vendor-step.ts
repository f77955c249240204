import type { VendorRoleReading } from '#lib/aws/vendor-gate.ts'
import { sameSecond, type VendorOpening } from '#lib/aws/vendor-policies.ts'

/** What a vendor's role is to be like in AWS. `quietFrom`: no session can live from then on; null while that is not known. */
export type VendorWanted = { open: true; since: Date; opening: VendorOpening } | { open: false; closedFrom: Date; quietFrom: Date | null }

export type VendorStep = 'deny' | 'open' | 'close' | 'lift' | 'done'

/**
 * The next thing to be done to a role, from what AWS has and what is wanted; called again after each. The dated denial comes
 * before the trust it bounds, when a window opens and when it moves, so that at no moment somebody can begin a session that
 * nothing ends. To end early, everything is denied first and the trust taken away then. What stands under the portal's name
 * and is not the portal's is written over where a window is wanted, and never taken away.
 */
export function decideVendorStep({ window, opening }: VendorRoleReading, wanted: VendorWanted, now: Date): VendorStep {
  if (wanted.open) {
    if (!window || window === 'changed' || !sameSecond(window.since, wanted.since) || !sameSecond(window.until, wanted.opening.until)) return 'deny'
    return opening && opening !== 'changed' && sameOpening(opening, wanted.opening) ? 'done' : 'open'
  }
  const quiet = wanted.quietFrom !== null && now >= wanted.quietFrom
  const denied = window && window !== 'changed' && window.until <= wanted.closedFrom
  if (!denied && !quiet) return 'deny'
  if (opening) return 'close'
  return quiet && window && window !== 'changed' ? 'lift' : 'done'
}

const sameOpening = (left: VendorOpening, right: VendorOpening): boolean => left.principal === right.principal && left.externalId === right.externalId && sameSecond(left.until, right.until)
