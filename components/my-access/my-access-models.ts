import type { Action, EndedAs, ProfileRef, RequestState } from '../models.ts'

export type ActiveGrant = {
  id: string
  state: 'scheduled' | 'activating' | 'active' | 'ending' | 'failed'
  profile: ProfileRef
  startsAt: string
  endsAt: string
  /** The requester's own words. */
  reason: string
  /** Null where a vendor takes on the role itself. */
  credentialsHref: string | null
  /** What is used: credentials from here, a vendor's own, or a permission set at the access portal. */
  kind: 'sts_role' | 'third_party_trust' | 'identity_center'
  detailHref: string
  /** Why it cannot be used or what failed, in a sentence. */
  problem?: string
}

export type PendingRequest = {
  id: string
  profile: ProfileRef
  minutes: number
  askedAt: string
  /** "Platform leads", "Ana Kovač or Jon Bell". */
  asked: string
  typicalWait?: string
  detailHref: string
}

export type RecentAccess = {
  id: string
  profile: ProfileRef
  outcome: EndedAs | Exclude<RequestState, 'pending' | 'approved'>
  at: string
  reason: string
  detailHref: string
  /** Null when the profile is no longer offered to this person. */
  askAgainHref: string | null
}

export type MyAccessPageProps = {
  now: string
  active: ActiveGrant[]
  pending: PendingRequest[]
  recent: RecentAccess[]
  requestHref: string
  /** Reads `grantId`. */
  endAction: Action
  /** Reads `requestId`. */
  cancelAction: Action
}

