import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ImportPage } from '#components/catalogue/import-page.tsx'
import { addAccountsAction } from '#app/_actions/import.actions.ts'
import { importModel } from '#app/_server/import-view.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Import from AWS' }

export default async function Import(): Promise<ReactNode> {
  const viewer = await requireRole('/catalogue/import', 'admin')
  return <ImportPage {...await importModel(viewer)} add={addAccountsAction} />
}
