import type { Database } from '#lib/db/client.ts'

type Named = { id: string; name: string }
export type NamedPeople = { manager: Named | null; owners: { groups: string[]; people: Named[] }; byReference: Map<string, Named> }
export type Decider = { personId: string; groups: readonly string[]; samePersonIds: string[]; actsFor: { personId: string; groups: string[] }[] }

/** Other identities of one human being: what an admin linked, and whoever shares the provider's person claim. */
export async function samePersonIds(db: Database, personId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT CASE WHEN "firstId" = ${personId}::uuid THEN "secondId" ELSE "firstId" END AS id FROM person_link WHERE ${personId}::uuid IN ("firstId", "secondId")
    UNION SELECT other.id FROM person me JOIN person other ON other."personClaim" = me."personClaim" AND other.id <> me.id WHERE me.id = ${personId}::uuid`
  return rows.map(({ id }) => id)
}

/**
 * In whose right somebody may decide at `now`: their own, and that of those who delegated to them. Delegations are not
 * passed on, and whoever delegated counts with what they have now, not when they delegated.
 */
export async function findDecider(db: Database, viewer: { personId: string; groups: readonly string[] }, now: Date): Promise<Decider> {
  const [same, delegations] = await Promise.all([
    samePersonIds(db, viewer.personId),
    db.delegation.findMany({
      where: { toId: viewer.personId, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now }, from: { disabledAt: null } },
      select: { from: { select: { id: true, lastKnownGroups: true } } },
      take: 50,
    }),
  ])
  return { personId: viewer.personId, groups: viewer.groups, samePersonIds: same, actsFor: delegations.map(({ from }) => ({ personId: from.id, groups: from.lastKnownGroups })) }
}

/**
 * The people a policy may name: the requester's manager, a profile's owners, and whoever it names by reference, a
 * subject at the first provider or `issuer|subject`. Who never signed in, or was switched off, is not among them.
 */
export async function findNamedPeople(
  db: Database,
  personId: string,
  references: readonly string[],
  owners: { groups: readonly string[]; people: readonly string[] },
  firstIssuer: string,
): Promise<NamedPeople> {
  const wanted = [...new Set([...references, ...owners.people])]
  const keys = wanted.map((reference) => ({ reference, ...splitReference(reference, firstIssuer) }))
  const [requester, people] = await Promise.all([
    db.person.findUniqueOrThrow({ where: { id: personId }, select: { manager: { select: { id: true, displayName: true, disabledAt: true } } } }),
    keys.length === 0 ? [] : db.person.findMany({ where: { disabledAt: null, OR: keys.map(({ issuer, subject }) => ({ issuer, subject })) }, select: { id: true, displayName: true, issuer: true, subject: true } }),
  ])
  const found = new Map(people.map((person) => [`${person.issuer}|${person.subject}`, { id: person.id, name: person.displayName }]))
  const byReference = new Map(keys.flatMap(({ reference, issuer, subject }) => {
    const person = found.get(`${issuer}|${subject}`)
    return person ? [[reference, person] as const] : []
  }))
  const { manager } = requester
  return {
    manager: manager && !manager.disabledAt ? { id: manager.id, name: manager.displayName } : null,
    owners: { groups: [...owners.groups], people: owners.people.flatMap((reference) => byReference.get(reference) ?? []) },
    byReference,
  }
}

/** A bare subject counts at the first provider only: another one could make up a subject that is somebody else's here. */
function splitReference(reference: string, firstIssuer: string): { issuer: string; subject: string } {
  const bar = reference.lastIndexOf('|')
  return bar > 0 && /^https?:\/\//.test(reference) ? { issuer: reference.slice(0, bar), subject: reference.slice(bar + 1) } : { issuer: firstIssuer, subject: reference }
}
