import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { typedText } from '#lib/config/typed-text.ts'
import { RequestPage } from '#components/request/request-page.tsx'
import type { Catalogue, ChosenProfile } from '#components/request/request-models.ts'
import { useCases } from '#lib/catalog/catalog-schema.ts'
import { eligibleGroups } from '#lib/catalog/eligibility.ts'
import { environments } from '#lib/catalog/environments.ts'
import { countProfilesFor, findProfile, listAccounts, type ListedProfile, listProfilesFor, listRecentProfilesFor } from '#lib/catalog/profiles.queries.ts'
import { groupsFor, type Viewer } from '#lib/people/viewer.ts'
import { decideNewRequest, longestJustification } from '#lib/requests/decide-new-request.ts'
import { createRequestAction, requestAnswerAction } from '#app/_actions/request.actions.ts'
import { sessionsLiveOn } from '#app/_server/assignment-facts.ts'
import { narrowedFor } from '#app/_server/narrowed.ts'
import { narrowedModel } from '#app/_server/narrowed-view.ts'
import { previewProfile } from '#app/_server/permission-preview.ts'
import { answerFor } from '#app/_server/request-answer.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'
import { accountRef, orList, profileRef } from '#app/_server/view-models.ts'

export const metadata: Metadata = { title: 'Request access' }

const one = typedText.pipe(z.string().max(200)).catch('').default('')
const querySchema = z.object({ q: one, account: one, environment: one, use: one, profile: one })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const useCaseLabels: Record<(typeof useCases)[number], string> = { developer: 'Developer access', api: 'API access', third_party: 'Third-party integration' }
const grantKindLabels = { sts_role: 'Temporary credentials of a role', identity_center: 'Permission set of IAM Identity Center', third_party_trust: 'A vendor takes on a role of its own' } as const

export default async function RequestAccess({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireViewer(`/request?${new URLSearchParams(query)}`, { stored: true })
  const { db, clock } = await getServices()
  const profile = query.profile ? await findProfile(db, query.profile) : null
  const eligibility = profile ? decideNewRequest({ ...profile, excluded: profile.excludedPersonIds.includes(viewer.personId) }, viewer.groups, { profileId: profile.id, durationMinutes: 1, justification: '' }, clock()) : null
  const emergency = profile ? emergencyOf(viewer, profile) : null
  // Whom only an emergency lets in gets the form, which says so.
  const refused = eligibility && !eligibility.ok && eligibility.code !== 'invalid_input' && !(eligibility.code === 'not_eligible' && emergency) ? eligibility : null
  const missing = query.profile && !profile ? { message: 'This profile is not in the catalogue.', mend: 'Choose another one from the list.' } : null
  return (
    <RequestPage
      now={clock().toISOString()}
      // Only what an emergency may open can be sent then; the list shows what there is.
      catalogue={await catalogueFor({ ...viewer, groups: groupsFor(viewer, { emergency: true }) }, query)}
      emergencyOnly={viewer.storedGroups !== undefined}
      chosen={profile && !refused ? { ...(await chosenProfile(viewer, profile)), also: await alsoFor(viewer, profile) } : null}
      notOffered={refused ? { message: refused.message, mend: refused.mend } : missing}
      action={createRequestAction}
      answerAction={requestAnswerAction}
      baseHref={hrefOf({ ...query, profile: '' })}
    />
  )
}

function hrefOf(query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/request' : `/request?${new URLSearchParams(filled)}`
}

async function catalogueFor(viewer: Viewer, query: Query): Promise<Catalogue> {
  const { db } = await getServices()
  const filter = { search: query.q, account: query.account, environment: query.environment, useCase: query.use }
  const [entries, recent, matching, total, accounts] = await Promise.all([
    listProfilesFor(db, viewer, filter),
    listRecentProfilesFor(db, viewer),
    countProfilesFor(db, viewer, filter),
    countProfilesFor(db, viewer),
    listAccounts(db, viewer),
  ])
  const entry = (profile: ListedProfile): Catalogue['entries'][number] => ({ profile: profileRef(profile), summary: profile.description, href: hrefOf({ ...query, profile: profile.id }) })
  return {
    query: { q: query.q, account: query.account, environment: query.environment, use: query.use },
    accounts: accounts && accounts.map((account) => ({ value: account.id, label: account.name })),
    environments: environments.map((environment) => ({ value: environment, label: environment.charAt(0).toUpperCase() + environment.slice(1) })),
    useCases: useCases.map((useCase) => ({ value: useCase, label: useCaseLabels[useCase] })),
    recent: recent.map(entry),
    entries: entries.map(entry),
    matching,
    total,
  }
}

function emergencyOf(viewer: Viewer, { definition, excludedPersonIds }: ListedProfile): ChosenProfile['emergency'] {
  if (excludedPersonIds.includes(viewer.personId)) return null
  const { breakGlass, limits } = definition
  if (!breakGlass?.groups.some((group) => groupsFor(viewer, { emergency: true }).includes(group))) return null
  return { maxMinutes: Math.min(breakGlass.maxDurationMinutes, limits.maxDurationMinutes), reviewWithinHours: breakGlass.reviewWithinHours, reviewers: orList(breakGlass.reviewers) }
}

const mostToOffer = 8

/** What may be asked for together with a profile: of its account first, as long as nothing more has to be typed for it. */
async function alsoFor(viewer: Viewer, profile: ListedProfile): Promise<ChosenProfile['also']> {
  const { db } = await getServices()
  const others = await listProfilesFor(db, viewer, { search: '', account: '', environment: '', useCase: '' }, 60)
  const fits = ({ id, definition, excludedPersonIds }: ListedProfile): boolean => id !== profile.id && !excludedPersonIds.includes(viewer.personId) && eligibleGroups(definition, false).some((group) => viewer.groups.includes(group)) && (definition.request.ticket !== 'required' || profile.definition.request.ticket !== 'none')
  const near = (other: ListedProfile): number => (other.accountId === profile.accountId ? 0 : 1)
  return others.filter(fits).toSorted((left, right) => near(left) - near(right)).slice(0, mostToOffer).map(({ id, title, account }) => ({ slug: id, name: title, account: accountRef(account) }))
}

async function chosenProfile(viewer: Viewer, profile: ListedProfile): Promise<Omit<ChosenProfile, 'also'>> {
  const { limits, request, access } = profile.definition
  const presets = [15, 30, 60, 120, 240, 480].filter((minutes) => minutes < limits.maxDurationMinutes)
  const defaultMinutes = Math.min(60, limits.maxDurationMinutes)
  const [preview, narrowed, answer] = await Promise.all([previewProfile(profile), narrowedFor(viewer, { profileId: profile.id, onlyUsed: true }), answerFor(viewer, { profileId: profile.id, durationMinutes: defaultMinutes, justification: '' })])
  return {
    profile: profileRef(profile),
    summary: profile.description,
    grantKind: grantKindLabels[profile.definition.access.kind],
    preview: preview.model,
    presets: [...presets.slice(-4), limits.maxDurationMinutes],
    minMinutes: 1,
    maxMinutes: limits.maxDurationMinutes,
    defaultMinutes,
    justification: { minLength: request.justificationMinLength, maxLength: longestJustification, hint: 'What you need to do, and why now. The approver reads it.' },
    ticket: request.ticket === 'none' ? null : { required: request.ticket === 'required', label: 'Ticket', hint: 'The reference of the ticket this belongs to.', placeholder: 'OPS-123' },
    narrowed: narrowedModel(narrowed),
    emergency: emergencyOf(viewer, profile),
    answer,
    note: access.kind === 'identity_center' ? sessionsLiveOn(access.sessionDurationMinutes) : 'Access ends to the second: AWS itself refuses everything from then on.',
  }
}
