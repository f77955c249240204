import type { LeftBehindModel } from '../sessions/left-behind-model.ts'
import type { Live } from '../live/live-store.ts'
import type { NarrowedModel } from '../request/request-models.ts'
import type { Action, EndedAs, GrantState, PermissionPreviewModel, PersonRef, ProfileRef, RequestState, TimelineEntry } from '../models.ts'

/** "Ended" is several facts, each with its time and how it was confirmed. `open`: what it says has not come about yet. */
export type EndFact = { label: string; at: string | null; how: string; open: boolean }

/** One call that CloudTrail recorded. */
export type CallRow = {
  id: string
  at: string
  /** "ec2:StopInstances": the event's service and name, which is not always the IAM action's. */
  call: string
  result: 'read' | 'change' | 'denied' | 'failed'
  /** AWS's code, where it was denied or failed. */
  code: string | null
  from: string
  region: string
}

export type ActivityModel = {
  /** "3 sessions: 41 calls, 6 of them changes, 2 denied". */
  sentence: string
  calls: CallRow[]
  newerHref: string | null
  olderHref: string | null
  /** Whether more may still come: the grant, or a session of it, is open. */
  open: boolean
}

export type EmergencyReviewModel = {
  dueAt: string
  overdue: boolean
  reviewers: string
  done: { justified: boolean; by: string; note: string } | null
  /** Reads `requestId`, `verdict` (`justified` or `not_justified`) and `note`; null for who may not review it. */
  action: Action | null
}

/** Of a grant that lets a vendor take on a role itself. */
export type VendorEntryModel = {
  sentence: string
  /** An account's number or the ARN of one principal. */
  who: string
  roleArn: string
  /** Null for those who may not see it. */
  externalId: string | null
  /** As read back from the role; null while nobody is let in. */
  openUntil: string | null
}

/** Of a grant through Identity Center, where the holder signs in by themselves. */
export type AssignmentEntryModel = {
  sentence: string
  /** Why AWS has not what an active grant needs; it is tried again. */
  problem: string | null
  permissionSet: string
  /** How long AWS lets a session live. */
  sessionMinutes: number
  /** While sessions can be opened: the access portal's address where it is known. */
  portal: { url: string | null } | null
  /** When a session dies that is opened just before the end; null when none can be opened. */
  mayLiveUntil: string | null
}

/** What cutting off everybody in the grant's role does, for who may do it. */
export type CutoffModel = {
  roleName: string
  /** Who holds live credentials of it, as far as the portal knows. */
  people: { name: string; you: boolean }[]
  /** How far the last one is. */
  facts: EndFact[]
  /** Reads `grantId`, `reason` and `shown`, the number of people who were named. */
  action: Action
}

export type RequestDetailPageProps = {
  /** What was sent together with it, each with a decision of its own. */
  together: { href: string; code: string; state: RequestState; name: string }[]
  now: string
  back: { href: string; label: string }
  request: {
    id: string
    /** What people call it: "R-7KQ2M9". */
    code: string
    requester: PersonRef
    profile: ProfileRef
    minutes: number
    state: RequestState
    reason: string
    ticket: { text: string; href?: string } | null
    askedAt: string
  }
  grant: {
    id: string
    state: GrantState
    endedAs: EndedAs | null
    startsAt: string
    endsAt: string
    ending: EndFact[] | null
    failure: { message: string; mend?: string } | null
    credentialsHref: string | null
    /** Through Identity Center, where AWS cannot take issued credentials back. */
    assigned: AssignmentEntryModel | null
    /** Null where the portal hands out credentials. */
    vendor: VendorEntryModel | null
  } | null
  /** Null where it is not the viewer's to do, or the portal mints nothing. */
  cutoff: CutoffModel | null
  /** Of emergency access only. */
  review: EmergencyReviewModel | null
  timeline: TimelineEntry[]
  /** The policy that applied, as sentences, one a step. */
  policy: { name: string; sentences: string[] }
  /** What it keeps to; null when it is the whole profile. */
  narrowed: NarrowedModel | null
  preview: PermissionPreviewModel
  /** What CloudTrail shows of the grant's use; null for those who may not see it, and before there is a grant. */
  /** Null for those who may not see it, and before there is a grant. */
  leftBehind: LeftBehindModel | null
  activity: ActivityModel | null
  actions: {
    /** Reads `requestId`. */
    cancel?: Action
    /** Reads `grantId`: the holder ends it. */
    end?: Action
    /** Reads `grantId` and `reason`: somebody else ends it. */
    revoke?: Action
    /** Reads `grantId`: AWS is asked again after a failed activation. */
    retry?: Action
    /** Reads `grantId`, `minutes`, `justification`: the holder asks for a later end, by at most `most` minutes. */
    extend?: { action: Action; most: number }
    /** Why the holder of active access cannot ask for a later end now. */
    notExtensible?: { message: string; mend?: string }
    askAgainHref?: string
    approveHref?: string
    /** Everything about the request as a file that proves itself. */
    evidenceHref?: string
  }
  live?: Live | null
}
