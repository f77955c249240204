import type { Surroundings } from './parse-catalog.ts'
import { isStorable } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { digestOf, numbered } from './catalog-state.ts'
import { definitionOf } from './definition-of.ts'

const withAccount = { account: true } satisfies Prisma.AccessProfileInclude
const withPeople = { proposer: { select: { id: true, displayName: true } }, decider: { select: { displayName: true } } } satisfies Prisma.CatalogChangeInclude

export type CatalogRow = Omit<Prisma.AccessProfileGetPayload<{ include: typeof withAccount }>, 'definition'> & { definition: ProfileDefinition }
export type ListedChange = Prisma.CatalogChangeGetPayload<{ include: typeof withPeople }>
export type CatalogFilter = { search: string; state: string }

/** Profiles by account and title, offered or not, for admins; empty for others. `after` is the `next` of the page before. */
export async function listCatalog(db: Database, viewer: Viewer, { search, state }: CatalogFilter, { take, after }: { take: number; after: string | undefined }): Promise<{ profiles: CatalogRow[]; next: string | null }> {
  if (!hasRole(viewer, 'admin')) return { profiles: [], next: null }
  const words = isStorable(search) ? search.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8) : []
  const waiting = state === 'waiting' ? await db.catalogChange.findMany({ where: { state: 'proposed', subject: 'profile' }, select: { subjectId: true } }) : []
  const states: Record<string, Prisma.AccessProfileWhereInput> = {
    offered: { offered: true, definition: { path: ['pilot'], equals: Prisma.DbNull } },
    pilot: { offered: true, NOT: { definition: { path: ['pilot'], equals: Prisma.DbNull } } },
    withdrawn: { offered: false },
    waiting: { id: { in: waiting.map(({ subjectId }) => subjectId) } },
  }
  const [account = '', id = ''] = (after ?? '').split('~')
  const rows = await db.accessProfile.findMany({
    where: {
      AND: [
        ...words.map((word) => ({ searchText: { contains: word } })),
        Object.hasOwn(states, state) ? (states[state] ?? {}) : {},
        after && isStorable(after) ? { OR: [{ accountId: { gt: account } }, { accountId: account, id: { gt: id } }] } : {},
      ],
    },
    include: withAccount,
    orderBy: [{ accountId: 'asc' }, { id: 'asc' }],
    take: take + 1,
  })
  const last = rows.length > take ? rows[take - 1] : undefined
  return { profiles: rows.slice(0, take).map((row) => ({ ...row, definition: definitionOf(row) })), next: last ? `${last.accountId}~${last.id}` : null }
}

/** One profile for admins, and the digest that a change of it is bound to; null for others. */
export async function getCatalogEntry(db: Database, viewer: Viewer, id: string): Promise<{ profile: CatalogRow; baseHash: string } | null> {
  const row = hasRole(viewer, 'admin') && isStorable(id) ? await db.accessProfile.findUnique({ where: { id }, include: withAccount }) : null
  return row ? { profile: { ...row, definition: definitionOf(row) }, baseHash: digestOf(row.offered ? numbered(definitionOf(row), row.accountId) : null) } : null
}

/** Changes, latest first, for admins; empty for others: those that wait, or those of one profile. */
export function listChanges(db: Database, viewer: Viewer, which: { waiting: true } | { settled: true } | { profileId: string }, take = 50): Promise<ListedChange[]> {
  if (!hasRole(viewer, 'admin')) return Promise.resolve([])
  const where: Prisma.CatalogChangeWhereInput = 'waiting' in which ? { state: 'proposed' } : 'settled' in which ? { state: { not: 'proposed' } } : { subject: 'profile', subjectId: which.profileId }
  return db.catalogChange.findMany({ where, include: withPeople, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take })
}

/** How many changes wait for an admin; 0 for others. */
export function countWaitingChanges(db: Database, viewer: Viewer): Promise<number> {
  return hasRole(viewer, 'admin') ? db.catalogChange.count({ where: { state: 'proposed' } }) : Promise.resolve(0)
}

/** Accounts that a profile may be in, by name, for admins; empty for others. */
export function listCatalogAccounts(db: Database, viewer: Viewer): Promise<{ id: string; name: string; environment: string; region: string }[]> {
  return hasRole(viewer, 'admin') ? db.account.findMany({ where: { offered: true }, orderBy: { name: 'asc' }, select: { id: true, name: true, environment: true, region: true } }) : Promise.resolve([])
}

/** What a profile that is written by itself stands beside; nothing for others than admins. */
export async function surroundingsOf(db: Database, viewer: Viewer): Promise<Surroundings> {
  if (!hasRole(viewer, 'admin')) return { accounts: [], vendors: [] }
  const [accounts, vendors] = await Promise.all([
    listCatalogAccounts(db, viewer),
    db.accessProfile.findMany({ where: { offered: true, definition: { path: ['access', 'kind'], equals: 'third_party_trust' } }, select: { definition: true } }),
  ])
  return { accounts: accounts.map(({ name }) => name), vendors: vendors.map(definitionOf) }
}
