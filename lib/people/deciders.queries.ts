import type { Database } from '#lib/db/client.ts'

type Named = { id: string; name: string }
export type NamedPeople = { manager: Named | null; owners: { groups: string[]; people: Named[] }; byReference: Map<string, Named> }
type Entitled = { personId: string; groups: readonly string[]; /** Their other identities; they can only cause a refusal. */ samePersonIds: string[] }
export type Decider = Entitled & { /** Those who delegated to them for now. */ actsFor: Entitled[] }

/** Other identities of one human being: what admins linked, and whoever shares the provider's person claim, through any number of steps. */
export async function samePersonIds(db: Database, personId: string): Promise<string[]> {
  return (await identitiesOf(db, [personId])).get(personId) ?? []
}

async function identitiesOf(db: Database, personIds: readonly string[]): Promise<Map<string, string[]>> {
  if (personIds.length === 0) return new Map()
  const rows = await db.$queryRaw<{ id: string; others: string[] }[]>`
    SELECT whose.id::text, ARRAY(SELECT same::text FROM same_person(whose.id) same WHERE same <> whose.id) AS others FROM unnest(${personIds}::uuid[]) whose(id)`
  return new Map(rows.map(({ id, others }) => [id, others]))
}

/**
 * In whose right somebody may decide at `now`: their own, and that of those who delegated to them. Delegations are not
 * passed on, and whoever delegated counts with what they have now, not when they delegated.
 */
export async function findDecider(db: Database, viewer: { personId: string; groups: readonly string[] }, now: Date): Promise<Decider> {
  const delegations = await db.delegation.findMany({
    where: { toId: viewer.personId, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now }, from: { disabledAt: null } },
    select: { from: { select: { id: true, lastKnownGroups: true } } },
    take: 50,
  })
  const others = [...new Map(delegations.map(({ from }) => [from.id, from.lastKnownGroups]))]
  const identities = await identitiesOf(db, [viewer.personId, ...others.map(([id]) => id)])
  const entitled = (personId: string, groups: readonly string[]): Entitled => ({ personId, groups, samePersonIds: identities.get(personId) ?? [] })
  return { ...entitled(viewer.personId, viewer.groups), actsFor: others.map(([id, groups]) => entitled(id, groups)) }
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
