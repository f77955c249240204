import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { SessionPage } from '#components/sessions/session-page.tsx'
import { listFindingsOfSession } from '#lib/detection/findings.queries.ts'
import { noteRead } from '#lib/people/note-read.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { findSession, listSessionEvents, readSessionUse, sessionEventKinds } from '#lib/trail/session.queries.ts'
import { revokeGrantAction } from '#app/_actions/grant.actions.ts'
import { leftBehindOf } from '#app/_server/left-behind-view.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { sessionFacts, sessionFindings, sessionMinutes, sessionUse } from '#app/_server/session-view.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Session' }

const pageSize = 50
const one = z.string().max(200).catch('').default('')
const querySchema = z.object({ show: z.enum(['', ...sessionEventKinds]).catch('').default(''), service: one, before: one })
type Query = z.infer<typeof querySchema>
type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Session({ params, searchParams }: Props): Promise<ReactNode> {
  const { id } = await params
  const viewer = await requireViewer(`/sessions/${encodeURIComponent(id)}`)
  const { db, clock } = await getServices()
  const session = await findSession(db, viewer, id)
  if (!session) notFound()
  const query = querySchema.parse(await searchParams)
  const now = clock()
  await noteRead(db, viewer, { kind: 'session.read', subjectId: session.id, requestId: session.grant?.requestId, ownerId: session.grant?.personId }, now)
  const [use, page, findings, leftBehind] = await Promise.all([
    readSessionUse(db, session),
    listSessionEvents(db, session, { kind: query.show === '' ? null : query.show, service: query.service }, { take: pageSize, before: query.before || undefined }),
    listFindingsOfSession(db, viewer, session),
    session.grantId === null ? null : leftBehindOf(viewer, session.grantId),
  ])
  const watches = hasRole(viewer, 'responder', 'auditor', 'admin')
  const live = session.grant?.state === 'active'
  return (
    <SessionPage
      now={now.toISOString()}
      back={watches ? { href: '/sessions', label: 'Sessions' } : { href: `/requests/${session.grant?.requestId}`, label: 'Request' }}
      {...sessionFacts(session, now)}
      {...sessionUse(session, use, (service) => `${hrefOf(id, { ...query, before: '', service })}#calls`)}
      findings={sessionFindings(findings)}
      leftBehind={leftBehind}
      minutes={sessionMinutes(page.events)}
      filters={{ show: query.show, service: query.service }}
      baseHref={`/sessions/${session.id}`}
      pagination={{ newerHref: query.before ? `${hrefOf(id, { ...query, before: '' })}#calls` : null, olderHref: page.next ? `${hrefOf(id, { ...query, before: page.next })}#calls` : null }}
      revoke={live && session.grantId && hasRole(viewer, 'responder', 'admin') ? { grantId: session.grantId, action: revokeGrantAction } : null}
      live={liveOn(['trail', 'grant', 'finding'])}
    />
  )
}

function hrefOf(id: string, query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? `/sessions/${id}` : `/sessions/${id}?${new URLSearchParams(filled)}`
}
