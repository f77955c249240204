import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import type { FilterChip, TriageActions } from '#components/findings/findings-models.ts'
import { FindingsPage } from '#components/findings/findings-page.tsx'
import { findingGroupings, findingStates, groupFindings, listFindings } from '#lib/detection/findings.queries.ts'
import { severities } from '#lib/detection/severity.ts'
import { listResponders } from '#lib/detection/triage/assign-finding.ts'
import { mayTriage } from '#lib/detection/triage/find-triable.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { acknowledgeFindingAction, assignFindingAction, closeFindingAction, suppressFindingAction } from '#app/_actions/finding.actions.ts'
import { revokeGrantAction } from '#app/_actions/grant.actions.ts'
import { findingGroupRows, findingRows, nameOfFilter } from '#app/_server/finding-view.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Findings' }

const pageSize = 20
const one = z.string().max(200).catch('').default('')
const querySchema = z.object({ q: one, state: one, severity: one, assigned: one, group: one, rule: one, person: one, account: one, finding: one, after: one })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const stateLabels = { open: 'Open', acknowledged: 'Acknowledged', closed: 'Closed', suppressed: 'Suppressed' } as const
const severityLabels = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', informational: 'Informational' } as const
const groupLabels = { rule: 'Rule', person: 'Person', account: 'Account' } as const

export default async function Findings({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireRole(hrefOf(query), 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const grouping = findingGroupings.find((candidate) => candidate === query.group)
  const filter = { ...query, text: query.q }
  const groups = grouping ? await groupFindings(db, viewer, grouping, filter) : null
  const page = groups ? { findings: [], next: undefined } : await listFindings(db, viewer, filter, { take: pageSize, after: query.after || undefined })
  return (
    <FindingsPage
      now={clock().toISOString()}
      filters={{ state: query.state, severity: query.severity, assigned: query.assigned, group: query.group, q: query.q }}
      chips={await chipsOf(viewer, query)}
      states={findingStates.map((value) => ({ value, label: stateLabels[value] }))}
      severities={severities.toReversed().map((value) => ({ value, label: severityLabels[value] }))}
      groupings={findingGroupings.map((value) => ({ value, label: groupLabels[value] }))}
      findings={await findingRows(viewer, page.findings)}
      groups={groups && grouping ? findingGroupRows(groups, grouping, (narrowing) => hrefOf({ ...query, ...narrowing, group: '', after: '' })) : null}
      baseHref="/findings"
      pagination={{ newerHref: query.after ? hrefOf({ ...query, after: '' }) : null, olderHref: page.next ? hrefOf({ ...query, after: page.next }) : null }}
      triage={await triageActions(viewer)}
      live={liveOn(['finding', 'grant'])}
    />
  )
}

async function triageActions(viewer: Viewer): Promise<TriageActions | null> {
  if (!mayTriage(viewer).ok) return null
  const responders = await listResponders(await getServices(), viewer)
  return { acknowledge: acknowledgeFindingAction, close: closeFindingAction, assign: assignFindingAction, suppress: suppressFindingAction, revoke: revokeGrantAction, responders, myId: viewer.personId }
}

const chipLabels = { rule: 'Rule', person: 'Person', account: 'Account', finding: 'Finding' } as const

/** What is filtered by and has no field of its own: it came with a link. */
async function chipsOf(viewer: Viewer, query: Query): Promise<FilterChip[]> {
  const keys = (['rule', 'person', 'account', 'finding'] as const).filter((key) => query[key] !== '')
  return Promise.all(keys.map(async (key) => ({ label: chipLabels[key], value: query[key], text: await nameOfFilter(viewer, key, query[key]), removeHref: hrefOf({ ...query, [key]: '', after: '' }) })))
}

function hrefOf(query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/findings' : `/findings?${new URLSearchParams(filled)}`
}
