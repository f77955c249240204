import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ImportManagersPage } from '#components/people/import-managers-page.tsx'
import { importManagersAction } from '#app/_actions/people.actions.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Import managers' }

export default async function ImportManagers(): Promise<ReactNode> {
  await requireRole('/people/import', 'admin')
  return <ImportManagersPage action={importManagersAction} />
}
