import type { Database } from '#lib/db/client.ts'
import type { Prisma, Revocation } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

const whole = { profile: { include: { account: true } }, request: true, person: true } satisfies Prisma.GrantInclude
export type ListedGrant = Prisma.GrantGetPayload<{ include: typeof whole }>

const openStates = ['scheduled', 'activating', 'active', 'ending', 'failed'] as const

/** The viewer's own grants that are not over, soonest end first. */
export function listOwnOpenGrants(db: Database, viewer: Viewer): Promise<ListedGrant[]> {
  return db.grant.findMany({ where: { personId: viewer.personId, state: { in: [...openStates] } }, include: whole, orderBy: [{ endsAt: { sort: 'asc', nulls: 'last' } }, { createdAt: 'desc' }], take: 100 })
}

export function listOwnEndedGrants(db: Database, viewer: Viewer, take: number): Promise<ListedGrant[]> {
  return db.grant.findMany({ where: { personId: viewer.personId, state: 'ended' }, include: whole, orderBy: { createdAt: 'desc' }, take })
}

/** One grant of the viewer's own. */
export function getOwnGrant(db: Database, viewer: Viewer, id: string): Promise<ListedGrant | null> {
  return db.grant.findFirst({ where: { id, personId: viewer.personId }, include: whole })
}

/** Other grants the requester of something holds now: context for whoever decides about them. */
export function listConcurrentGrants(db: Database, personId: string, take = 6): Promise<ListedGrant[]> {
  return db.grant.findMany({ where: { personId, state: { in: ['activating', 'active'] } }, include: whole, orderBy: { endsAt: 'asc' }, take })
}

/** Grants of everybody that are open or ended after `since`, the open ones first; for responders, auditors and admins; empty for others. */
export async function listGrantsInView(db: Database, viewer: Viewer, since: Date, take = 200): Promise<ListedGrant[]> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return []
  return db.grant.findMany({
    where: { OR: [{ state: { in: ['activating', 'active', 'ending'] } }, { state: 'ended', endsAt: { gte: since } }] },
    include: whole,
    // States sort in the order of the enum: when there are more than fit, what is over is left out.
    orderBy: [{ state: 'asc' }, { endsAt: 'asc' }, { id: 'asc' }],
    take,
  })
}

export type GrantCounts = { active: number; endingSoon: number; stillLive: number }

/**
 * How many grants are active, end before `soon`, or ended early while credentials already issued still work; for
 * responders, auditors and admins.
 */
export async function countGrants(db: Database, viewer: Viewer, soon: Date): Promise<GrantCounts> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return { active: 0, endingSoon: 0, stillLive: 0 }
  const [active, endingSoon, stillLive] = await Promise.all([
    db.grant.count({ where: { state: 'active' } }),
    db.grant.count({ where: { state: 'active', endsAt: { lte: soon } } }),
    db.grant.count({ where: { state: 'ending' } }),
  ])
  return { active, endingSoon, stillLive }
}

/** How far the credentials of a grant that the caller was let see are cut off; null where nothing is to be. */
export function findRevocation(db: Database, grant: { id: string }): Promise<Revocation | null> {
  return db.revocation.findUnique({ where: { grantId: grant.id } })
}
