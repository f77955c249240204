import type { Action, EndedAs, GrantState, PermissionPreviewModel, PersonRef, ProfileRef, RequestState, TimelineEntry } from '../models.ts'

/** "Ended" is two facts, each with its time and how it was confirmed. */
export type EndFact = { at: string | null; how: string }

export type RequestDetailPageProps = {
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
    ending: { noNewCredentials: EndFact; issuedDead: EndFact } | null
    failure: { message: string; mend?: string } | null
    credentialsHref: string | null
  } | null
  timeline: TimelineEntry[]
  /** The policy that applied, as sentences, one a step. */
  policy: { name: string; sentences: string[] }
  preview: PermissionPreviewModel
  actions: {
    /** Reads `requestId`. */
    cancel?: Action
    /** Reads `grantId`: the holder ends it. */
    end?: Action
    /** Reads `grantId` and `reason`: somebody else ends it. */
    revoke?: Action
    /** Reads `grantId`: AWS is asked again after a failed activation. */
    retry?: Action
    askAgainHref?: string
    approveHref?: string
  }
  live?: { url: string; topics: string[] } | null
}
