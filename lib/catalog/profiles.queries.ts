import { isStorable } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { definitionOf } from './definition-of.ts'

const withAccount = { account: true } satisfies Prisma.AccessProfileInclude
type Row = Prisma.AccessProfileGetPayload<{ include: typeof withAccount }>
export type ListedProfile = Omit<Row, 'definition'> & { definition: ProfileDefinition }

export type ProfileFilter = { search: string; account: string; environment: string; useCase: string }

const mayAskFor = (viewer: Viewer): Prisma.AccessProfileWhereInput => ({ offered: true, requesterGroups: { hasSome: [...viewer.groups] }, NOT: { excludedPersonIds: { has: viewer.personId } } })
const typed = (row: Row): ListedProfile => ({ ...row, definition: definitionOf(row) })

/** Every word of the search has to occur. An account is named by its number, or by a part of its number or name. */
function leftBy(viewer: Viewer, filter: ProfileFilter): Prisma.AccessProfileWhereInput {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)
  return {
    ...mayAskFor(viewer),
    ...(filter.account ? { account: { OR: [{ id: { contains: filter.account } }, { name: { contains: filter.account.toLowerCase() } }] } } : {}),
    ...(filter.environment ? { environment: filter.environment } : {}),
    ...(filter.useCase ? { useCase: filter.useCase } : {}),
    AND: words.map((word) => ({ searchText: { contains: word } })),
  }
}

/** What the viewer may ask for and `filter` leaves, by title. */
export async function listProfilesFor(db: Database, viewer: Viewer, filter: ProfileFilter, take = 30): Promise<ListedProfile[]> {
  const rows = await db.accessProfile.findMany({
    where: leftBy(viewer, filter),
    include: withAccount,
    orderBy: [{ title: 'asc' }, { id: 'asc' }],
    take,
  })
  return rows.map(typed)
}

/** How many the viewer may ask for and, when given, `filter` leaves. */
export function countProfilesFor(db: Database, viewer: Viewer, filter?: ProfileFilter): Promise<number> {
  return db.accessProfile.count({ where: filter ? leftBy(viewer, filter) : mayAskFor(viewer) })
}

/** Profiles the viewer asked for lately and may still ask for, latest first. */
export async function listRecentProfilesFor(db: Database, viewer: Viewer, take = 3): Promise<ListedProfile[]> {
  const asked = await db.request.findMany({ where: { personId: viewer.personId, profile: mayAskFor(viewer) }, orderBy: { createdAt: 'desc' }, select: { profile: { include: withAccount } }, take: 20 })
  return [...new Map(asked.map(({ profile }) => [profile.id, profile])).values()].slice(0, take).map(typed)
}

/** A profile by id, offered or not and to whomever: `decideNewRequest` says why somebody cannot ask for it. */
export async function findProfile(db: Database, id: string): Promise<ListedProfile | null> {
  const row = isStorable(id) ? await db.accessProfile.findUnique({ where: { id }, include: withAccount }) : null
  return row ? typed(row) : null
}

/** Accounts that have something the viewer may ask for, by name; null when they are more than `most`. */
export async function listAccounts(db: Database, viewer: Viewer, most = 100): Promise<{ id: string; name: string; environment: string; region: string }[] | null> {
  const accounts = await db.account.findMany({ where: { offered: true, profiles: { some: mayAskFor(viewer) } }, orderBy: { name: 'asc' }, take: most + 1 })
  return accounts.length > most ? null : accounts
}
