import type { Database, Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'

type Named = { id: string; name: string }
export type NamedPeople = { manager: Named | null; owners: { groups: string[]; people: Named[] }; byReference: Map<string, Named> }
type Entitled = { personId: string; groups: readonly string[]; /** Their other identities; they can only cause a refusal. */ samePersonIds: string[] }
export type Decider = Entitled & { /** Those who delegated to them for now. */ actsFor: Entitled[] }

/** Other identities of one human being: what admins linked, and whoever shares the provider's person claim, through any number of steps. */
export async function samePersonIds(db: Database | Transaction, personId: string): Promise<string[]> {
  return (await identitiesOf(db, [personId])).get(personId) ?? []
}

/** The same of many people in one statement. */
export async function identitiesOf(db: Database | Transaction, personIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.$queryRaw<{ id: string; others: string[] }[]>`
    SELECT whose.id::text, ARRAY(SELECT same::text FROM same_person(whose.id) same WHERE same <> whose.id) AS others FROM unnest(${personIds}::uuid[]) whose(id)`
  return new Map(rows.map(({ id, others }) => [id, others]))
}

/**
 * In whose right somebody may decide at `now`: their own, and that of those who delegated to them. Delegations are not
 * passed on, and whoever delegated counts with what they have now, not when they delegated.
 */
export async function findDecider(db: Database, viewer: { personId: string; groups: readonly string[] }, now: Date): Promise<Decider> {
  const [row] = await db.$queryRaw<{ decider: DeciderRows }[]>`SELECT ${deciderColumn(viewer.personId, now)} AS decider`
  return readDecider(viewer, row?.decider ?? [])
}

export type DeciderRows = { id: string; groups: string[]; others: string[] }[]

/** What `readDecider` reads, as a column of somebody else's statement. */
export const deciderColumn = (personId: string, now: Date): Prisma.Sql => Prisma.sql`(
  SELECT jsonb_agg(jsonb_build_object('id', whose.id, 'groups', whose.groups, 'others', ARRAY(SELECT same FROM same_person(whose.id) same WHERE same <> whose.id)))
  FROM (
    SELECT ${personId}::uuid AS id, ARRAY[]::text[] AS groups
    UNION ALL
    (SELECT DISTINCT giver.id, giver."lastKnownGroups" FROM delegation
    JOIN person giver ON giver.id = delegation."fromId" AND giver."disabledAt" IS NULL
    WHERE delegation."toId" = ${personId}::uuid AND delegation."revokedAt" IS NULL AND delegation."startsAt" <= ${now}::timestamptz AND delegation."endsAt" > ${now}::timestamptz
    LIMIT 50)
  ) whose)`

/** The viewer as a decider, with the groups their sign-in has and those of whoever delegated to them. */
export function readDecider(viewer: { personId: string; groups: readonly string[] }, rows: DeciderRows): Decider {
  const entitled = rows.map(({ id, groups, others }) => ({ personId: id, groups, samePersonIds: others }))
  const own = entitled.find(({ personId }) => personId === viewer.personId)
  return { personId: viewer.personId, groups: viewer.groups, samePersonIds: own?.samePersonIds ?? [], actsFor: entitled.filter(({ personId }) => personId !== viewer.personId) }
}

/** Whom to look up: the requester's manager, a profile's owners, and whoever a policy names by reference. */
export type WantedPeople = { references: readonly string[]; manager: boolean; owners: { groups: readonly string[]; people: readonly string[] } | undefined }

/**
 * The people a policy may name: a reference is a subject at the first provider or `issuer|subject`. Who never signed in,
 * or was switched off, is not among them.
 */
export async function findNamedPeople(db: Database | Transaction, personId: string, { references, manager: managing, owners }: WantedPeople, firstIssuer: string): Promise<NamedPeople> {
  const wanted = [...new Set([...references, ...(owners?.people ?? [])])]
  const keys = wanted.map((reference) => ({ reference, ...splitReference(reference, firstIssuer) }))
  const [requester, people] = await Promise.all([
    managing ? db.person.findUniqueOrThrow({ where: { id: personId }, select: { manager: { select: { id: true, displayName: true, disabledAt: true } } } }) : null,
    keys.length === 0 ? [] : db.person.findMany({ where: { disabledAt: null, OR: keys.map(({ issuer, subject }) => ({ issuer, subject })) }, select: { id: true, displayName: true, issuer: true, subject: true } }),
  ])
  const found = new Map(people.map((person) => [`${person.issuer}|${person.subject}`, { id: person.id, name: person.displayName }]))
  const byReference = new Map(keys.flatMap(({ reference, issuer, subject }) => {
    const person = found.get(`${issuer}|${subject}`)
    return person ? [[reference, person] as const] : []
  }))
  const manager = requester?.manager
  return {
    manager: manager && !manager.disabledAt ? { id: manager.id, name: manager.displayName } : null,
    owners: { groups: [...(owners?.groups ?? [])], people: (owners?.people ?? []).flatMap((reference) => byReference.get(reference) ?? []) },
    byReference,
  }
}

/** A bare subject counts at the first provider only: another one could make up a subject that is somebody else's here. */
function splitReference(reference: string, firstIssuer: string): { issuer: string; subject: string } {
  const bar = reference.lastIndexOf('|')
  return bar > 0 && /^https?:\/\//.test(reference) ? { issuer: reference.slice(0, bar), subject: reference.slice(bar + 1) } : { issuer: firstIssuer, subject: reference }
}
