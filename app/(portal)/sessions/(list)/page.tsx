import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { listSessions } from '#lib/trail/session.queries.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { sessionListRow } from '#app/_server/session-view.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Sessions' }

const pageSize = 40
const one = z.string().max(200).catch('').default('')
const querySchema = z.object({ q: one, outside: z.enum(['', 'yes']).catch('').default(''), before: one })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Sessions({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireRole(hrefOf(query), 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const page = await listSessions(db, viewer, { outside: query.outside === 'yes', text: query.q }, { take: pageSize, before: query.before || undefined })
  return (
    <SessionsPage
      now={clock().toISOString()}
      filters={{ q: query.q, outside: query.outside }}
      sessions={page.sessions.map(sessionListRow)}
      baseHref="/sessions"
      pagination={{ newerHref: query.before ? hrefOf({ ...query, before: '' }) : null, olderHref: page.next ? hrefOf({ ...query, before: page.next }) : null }}
      live={liveOn(['trail'])}
    />
  )
}

function hrefOf(query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/sessions' : `/sessions?${new URLSearchParams(filled)}`
}
