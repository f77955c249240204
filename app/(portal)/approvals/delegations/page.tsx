import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { DelegationsPage } from '#components/people/delegations-page.tsx'
import { listDelegations } from '#lib/people/people-admin.queries.ts'
import { choosePeopleAction, delegateAction, endDelegationAction } from '#app/_actions/people.actions.ts'
import { delegationRow } from '#app/_server/delegation-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Delegations' }

export default async function Delegations(): Promise<ReactNode> {
  const viewer = await requireViewer('/approvals/delegations')
  const { db, clock } = await getServices()
  const rows = await listDelegations(db, viewer, clock())
  return <DelegationsPage now={clock().toISOString()} rows={rows.map((row) => delegationRow(row, viewer.personId))} delegate={delegateAction} end={endDelegationAction} choose={choosePeopleAction} />
}
