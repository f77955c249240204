import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { ProfileDefinition } from './catalog-schema.ts'

const withAccount = { account: true } satisfies Prisma.AccessProfileInclude
type Row = Prisma.AccessProfileGetPayload<{ include: typeof withAccount }>
export type ListedProfile = Omit<Row, 'definition'> & { definition: ProfileDefinition }

export type ProfileFilter = { search: string; account: string; environment: string; useCase: string }

const mayAskFor = (viewer: Viewer): Prisma.AccessProfileWhereInput => ({ offered: true, requesterGroups: { hasSome: [...viewer.groups] } })
const typed = (row: Row): ListedProfile => ({ ...row, definition: row.definition as unknown as ProfileDefinition })

/** What the viewer may ask for and `filter` leaves, by title. Every word of the search has to occur. */
export async function listProfilesFor(db: Database, viewer: Viewer, filter: ProfileFilter, take = 60): Promise<ListedProfile[]> {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)
  const rows = await db.accessProfile.findMany({
    where: {
      ...mayAskFor(viewer),
      ...(filter.account ? { accountId: filter.account } : {}),
      ...(filter.environment ? { environment: filter.environment } : {}),
      ...(filter.useCase ? { useCase: filter.useCase } : {}),
      AND: words.map((word) => ({ searchText: { contains: word } })),
    },
    include: withAccount,
    orderBy: [{ title: 'asc' }, { id: 'asc' }],
    take,
  })
  return rows.map(typed)
}

export function countProfilesFor(db: Database, viewer: Viewer): Promise<number> {
  return db.accessProfile.count({ where: mayAskFor(viewer) })
}

/** Profiles the viewer asked for lately and may still ask for, latest first. */
export async function listRecentProfilesFor(db: Database, viewer: Viewer, take = 3): Promise<ListedProfile[]> {
  const asked = await db.request.findMany({ where: { personId: viewer.personId, profile: mayAskFor(viewer) }, orderBy: { createdAt: 'desc' }, select: { profile: { include: withAccount } }, take: 20 })
  return [...new Map(asked.map(({ profile }) => [profile.id, profile])).values()].slice(0, take).map(typed)
}

/** A profile by id, offered or not and to whomever: `decideNewRequest` says why somebody cannot ask for it. */
export async function findProfile(db: Database, id: string): Promise<ListedProfile | null> {
  const row = await db.accessProfile.findUnique({ where: { id }, include: withAccount })
  return row ? typed(row) : null
}

export function listAccounts(db: Database): Promise<{ id: string; name: string; environment: string; region: string }[]> {
  return db.account.findMany({ where: { offered: true }, orderBy: { name: 'asc' }, take: 1_000 })
}
