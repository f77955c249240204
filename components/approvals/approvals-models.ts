import type { Live } from '../live/live-store.ts'
import type { Action, PermissionPreviewModel, PersonRef, ProfileRef, RequestState, EndedAs } from '../models.ts'
import type { NarrowedModel } from '../request/request-models.ts'

export type ApprovalItem = {
  id: string
  requester: PersonRef
  profile: ProfileRef
  minutes: number
  askedAt: string
  /** The address of this page with this request selected. */
  href: string
}

export type PastRequest = { id: string; at: string; outcome: Exclude<RequestState, 'pending' | 'approved'> | EndedAs | 'approved'; reason: string; href: string }
export type ConcurrentAccess = { id: string; profile: ProfileRef; endsAt: string; href: string }

export type ApprovalDetail = ApprovalItem & {
  /** The requester's own words. */
  reason: string
  ticket: { text: string; href?: string } | null
  /** "Step 1 of 2: one of Platform leads". */
  step: string
  /** 0–100 and its level; null for requests from before it was assessed. */
  risk: { score: number; level: 'low' | 'medium' | 'high' | 'critical' } | null
  riskReasons: string[]
  /** What makes it less risky, a sentence each. */
  riskLowered: string[]
  /** A start that was asked for; null as soon as it is approved. */
  startsAt: string | null
  /** Asks for a later end of access that runs already. */
  extension: boolean
  preview: PermissionPreviewModel
  /** What it keeps to; null when it is the whole profile. */
  narrowed: NarrowedModel | null
  past: PastRequest[]
  concurrent: ConcurrentAccess[]
  detailHref: string
  /** "Credentials may live until 16:00" when the end is not to the second. */
  mayLiveUntil?: string
  /** Why this viewer cannot decide it, and what would change that; null when they can. */
  blocked: { message: string; mend?: string } | null
}

export type WaitingReviewItem = { id: string; who: string; what: string; dueAt: string; overdue: boolean; href: string }

export type ApprovalsPageProps = {
  now: string
  /** Emergency access that this viewer is to review. */
  reviews: WaitingReviewItem[]
  /** The riskiest of those that wait; `count` says how many there are in all. */
  items: ApprovalItem[]
  count: number
  selected: ApprovalDetail | null
  /** True when the address names it: on a phone the list is shown otherwise. */
  selectedByAddress: boolean
  listHref: string
  /** Reads `requestId`, `decision` (`approve` or `deny`) and, for a denial, `reason`. A conflict is a refusal with a sentence. */
  decideAction: Action
  live?: Live | null
}
