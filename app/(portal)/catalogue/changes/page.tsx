import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ChangesPage } from '#components/catalogue/changes-page.tsx'
import { listChanges } from '#lib/catalog/admin.queries.ts'
import { settleChangeAction } from '#app/_actions/catalog.actions.ts'
import { changeModels } from '#app/_server/catalog-view.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Changes of the catalogue' }

export default async function Changes(): Promise<ReactNode> {
  const viewer = await requireRole('/catalogue/changes', 'admin')
  const { db, clock } = await getServices()
  const [waiting, settled] = await Promise.all([listChanges(db, viewer, { waiting: true }), listChanges(db, viewer, { settled: true }, 20)])
  return <ChangesPage now={clock().toISOString()} waiting={await changeModels(viewer, waiting)} settled={await changeModels(viewer, settled)} decide={settleChangeAction} live={liveOn(['catalog'])} />
}
