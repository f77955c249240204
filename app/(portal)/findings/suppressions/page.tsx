import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import type { SuppressionRow } from '#components/findings/findings-models.ts'
import { SuppressionsPage } from '#components/findings/suppressions-page.tsx'
import { mayTriage } from '#lib/detection/triage/find-triable.ts'
import { type ListedSuppression, listSuppressions } from '#lib/detection/triage/suppressions.queries.ts'
import { endSuppressionAction } from '#app/_actions/finding.actions.ts'
import { ruleName } from '#app/_server/finding-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Suppressions' }

export default async function Suppressions(): Promise<ReactNode> {
  const viewer = await requireRole('/findings/suppressions', 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const now = clock()
  const { inForce, over } = await listSuppressions(db, viewer, now)
  return <SuppressionsPage now={now.toISOString()} inForce={await Promise.all(inForce.map(rowOf))} over={await Promise.all(over.map(rowOf))} endAction={mayTriage(viewer).ok ? endSuppressionAction : null} />
}

async function rowOf({ id, detector, person, accountName, reason, createdBy, createdAt, expiresAt, endedAt, endedBy, _count }: ListedSuppression): Promise<SuppressionRow> {
  return {
    id,
    rule: await ruleName(detector),
    covers: `${person?.displayName ?? 'Anybody'} ${accountName === null ? 'in any account' : `in ${accountName}`}`,
    reason,
    by: createdBy.displayName,
    hidden: _count.findings,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ended: endedAt ? `Ended early${endedBy ? ` by ${endedBy.displayName}` : ''}` : null,
  }
}
