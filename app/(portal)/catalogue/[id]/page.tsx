import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { CatalogueDetailPage } from '#components/catalogue/catalogue-detail-page.tsx'
import { type CatalogRow, getCatalogEntry, listChanges } from '#lib/catalog/admin.queries.ts'
import type { Access } from '#lib/catalog/catalog-schema.ts'
import { impactOf } from '#lib/catalog/impact.queries.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { listMembers } from '#lib/people/people.queries.ts'
import { offerProfileAction, settleChangeAction } from '#app/_actions/catalog.actions.ts'
import { changeModels, impactWords, stateOf } from '#app/_server/catalog-view.ts'
import { ruleSentences, termsSentences } from '#app/_server/definition-words.ts'
import { dryRun, dryRunSchema, shadowModel } from '#app/_server/dry-run.ts'
import { getServices } from '#app/_server/services.ts'
import { suggestionModel, suggestionSchema } from '#app/_server/suggestion-view.ts'
import { durationText, profileRef } from '#app/_server/view-models.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Access profile' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function CatalogueEntry({ params, searchParams }: Props): Promise<ReactNode> {
  const { id } = await params
  const asked = await searchParams
  const [query, { days }] = [dryRunSchema.parse(asked), suggestionSchema.parse(asked)]
  const viewer = await requireRole(`/catalogue/${id}`, 'admin')
  const { db, clock } = await getServices()
  const entry = await getCatalogEntry(db, viewer, id)
  if (!entry) notFound()
  const { profile, baseHash } = entry
  const { definition } = profile
  const groups = [...(definition.pilot?.groups ?? definition.request.groups)]
  const [changes, members, trial, shadow, suggestion, impact] = await Promise.all([
    listChanges(db, viewer, { profileId: id }, 10),
    listMembers(db, viewer, groups),
    dryRun(viewer, profile, query),
    shadowModel(viewer, profile),
    suggestionModel(viewer, profile, days),
    impactOf(db, viewer, id, definition, null),
  ])
  return (
    <CatalogueDetailPage
      now={clock().toISOString()}
      profile={profileRef(profile)}
      description={profile.description}
      state={stateOf(profile)}
      terms={termsSentences(definition)}
      rules={ruleSentences(definition)}
      facts={factsOf(profile)}
      couldGet={{ groups, ...members }}
      dryRun={trial}
      shadow={shadow}
      suggestion={suggestion}
      changes={await changeModels(viewer, changes)}
      editHref={`/catalogue/${id}/edit`}
      offer={{ action: offerProfileAction, profileId: id, baseHash, offered: profile.offered, consequences: ['Nobody can ask for it any more.', ...impactWords(impact)].join(' ') }}
      decide={settleChangeAction}
    />
  )
}

function factsOf(profile: CatalogRow): { label: string; value: string; mono?: boolean }[] {
  const { access } = profile.definition
  return [
    { label: 'Id', value: profile.id, mono: true },
    ...accessFacts(access, roleArnOf(profile.definition, profile.account)),
    { label: 'Region', value: profile.account.region },
  ]
}

function accessFacts(access: Access, roleArn: string | null): { label: string; value: string; mono?: boolean }[] {
  if (access.kind === 'identity_center') {
    return [
      { label: 'Permission set', value: access.permissionSet, mono: true },
      { label: 'Assigned to', value: access.principal === 'user' ? 'Whoever asks' : `The group ${access.principal.group}` },
      { label: 'Sessions last', value: durationText(access.sessionDurationMinutes) },
    ]
  }
  const actions = access.scope.flatMap((statement) => statement.actions)
  return [
    { label: 'Role', value: roleArn ?? access.role, mono: true },
    { label: 'Scope', value: actions.length === 0 ? 'Everything that the role allows' : actions.join(', ') },
    access.kind === 'sts_role'
      ? { label: 'Goes on to', value: access.onwardRoles.length === 0 ? 'No other role' : access.onwardRoles.join(', ') }
      : { label: 'Vendor', value: access.vendorPrincipal ?? access.vendorAccount, mono: true },
  ]
}
