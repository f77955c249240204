import type { ReactNode } from 'react'
import { LiveRefresh } from '#components/live/live-refresh.tsx'
import { MyAccessPage } from '#components/my-access/my-access-page.tsx'
import type { ActiveGrant, PendingRequest, RecentAccess } from '#components/my-access/my-access-models.ts'
import { type ListedGrant, listOwnEndedGrants, listOwnOpenGrants } from '#lib/grants/grants.queries.ts'
import { approvedAccess } from '#lib/grants/approved-access.ts'
import { type ListedRequest, listOwnPending, listOwnRefused, medianDecisionMinutes } from '#lib/requests/requests.queries.ts'
import { sharedGroup, type Viewer } from '#lib/people/viewer.ts'
import { endGrantAction } from '#app/_actions/grant.actions.ts'
import { cancelRequestAction } from '#app/_actions/request.actions.ts'
import { policyOf } from '#app/_server/policy-words.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'
import { durationText, orList, profileRef } from '#app/_server/view-models.ts'

const recentCount = 8

export default async function MyAccess(): Promise<ReactNode> {
  const viewer = await requireViewer('/')
  const { db, clock } = await getServices()
  const [open, pending, ended, refused] = await Promise.all([
    listOwnOpenGrants(db, viewer),
    listOwnPending(db, viewer),
    listOwnEndedGrants(db, viewer, recentCount),
    listOwnRefused(db, viewer, recentCount),
  ])
  const recent = [...ended.map((grant) => recentGrant(viewer, grant)), ...refused.map((request) => recentRequest(viewer, request))]
  return (
    <>
      <LiveRefresh {...liveOn(['grant', 'request'])} />
      <MyAccessPage
        now={clock().toISOString()}
        active={open.filter((grant) => isShownOpen(grant, clock())).map(activeGrant)}
        pending={await Promise.all(pending.map(pendingRequest))}
        recent={recent.toSorted((left, right) => right.at.localeCompare(left.at)).slice(0, recentCount)}
        requestHref="/request"
        endAction={endGrantAction}
        cancelAction={cancelRequestAction}
      />
    </>
  )
}

/** A failed activation is news for a day; after that it is history of its request. */
function isShownOpen(grant: ListedGrant, now: Date): boolean {
  return grant.state !== 'failed' || now.getTime() - grant.createdAt.getTime() < 86_400_000
}

const endingWords = {
  sts_role: 'Ended. No new credentials; those already issued die at the time shown.',
  third_party_trust: 'Ended. The vendor is being shut out; its sessions die at the time shown at the latest.',
  identity_center: 'Ended. Once AWS removed the assignment, no session can be opened; those opened before live on to their own end.',
}

function activeGrant(grant: ListedGrant): ActiveGrant {
  const startsAt = grant.activatedAt ?? grant.opensAt
  const { kind } = approvedAccess(grant)
  return {
    id: grant.id,
    state: grant.state as ActiveGrant['state'],
    profile: profileRef(grant.profile),
    startsAt: startsAt.toISOString(),
    endsAt: (grant.state === 'ending' ? grant.credentialsDeadAt : grant.endsAt)?.toISOString() ?? new Date(startsAt.getTime() + grant.durationMinutes * 60_000).toISOString(),
    reason: grant.request.justification,
    credentialsHref: kind === 'sts_role' ? `/grants/${grant.id}/credentials` : null,
    kind,
    detailHref: `/requests/${grant.requestId}`,
    ...(grant.state === 'failed' ? { problem: grant.failureMessage ?? 'AWS refused the activation.' } : {}),
    ...(grant.state === 'ending' ? { problem: endingWords[kind] } : {}),
  }
}

function askedWords(request: ListedRequest): string {
  const step = policyOf(request).steps[request.stepIndex]
  return orList(step && step.words.length > 0 ? step.words : request.approverGroups)
}

async function pendingRequest(request: ListedRequest): Promise<PendingRequest> {
  const { db } = await getServices()
  const median = await medianDecisionMinutes(db, request.profileId)
  return {
    id: request.id,
    profile: profileRef(request.profile),
    minutes: request.durationMinutes,
    askedAt: request.createdAt.toISOString(),
    asked: askedWords(request),
    ...(median === null ? {} : { typicalWait: durationText(median) }),
    detailHref: `/requests/${request.id}`,
  }
}

const askAgain = (viewer: Viewer, profile: ListedGrant['profile']): string | null =>
  profile.offered && !profile.excludedPersonIds.includes(viewer.personId) && sharedGroup(viewer, profile.requesterGroups) ? `/request?profile=${encodeURIComponent(profile.id)}` : null

function recentGrant(viewer: Viewer, grant: ListedGrant): RecentAccess {
  return {
    id: grant.id,
    profile: profileRef(grant.profile),
    outcome: grant.endReason ?? 'expired',
    at: (grant.mintingStoppedAt ?? grant.createdAt).toISOString(),
    reason: grant.request.justification,
    detailHref: `/requests/${grant.requestId}`,
    askAgainHref: askAgain(viewer, grant.profile),
  }
}

function recentRequest(viewer: Viewer, request: ListedRequest): RecentAccess {
  return {
    id: request.id,
    profile: profileRef(request.profile),
    outcome: request.state as RecentAccess['outcome'],
    at: (request.settledAt ?? request.createdAt).toISOString(),
    reason: request.justification,
    detailHref: `/requests/${request.id}`,
    askAgainHref: askAgain(viewer, request.profile),
  }
}
