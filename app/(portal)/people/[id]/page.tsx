import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import type { PersonPrivacyModel } from '#components/people/people-models.ts'
import { PersonPage } from '#components/people/person-page.tsx'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { getPerson, type WholePerson } from '#lib/people/people-admin.queries.ts'
import { noteRead } from '#lib/people/note-read.ts'
import { listHolds } from '#lib/reports/privacy/legal-holds.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { choosePeopleAction, linkPeopleAction, setManagerAction, switchPersonAction, unlinkPeopleAction } from '#app/_actions/people.actions.ts'
import { forgetPersonAction, placeHoldAction, releaseHoldAction } from '#app/_actions/privacy.actions.ts'
import { delegationRow } from '#app/_server/delegation-view.ts'
import { getServices } from '#app/_server/services.ts'
import { iso } from '#app/_server/view-models.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Person' }

type Props = { params: Promise<{ id: string }> }
const sources: Record<string, string> = { claim: 'as the identity provider says', admin: 'set by an admin', import: 'from an imported file' }

export default async function Person({ params }: Props): Promise<ReactNode> {
  const { id } = await params
  const viewer = await requireRole(`/people/${id}`, 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const person = z.uuid().safeParse(id).success ? await getPerson(db, viewer, id, clock()) : null
  if (!person) notFound()
  await noteRead(db, viewer, { kind: 'person.read', subjectId: id, ownerId: id }, clock())
  const { displayName, username, email, issuer, subject, manager, reports } = person
  return (
    <PersonPage
      now={clock().toISOString()}
      person={{
        id,
        name: displayName,
        username,
        email,
        issuer,
        subject,
        groups: person.lastKnownGroups,
        firstSeenAt: person.firstSeenAt.toISOString(),
        lastSignedInAt: person.lastSignedInAt.toISOString(),
        offSince: iso(person.disabledAt),
        manager: manager && { name: manager.displayName, href: `/people/${manager.id}`, source: sources[person.managerSource ?? ''] ?? '' },
        reports,
        linked: person.linked.map((other) => ({ id: other.id, name: other.displayName, username: other.username, href: `/people/${other.id}`, byAdmin: other.byAdmin })),
        delegations: person.delegations.map((row) => delegationRow(row, id)),
        access: person.liveGrants.map(({ requestId, code, title, endsAt }) => ({ href: `/requests/${requestId}`, code, title, endsAt: iso(endsAt) })),
      }}
      admin={hasRole(viewer, 'admin') ? { setManager: setManagerAction, link: linkPeopleAction, unlink: unlinkPeopleAction, choose: choosePeopleAction } : null}
      switching={person.forgotten ? null : await switchingFor(viewer, id, person.disabledAt !== null)}
      privacy={await privacyFor(viewer, person)}
    />
  )
}

/** For auditors and admins: what holds the data, and for admins the way to forget somebody who is switched off. */
async function privacyFor(viewer: Viewer, { id, forgotten, disabledAt }: WholePerson): Promise<PersonPrivacyModel | null> {
  if (!hasRole(viewer, 'auditor', 'admin')) return null
  const { db } = await getServices()
  const holds = await listHolds(db, viewer, id)
  const own = [viewer.personId, ...(await samePersonIds(db, viewer.personId))].includes(id)
  return {
    holds: holds.map(({ id: holdId, personId, reason }) => ({ id: holdId, everybody: personId === null, reason })),
    forgottenAt: iso(forgotten?.forgottenAt ?? null),
    place: placeHoldAction,
    release: releaseHoldAction,
    forget: hasRole(viewer, 'admin') && disabledAt !== null && !own ? forgetPersonAction : null,
  }
}

/** Responders switch off, admins on as well; nobody themselves, under any identity. */
async function switchingFor(viewer: Viewer, id: string, off: boolean): Promise<{ action: typeof switchPersonAction; to: 'off' | 'on' } | null> {
  if (!(off ? hasRole(viewer, 'admin') : hasRole(viewer, 'responder', 'admin'))) return null
  const { db } = await getServices()
  const own = [viewer.personId, ...(await samePersonIds(db, viewer.personId))].includes(id)
  return own ? null : { action: switchPersonAction, to: off ? 'on' : 'off' }
}
