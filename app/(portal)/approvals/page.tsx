import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import type { ApprovalDetail, ApprovalItem, PastRequest } from '#components/approvals/approvals-models.ts'
import { ApprovalsPage } from '#components/approvals/approvals-page.tsx'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import { listConcurrentGrants } from '#lib/grants/grants.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { countWaitingFor, getRequestFor, type ListedRequest, listPastRequests, listWaitingFor, type WholeRequest } from '#lib/requests/requests.queries.ts'
import { settledSentence } from '#lib/requests/request-lifecycle.ts'
import { decideRequestAction } from '#app/_actions/request.actions.ts'
import { previewProfile } from '#app/_server/permission-preview.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'
import { orList, personRef, profileRef } from '#app/_server/view-models.ts'
import { z } from 'zod'

export const metadata: Metadata = { title: 'Approvals' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Approvals({ searchParams }: Props): Promise<ReactNode> {
  const viewer = await requireViewer('/approvals')
  const { db, clock } = await getServices()
  const named = z.uuid().safeParse((await searchParams).selected).data
  const [waiting, count] = await Promise.all([listWaitingFor(db, viewer), countWaitingFor(db, viewer)])
  const selectedId = named ?? waiting[0]?.id
  const selected = selectedId ? await detailOf(viewer, selectedId) : null
  return (
    <ApprovalsPage
      now={clock().toISOString()}
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

async function detailOf(viewer: Viewer, id: string): Promise<{ detail: ApprovalDetail; roleDigest: string | null; definitionHash: string } | null> {
  const { db } = await getServices()
  const request = await getRequestFor(db, viewer, id)
  const profile = request && (await findProfile(db, request.profileId))
  if (!request || !profile) return null
  const [preview, past, concurrent] = await Promise.all([previewProfile(profile), listPastRequests(db, request), listConcurrentGrants(db, request.personId)])
  return {
    roleDigest: preview.digest,
    definitionHash: profile.definitionHash,
    detail: {
      ...itemOf(request),
      reason: request.justification,
      ticket: request.ticketReference ? { text: request.ticketReference } : null,
      step: `Step 1 of 1: one of ${orList(request.approverGroups)}`,
      riskReasons: riskReasons(request, past.length, preview.model.drift?.message),
      preview: preview.model,
      past: past.map(pastOf),
      concurrent: concurrent.map((grant) => ({ id: grant.id, profile: profileRef(grant.profile), endsAt: (grant.endsAt ?? grant.createdAt).toISOString(), href: `/requests/${grant.requestId}` })),
      detailHref: `/requests/${request.id}`,
      blocked: blockedReason(viewer, request),
    },
  }
}

/** What makes this request worth a second look, from plain facts. The risk assessment with a score is a room of its own later. */
function riskReasons(request: WholeRequest, pastCount: number, drift: string | undefined): string[] {
  return [
    ...(request.riskTier === 'high' ? ['The profile is marked high risk.'] : []),
    ...(request.profile.environment === 'production' ? ['It is a production account.'] : []),
    ...(pastCount === 0 ? [`${request.person.displayName} has not asked for this before.`] : []),
    ...(drift ? [drift] : []),
  ]
}

function blockedReason(viewer: Viewer, request: WholeRequest): ApprovalDetail['blocked'] {
  if (request.state !== 'pending') {
    const [decision] = request.decisions.slice(-1)
    const who = decision ? `${decision.person.displayName} ${decision.verdict === 'approve' ? 'approved' : 'denied'} this request.` : settledSentence[request.state]
    return { message: who }
  }
  if (request.personId === viewer.personId) return { message: 'Nobody decides their own request.', mend: 'Another approver has to decide it.' }
  if (request.approverGroups.some((group) => viewer.groups.includes(group))) return null
  return { message: `This request is decided by ${orList(request.approverGroups)}, and you are not a member.`, mend: 'Ask a member of that group to decide.' }
}

function pastOf(request: WholeRequest): PastRequest {
  const { grant } = request
  const outcome = grant?.endReason ?? (request.state === 'pending' ? 'approved' : request.state)
  return { id: request.id, at: request.createdAt.toISOString(), outcome, reason: request.justification, href: `/requests/${request.id}` }
}
