import type { Clock } from '#lib/config/clock.ts'
import { type GroupRoleMap, rolesOfGroups } from '#lib/config/portal-roles.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { findTriable, mayTriage, type TriageRefusal } from './find-triable.ts'

type Deps = { db: Database; clock: Clock; groupRoles: GroupRoleMap }
export type AssignResult = Result<{ name: string | null }, TriageRefusal | 'no_responder' | 'about_them' | 'already'>

/** A list to choose from; who is not on it can still take a finding themselves. */
const mostResponders = 200

/** The people a finding can be given to: those last known to be responders or admins, by name. Empty for whoever may not give it. */
export async function listResponders({ db, groupRoles }: Pick<Deps, 'db' | 'groupRoles'>, viewer: Viewer): Promise<{ id: string; name: string }[]> {
  if (!mayTriage(viewer).ok) return []
  const groups = [...groupRoles.keys()].filter((group) => rolesOfGroups([group], groupRoles).some((role) => role === 'responder' || role === 'admin'))
  const people = await db.person.findMany({ where: { disabledAt: null, lastKnownGroups: { hasSome: groups } }, select: { id: true, displayName: true }, orderBy: [{ displayName: 'asc' }, { id: 'asc' }], take: mostResponders })
  return people.map(({ id, displayName }) => ({ id, name: displayName }))
}

/**
 * Gives a finding that is not closed to a responder or an admin, oneself among them, or back to nobody (`null`). Nobody is
 * given a finding about their own access, under any of their identities. Whoever gets one from somebody else is told. The
 * viewer must be fresh.
 */
export async function assignFinding(deps: Deps, viewer: Viewer, findingId: string, personId: string | null): Promise<AssignResult> {
  const { db, clock } = deps
  const found = await findTriable(db, viewer, findingId)
  if (!found.ok) return found
  const { finding } = found
  const person = personId === null ? null : personId === viewer.personId ? { id: personId, name: viewer.displayName } : (await listResponders(deps, viewer)).find(({ id }) => id === personId)
  if (person === undefined) return refuse('no_responder', 'That person is no responder or admin.', 'Choose somebody from the list.')
  const holder = finding.grant?.personId
  if (person && holder && (person.id === holder || (await samePersonIds(db, holder)).includes(person.id))) return refuse('about_them', 'This finding is about their own access.', 'Choose somebody else.')
  const now = clock()
  return db.$transaction(async (tx): Promise<AssignResult> => {
    const { count } = await tx.finding.updateMany({
      where: { id: findingId, state: { in: ['open', 'acknowledged'] }, assignedToId: finding.assignedToId },
      data: { assignedToId: person?.id ?? null, updatedAt: now },
    })
    if (count !== 1) return refuse('already', 'Somebody else changed this finding meanwhile.', 'The page shows its state now.')
    await appendEntry(tx, {
      kind: 'finding.assigned',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: findingId,
      requestId: finding.grant?.requestId,
      grantId: finding.grantId ?? undefined,
      facts: { detector: finding.detector, severity: finding.severity, before: finding.assignedToId, after: person?.id ?? null },
    })
    if (person && person.id !== viewer.personId) await tellLater(tx, { kind: 'finding.assigned', findingId, to: { personIds: [person.id] }, facts: { severity: finding.severity } }, now)
    return { ok: true, name: person?.name ?? null }
  })
}
