import { isStorable } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { samePersonIds } from './deciders.queries.ts'
import { hasRole, type Viewer } from './viewer.ts'

const listed = { manager: { select: { id: true, displayName: true } } } satisfies Prisma.PersonInclude
export type ListedPerson = Prisma.PersonGetPayload<{ include: typeof listed }>
const maySee = (viewer: Viewer): boolean => hasRole(viewer, 'admin', 'responder', 'auditor')

/** Everybody who ever signed in, by name, whose name, user name or address contains `text`; for admins, responders and auditors, empty for others. `next` begins the next page. */
export async function listPeoplePage(db: Database, viewer: Viewer, { text, after }: { text: string; after: string | undefined }, take = 25): Promise<{ people: ListedPerson[]; next: string | null }> {
  if (!maySee(viewer)) return { people: [], next: null }
  const contains = { contains: text, mode: 'insensitive' as const }
  const from = after ? readPlace(after) : undefined
  const people = await db.person.findMany({
    where: {
      ...(text ? { OR: [{ displayName: contains }, { username: contains }, { email: contains }] } : {}),
      ...(from ? { AND: [{ OR: [{ displayName: { gt: from.name } }, { displayName: from.name, id: { gt: from.id } }] }] } : {}),
    },
    include: listed,
    orderBy: [{ displayName: 'asc' }, { id: 'asc' }],
    take: take + 1,
  })
  const last = people.length > take ? people[take - 1] : undefined
  return { people: people.slice(0, take), next: last ? `${last.id}~${last.displayName}` : null }
}

function readPlace(after: string): { id: string; name: string } | undefined {
  const [id, name] = [after.slice(0, 36), after.slice(37)]
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}~$/.test(after.slice(0, 37)) && isStorable(name) ? { id, name } : undefined
}

const delegationSides = { from: { select: { id: true, displayName: true } }, to: { select: { id: true, displayName: true } } } satisfies Prisma.DelegationInclude
export type ListedDelegation = Prisma.DelegationGetPayload<{ include: typeof delegationSides }>
export type WholePerson = ListedPerson & { forgotten: { forgottenAt: Date } | null; linked: { id: string; displayName: string; username: string; byAdmin: boolean }[]; delegations: ListedDelegation[]; reports: number; liveGrants: { requestId: string; code: string; title: string; endsAt: Date | null }[] }

/** One person with what ties them to others and the access they hold now; for admins, responders and auditors. */
export async function getPerson(db: Database, viewer: Viewer, id: string, now: Date): Promise<WholePerson | null> {
  if (!maySee(viewer)) return null
  const person = await db.person.findUnique({ where: { id }, include: { ...listed, forgotten: { select: { forgottenAt: true } }, _count: { select: { reports: true } } } })
  if (!person) return null
  const others = await samePersonIds(db, id)
  const [linked, links, delegations, grants] = await Promise.all([
    db.person.findMany({ where: { id: { in: others } }, select: { id: true, displayName: true, username: true } }),
    db.personLink.findMany({ where: { OR: [{ firstId: id }, { secondId: id }] } }),
    listDelegations(db, { personId: id }, now),
    db.grant.findMany({ where: { personId: id, state: { in: ['scheduled', 'activating', 'active', 'ending'] } }, select: { requestId: true, code: true, endsAt: true, profile: { select: { title: true } } }, take: 20, orderBy: { createdAt: 'desc' } }),
  ])
  const direct = new Set(links.flatMap(({ firstId, secondId }) => [firstId, secondId]))
  return {
    ...person,
    linked: linked.map((other) => ({ ...other, byAdmin: direct.has(other.id) })),
    delegations,
    reports: person._count.reports,
    liveGrants: grants.map(({ profile, ...grant }) => ({ ...grant, title: profile.title })),
  }
}

/** Delegations from and to somebody that are not over, soonest first. */
export function listDelegations(db: Database, { personId }: { personId: string }, now: Date): Promise<ListedDelegation[]> {
  return db.delegation.findMany({ where: { revokedAt: null, endsAt: { gt: now }, OR: [{ fromId: personId }, { toId: personId }] }, include: delegationSides, orderBy: { startsAt: 'asc' }, take: 50 })
}

export type PersonChoice = { id: string; name: string; username: string }

/** People to choose from by a part of their name or user name, the viewer not among them; nobody before two characters. */
export async function choosePeople(db: Database, viewer: Viewer, text: string, take = 8): Promise<PersonChoice[]> {
  if (text.length < 2) return []
  const contains = { contains: text, mode: 'insensitive' as const }
  const people = await db.person.findMany({ where: { disabledAt: null, id: { not: viewer.personId }, OR: [{ displayName: contains }, { username: contains }] }, orderBy: { displayName: 'asc' }, take, select: { id: true, displayName: true, username: true } })
  return people.map(({ id, displayName, username }) => ({ id, name: displayName, username }))
}
