import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { RequestDetailPage } from '#components/request-detail/request-detail-page.tsx'
import type { RequestDetailPageProps } from '#components/request-detail/request-detail-models.ts'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import type { Revocation } from '#lib/db/generated/client.ts'
import { type AssignmentView, findAssignment } from '#lib/grants/assignments/assignment.queries.ts'
import { approvedAccess } from '#lib/grants/approved-access.ts'
import { findRevocation } from '#lib/grants/grants.queries.ts'
import { findCutoffView } from '#lib/grants/cutoff/cutoff.queries.ts'
import { findVendorView, type VendorView } from '#lib/grants/vendor/vendor.queries.ts'
import { noteRead } from '#lib/people/note-read.ts'
import { hasRole, sharedGroup, type Viewer } from '#lib/people/viewer.ts'
import { narrowedOf } from '#lib/requests/narrowed-scope.ts'
import { whyNotExtend } from '#lib/requests/request-extension.ts'
import { getRequestFor, listTogether, type WholeRequest } from '#lib/requests/requests.queries.ts'
import { endGrantAction, retryActivationAction, revokeGrantAction } from '#app/_actions/grant.actions.ts'
import { cancelRequestAction, extendGrantAction, reviewEmergencyAction } from '#app/_actions/request.actions.ts'
import { asking } from '#app/_server/approving.ts'
import { cutoffModelOf } from '#app/_server/cutoff-view.ts'
import { activityOf } from '#app/_server/activity-view.ts'
import { leftBehindOf } from '#app/_server/left-behind-view.ts'
import { vendorEntryOf } from '#app/_server/vendor-entry.ts'
import { vendorEndFactsOf } from '#app/_server/vendor-end-facts.ts'
import { assignmentEntryOf } from '#app/_server/assignment-entry.ts'
import { assignmentFactsOf } from '#app/_server/assignment-facts.ts'
import { endFactsOf } from '#app/_server/end-facts.ts'
import { narrowedModel } from '#app/_server/narrowed-view.ts'
import { previewProfile } from '#app/_server/permission-preview.ts'
import { riskOfExtension } from '#app/_server/risk.ts'
import { requestTimeline } from '#app/_server/request-timeline.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'
import { whyNotDecide } from '#app/_server/decision-view.ts'
import { policyOf, policySentences } from '#app/_server/policy-words.ts'
import { orList, personRef, profileRef } from '#app/_server/view-models.ts'

export const metadata: Metadata = { title: 'Request' }

const beforeSchema = z.string().max(100).optional().catch(undefined)
type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ before?: string | string[] }> }

export default async function RequestDetail({ params, searchParams }: Props): Promise<ReactNode> {
  const { id } = await params
  const viewer = await requireViewer(`/requests/${encodeURIComponent(id)}`, { stored: true })
  const { db, clock, config } = await getServices()
  const requestId = z.uuid().safeParse(id).data
  const request = requestId ? await getRequestFor(db, viewer, requestId, clock()) : null
  const profile = request && (await findProfile(db, request.profileId))
  if (!request || !profile) notFound()
  // Who is asked to decide reads it because they are asked.
  const asked = sharedGroup(viewer, request.approverGroups) !== undefined || request.approverIds.includes(viewer.personId)
  if (!asked && hasRole(viewer, 'responder', 'auditor', 'admin')) await noteRead(db, viewer, { kind: 'request.read', subjectId: request.id, requestId: request.id, ownerId: request.personId }, clock())
  const own = request.personId === viewer.personId
  const before = beforeSchema.parse((await searchParams).before)
  const [preview, cutoff, revocation, vendor, assignment, activity, leftBehind] = await Promise.all([previewProfile(profile, narrowedOf(request)), request.grant && findCutoffView(db, viewer, request.grant.id, clock()), request.grant && findRevocation(db, request.grant), request.grant && findVendorView(db, viewer, request.grant), request.grant && findAssignment(db, request.grant.id), request.grant && activityOf(viewer, request.grant, before, `/requests/${request.id}`), request.grant && leftBehindOf(viewer, request.grant.id)])
  return (
    <RequestDetailPage
      now={clock().toISOString()}
      back={own ? { href: '/', label: 'My access' } : hasRole(viewer, 'responder', 'auditor', 'admin') ? { href: '/dashboard', label: 'Dashboard' } : { href: '/approvals', label: 'Approvals' }}
      request={{
        id: request.id,
        code: request.code,
        requester: personRef(request.person),
        profile: profileRef(request.profile),
        minutes: request.durationMinutes,
        state: request.state,
        reason: request.justification,
        ticket: request.ticketReference ? { text: request.ticketReference } : null,
        askedAt: request.createdAt.toISOString(),
      }}
      grant={grantOf(request, own, { revocation, vendor, assignment, portalUrl: config.identityCenter?.portalUrl }, clock())}
      cutoff={cutoff && cutoffModelOf(cutoff, viewer)}
      review={reviewOf(viewer, request, own, clock())}
      timeline={requestTimeline(request)}
      policy={{ name: policyOf(request).rule, sentences: policySentences(request) }}
      preview={preview.model}
      narrowed={narrowedModel(narrowedOf(request))}
      // A vendor names its sessions itself, and the access portal names them after the person: no call can be tied to this grant.
      activity={vendor || assignment ? null : activity}
      leftBehind={leftBehind}
      actions={await actionsFor(viewer, request, own)}
      together={(await listTogether(db, viewer, request, clock())).map(({ id: other, code, state, profile: { title } }) => ({ href: `/requests/${other}`, code, state, name: title }))}
      live={liveOn(['request', 'grant', 'lease'])}
    />
  )
}

type InAws = { revocation: Revocation | null; vendor: VendorView | null; assignment: AssignmentView | null; portalUrl: string | undefined }

function grantOf(request: WholeRequest, own: boolean, { revocation, vendor, assignment, portalUrl }: InAws, now: Date): RequestDetailPageProps['grant'] {
  const { grant } = request
  if (!grant) return null
  const startsAt = grant.activatedAt ?? grant.opensAt
  const access = approvedAccess(grant)
  return {
    id: grant.id,
    state: grant.state,
    endedAs: grant.endReason,
    startsAt: startsAt.toISOString(),
    endsAt: (grant.endsAt ?? new Date(startsAt.getTime() + grant.durationMinutes * 60_000)).toISOString(),
    ending: vendor ? vendorEndFactsOf(grant, vendor, now) : assignment ? assignmentFactsOf(assignment, now) : endFactsOf(grant, revocation, now),
    failure: grant.state === 'failed' ? { message: grant.failureMessage ?? 'AWS refused the activation.', mend: 'Nothing was handed out. An admin can see on the Health page what AWS refuses.' } : null,
    credentialsHref: own && grant.state === 'active' && access.kind === 'sts_role' ? `/grants/${grant.id}/credentials` : null,
    assigned: access.kind === 'identity_center' ? assignmentEntryOf(grant, access, assignment, portalUrl) : null,
    vendor: vendor && vendorEntryOf(grant, vendor, now),
  }
}

function reviewOf(viewer: Viewer, { review }: WholeRequest, own: boolean, now: Date): RequestDetailPageProps['review'] {
  if (!review) return null
  const done = review.verdict ? { justified: review.verdict === 'justified', by: review.reviewedBy?.displayName ?? '', note: review.note ?? '' } : null
  const mayReview = !own && !done && sharedGroup(viewer, review.reviewerGroups)
  return { dueAt: review.dueAt.toISOString(), overdue: !done && review.dueAt < now, reviewers: orList(review.reviewerGroups), done, action: mayReview ? reviewEmergencyAction : null }
}

/** More time, or why not, told before anything is typed. */
async function moreTimeFor(viewer: Viewer, grantId: string): Promise<Pick<RequestDetailPageProps['actions'], 'extend' | 'notExtensible'>> {
  const services = await getServices()
  const answer = await whyNotExtend(asking(services), viewer, grantId, await riskOfExtension(viewer, grantId, '1'), services.clock())
  if (answer.ok) return { extend: { action: extendGrantAction, most: answer.most } }
  return { notExtensible: { message: answer.message, ...(answer.mend ? { mend: answer.mend } : {}) } }
}

async function actionsFor(viewer: Viewer, request: WholeRequest, own: boolean): Promise<RequestDetailPageProps['actions']> {
  const open = request.grant && ['scheduled', 'activating', 'active', 'failed'].includes(request.grant.state)
  const mayDecide = request.state === 'pending' && !own && (await whyNotDecide(viewer, request.id)) === null
  return {
    ...(own && request.state === 'pending' ? { cancel: cancelRequestAction } : {}),
    ...(request.grant?.state === 'failed' && (own || hasRole(viewer, 'responder', 'admin')) ? { retry: retryActivationAction } : {}),
    ...(own && open ? { end: endGrantAction } : {}),
    ...(own && request.grant?.state === 'active' ? await moreTimeFor(viewer, request.grant.id) : {}),
    ...(!own && open && hasRole(viewer, 'responder', 'admin') ? { revoke: revokeGrantAction } : {}),
    ...(own && request.profile.offered && request.state !== 'pending' && !open ? { askAgainHref: `/request?profile=${encodeURIComponent(request.profileId)}` } : {}),
    ...(hasRole(viewer, 'auditor', 'admin') ? { evidenceHref: `/api/evidence?request=${request.id}` } : {}),
    ...(mayDecide ? { approveHref: `/approvals?selected=${request.id}` } : {}),
  }
}
