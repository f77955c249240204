import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import type { EditorModel } from '#components/catalogue/catalogue-models.ts'
import { EditorPage } from '#components/catalogue/editor-page.tsx'
import { getCatalogEntry, listCatalogAccounts } from '#lib/catalog/admin.queries.ts'
import { checkDraftAction, saveProfileAction } from '#app/_actions/catalog.actions.ts'
import { checkDraft } from '#app/_server/draft-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Edit an access profile' }

export default async function EditProfile({ params }: { params: Promise<{ id: string }> }): Promise<ReactNode> {
  const { id } = await params
  const viewer = await requireRole(`/catalogue/${id}/edit`, 'admin')
  const { db } = await getServices()
  const entry = await getCatalogEntry(db, viewer, id)
  if (!entry) notFound()
  const model = { ...entry.profile.definition, account: entry.profile.account.name } as EditorModel
  const [first, accounts] = await Promise.all([checkDraft(viewer, { profileId: id, draft: { json: JSON.stringify(model) } }), listCatalogAccounts(db, viewer)])
  return (
    <EditorPage
      profileId={id}
      title={`Edit ${entry.profile.title}`}
      back={{ href: `/catalogue/${id}`, label: entry.profile.title }}
      baseHash={entry.baseHash}
      first={{ ...first, model }}
      accounts={accounts.map(({ name }) => name)}
      check={checkDraftAction}
      save={saveProfileAction}
    />
  )
}
