import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import type { ApprovalDetail, ApprovalItem, PastRequest, WaitingReviewItem } from '#components/approvals/approvals-models.ts'
import { ApprovalsPage } from '#components/approvals/approvals-page.tsx'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import { listConcurrentGrants } from '#lib/grants/grants.queries.ts'
import { findDecider } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { countWaitingFor, getRequestFor, type ListedRequest, listPastRequests, listReviewsFor, listWaitingFor, type WaitingReview, type WholeRequest } from '#lib/requests/requests.queries.ts'
import { narrowedOf } from '#lib/requests/narrowed-scope.ts'
import { settledSentence } from '#lib/requests/request-lifecycle.ts'
import { decideRequestAction } from '#app/_actions/request.actions.ts'
import { narrowedModel } from '#app/_server/narrowed-view.ts'
import { previewProfile } from '#app/_server/permission-preview.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'
import { whyNotDecide } from '#app/_server/decision-view.ts'
import { riskOfRequest, stepSentence } from '#app/_server/policy-words.ts'
import { iso, personRef, profileRef } from '#app/_server/view-models.ts'
import { z } from 'zod'

export const metadata: Metadata = { title: 'Approvals' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Approvals({ searchParams }: Props): Promise<ReactNode> {
  const viewer = await requireViewer('/approvals')
  const { db, clock } = await getServices()
  const named = z.uuid().safeParse((await searchParams).selected).data
  const decider = await findDecider(db, viewer, clock())
  const [waiting, count, reviews] = await Promise.all([listWaitingFor(db, decider), countWaitingFor(db, decider), listReviewsFor(db, decider)])
  const selectedId = named ?? waiting[0]?.id
  const selected = selectedId ? await detailOf(viewer, selectedId) : null
  return (
    <ApprovalsPage
      now={clock().toISOString()}
      reviews={reviews.map((review) => reviewItemOf(review, clock()))}
      items={waiting.map(itemOf)}
      count={count}
      selected={selected?.detail ?? null}
      selectedByAddress={Boolean(named && selected)}
      listHref="/approvals"
      decideAction={decideRequestAction.bind(null, { roleDigest: selected?.roleDigest ?? null, definitionHash: selected?.definitionHash ?? null })}
      live={liveOn(['request'])}
    />
  )
}

function itemOf(request: ListedRequest): ApprovalItem {
  return {
    id: request.id,
    requester: personRef(request.person),
    profile: { ...profileRef(request.profile), riskTier: request.riskTier as ApprovalItem['profile']['riskTier'] },
    minutes: request.durationMinutes,
    askedAt: request.createdAt.toISOString(),
    href: `/approvals?selected=${request.id}`,
  }
}

function reviewItemOf({ requestId, dueAt, request }: WaitingReview, now: Date): WaitingReviewItem {
  return { id: requestId, who: request.person.displayName, what: request.profile.title, dueAt: dueAt.toISOString(), overdue: dueAt < now, href: `/requests/${requestId}` }
}

async function detailOf(viewer: Viewer, id: string): Promise<{ detail: ApprovalDetail; roleDigest: string | null; definitionHash: string } | null> {
  const services = await getServices()
  const { db, clock } = services
  const request = await getRequestFor(db, viewer, id, clock())
  const profile = request && (await findProfile(db, request.profileId))
  if (!request || !profile) return null
  const [preview, past, concurrent] = await Promise.all([previewProfile(profile, narrowedOf(request)), listPastRequests(db, request), listConcurrentGrants(db, request.personId)])
  return {
    roleDigest: preview.digest,
    definitionHash: profile.definitionHash,
    detail: {
      ...itemOf(request),
      reason: request.justification,
      ticket: request.ticketReference ? { text: request.ticketReference } : null,
      step: stepSentence(request),
      risk: riskView(request),
      riskLowered: riskOfRequest(request)?.reasons.filter(({ points }) => points < 0).map(({ sentence }) => sentence) ?? [],
      riskReasons: riskReasons(request, past.length, preview.model.drift?.message),
      startsAt: iso(request.startsAt),
      extension: request.extendsGrantId !== null,
      preview: preview.model,
      narrowed: narrowedModel(narrowedOf(request)),
      past: past.map(pastOf),
      concurrent: concurrent.map((grant) => ({ id: grant.id, profile: profileRef(grant.profile), endsAt: (grant.endsAt ?? grant.createdAt).toISOString(), href: `/requests/${grant.requestId}` })),
      detailHref: `/requests/${request.id}`,
      blocked: request.state === 'pending' ? await whyNotDecide(viewer, request.id) : settledReason(request),
    },
  }
}

/** The reasons that were assessed when it was asked; of older requests, plain facts. What changed in AWS since comes first. */
function riskReasons(request: WholeRequest, pastCount: number, drift: string | undefined): string[] {
  const assessed = riskOfRequest(request)?.reasons.filter(({ points }) => points > 0).map(({ sentence }) => sentence)
  return [
    ...(drift ? [drift] : []),
    ...(request.incidentReference ? [`Emergency access for ${request.incidentReference}.`] : []),
    ...(assessed ?? [
      ...(request.riskTier === 'high' ? ['The profile is marked high risk.'] : []),
      ...(request.profile.environment === 'production' ? ['It is a production account.'] : []),
      ...(pastCount === 0 ? [`${request.person.displayName} has not asked for this before.`] : []),
    ]),
  ]
}

function riskView(request: WholeRequest): ApprovalDetail['risk'] {
  const risk = riskOfRequest(request)
  return risk && { score: risk.score, level: risk.level }
}

function settledReason(request: WholeRequest): ApprovalDetail['blocked'] {
  const [decision] = request.decisions.slice(-1)
  if (request.state === 'pending') return null
  const who = decision ? `${decision.person.displayName} ${decision.verdict === 'approve' ? 'approved' : 'denied'} this request.` : settledSentence[request.state]
  return { message: who }
}

function pastOf(request: WholeRequest): PastRequest {
  const { grant } = request
  const outcome = grant?.endReason ?? (request.state === 'pending' ? 'approved' : request.state)
  return { id: request.id, at: request.createdAt.toISOString(), outcome, reason: request.justification, href: `/requests/${request.id}` }
}
