import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { FindingsPage } from '#components/findings/findings-page.tsx'
import { findingStates, listFindings } from '#lib/detection/findings.queries.ts'
import { severities } from '#lib/detection/severity.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { acknowledgeFindingAction, closeFindingAction } from '#app/_actions/finding.actions.ts'
import { revokeGrantAction } from '#app/_actions/grant.actions.ts'
import { findingRows } from '#app/_server/finding-view.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Findings' }

const pageSize = 20
const one = z.string().max(200).catch('').default('')
const querySchema = z.object({ q: one, state: one, severity: one, after: one })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const stateLabels = { open: 'Open', acknowledged: 'Acknowledged', closed: 'Closed' } as const
const severityLabels = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', informational: 'Informational' } as const

export default async function Findings({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireRole(hrefOf(query), 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const page = await listFindings(db, viewer, { state: query.state, severity: query.severity, text: query.q }, { take: pageSize, after: query.after || undefined })
  return (
    <FindingsPage
      now={clock().toISOString()}
      filters={{ state: query.state, severity: query.severity, q: query.q }}
      states={findingStates.map((value) => ({ value, label: stateLabels[value] }))}
      severities={severities.toReversed().map((value) => ({ value, label: severityLabels[value] }))}
      findings={await findingRows(viewer, page.findings)}
      baseHref="/findings"
      pagination={{ newerHref: query.after ? hrefOf({ ...query, after: '' }) : null, olderHref: page.next ? hrefOf({ ...query, after: page.next }) : null }}
      triage={hasRole(viewer, 'responder', 'admin') ? { acknowledge: acknowledgeFindingAction, close: closeFindingAction, revoke: revokeGrantAction } : null}
      live={liveOn(['finding', 'grant'])}
    />
  )
}

function hrefOf(query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/findings' : `/findings?${new URLSearchParams(filled)}`
}
