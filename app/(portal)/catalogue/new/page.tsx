import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import type { EditorModel } from '#components/catalogue/catalogue-models.ts'
import { EditorPage } from '#components/catalogue/editor-page.tsx'
import { listCatalogAccounts } from '#lib/catalog/admin.queries.ts'
import { draftProfile } from '#lib/catalog/import/draft-profile.ts'
import { digestOf } from '#lib/catalog/catalog-state.ts'
import { checkDraftAction, saveProfileAction } from '#app/_actions/catalog.actions.ts'
import { checkDraft } from '#app/_server/draft-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'New access profile' }

/** Something to begin with; the groups and the role have to be filled in. */
const skeleton = {
  id: 'new-profile',
  title: 'New profile',
  description: 'What it is for, and what it opens.',
  useCase: 'developer',
  riskTier: 'high',
  access: { kind: 'sts_role', role: 'latchkey/new-profile' },
  limits: { maxDurationMinutes: 60, leaseMinutes: 60 },
  request: { groups: [] as string[], ticket: 'none', justificationMinLength: 20 },
  approval: { rules: [{ name: 'One approver', when: {}, steps: [{ deciders: { groups: [] as string[], people: [] as string[], manager: false, owners: false }, quorum: 1 }] }] },
  proof: { call: 'ec2:DescribeRegions' },
}

const one = z.string().max(256).catch('').default('')
/** What was found in AWS, as the import page links here; whatever else stands there begins with nothing. */
const querySchema = z.object({ account: one, role: one, permissionSet: one, minutes: z.coerce.number().int().min(1).max(720).catch(60).default(60) })
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function NewProfile({ searchParams }: Props): Promise<ReactNode> {
  const viewer = await requireRole('/catalogue/new', 'admin')
  const { db } = await getServices()
  const accounts = await listCatalogAccounts(db, viewer)
  const { account, role, permissionSet, minutes } = querySchema.parse(await searchParams)
  const place = accounts.find(({ name }) => name === account)?.name ?? accounts[0]?.name ?? ''
  const model: EditorModel = { ...skeleton, account: place, ...(role ? draftProfile({ kind: 'role', found: { accountId: '', role, description: '', maxSessionMinutes: minutes } }, place) : permissionSet ? { ...draftProfile({ kind: 'permission_set', found: { name: permissionSet, description: '', sessionMinutes: minutes } }, place), proof: undefined } : {}) }
  const first = await checkDraft(viewer, { profileId: null, draft: { json: JSON.stringify(model) } })
  return (
    <EditorPage
      profileId={null}
      title="New profile"
      back={{ href: '/catalogue', label: 'Catalogue' }}
      baseHash={digestOf(null)}
      first={{ ...first, model }}
      accounts={accounts.map(({ name }) => name)}
      check={checkDraftAction}
      save={saveProfileAction}
    />
  )
}
