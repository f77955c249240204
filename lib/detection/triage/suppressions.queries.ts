import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

const listed = { person: { select: { id: true, displayName: true, email: true } }, createdBy: { select: { displayName: true } }, endedBy: { select: { displayName: true } }, _count: { select: { findings: { where: { state: 'suppressed' } } } } } satisfies Prisma.SuppressionInclude
export type ListedSuppression = Prisma.SuppressionGetPayload<{ include: typeof listed }> & { accountName: string | null }

/** Suppressions, those in force first as they end, then the latest that are over; for those who watch. */
export async function listSuppressions(db: Database, viewer: Viewer, now: Date, take = 100): Promise<{ inForce: ListedSuppression[]; over: ListedSuppression[] }> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return { inForce: [], over: [] }
  const inForce = { endedAt: null, expiresAt: { gt: now } }
  const [first, rest] = await Promise.all([
    db.suppression.findMany({ where: inForce, include: listed, orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }], take }),
    db.suppression.findMany({ where: { NOT: inForce }, include: listed, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: 20 }),
  ])
  const accounts = await db.account.findMany({ where: { id: { in: [...first, ...rest].flatMap(({ accountId }) => accountId ?? []) } }, select: { id: true, name: true } })
  const names = new Map(accounts.map(({ id, name }) => [id, name]))
  const named = (row: Omit<ListedSuppression, 'accountName'>): ListedSuppression => ({ ...row, accountName: row.accountId === null ? null : (names.get(row.accountId) ?? row.accountId) })
  return { inForce: first.map(named), over: rest.map(named) }
}
