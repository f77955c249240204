import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { EvidenceCard } from '#components/reports/evidence-card.tsx'
import { ReportsPage } from '#components/reports/reports-page.tsx'
import { hasRole } from '#lib/people/viewer.ts'
import { queryOf } from '#lib/reports/filters.ts'
import { questionsFor } from '#lib/reports/questions/all-questions.ts'
import { listViews } from '#lib/reports/views/saved-views.ts'
import { exportEvidenceAction } from '#app/_actions/export.actions.ts'
import { deleteViewAction } from '#app/_actions/report.actions.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Reports' }

export default async function Reports(): Promise<ReactNode> {
  const viewer = await requireRole('/reports', 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const topics = Map.groupBy(questionsFor(viewer), ({ topic }) => topic)
  const views = await listViews(db, viewer)
  const today = clock().toISOString().slice(0, 10)
  return (
    <ReportsPage
      topics={[...topics].map(([topic, questions]) => ({ topic, questions: questions.map(({ id, title, lead }) => ({ href: `/reports/${id}`, title, lead })) }))}
      views={views.map(({ id, name, question, title, filters, shared, own, owner }) => ({ id, name, title, shared, own, owner, href: `/reports/${question}?${queryOf(filters)}` }))}
      deleteView={deleteViewAction}
    >
      {hasRole(viewer, 'auditor', 'admin') && <EvidenceCard action={exportEvidenceAction} from={`${today.slice(0, 8)}01`} to={today} />}
    </ReportsPage>
  )
}
