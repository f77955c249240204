import { definitionOf } from '#lib/catalog/definition-of.ts'
import { whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { endGrantAsPortal } from './end-grant.ts'
import type { GrantDeps } from './grant-deps.ts'

/**
 * Ends grants whose holder was switched off or left the groups, or whose profile is no longer offered or no longer for
 * them (PRODUCT rule 10); returns how many. A reveal refuses them by itself; this ends them when nobody reveals
 * anything, and cuts off what was issued. Groups are those last seen. Safe to run by several processes at once.
 */
export async function endBarredGrants(deps: BarredDeps, batch = 100): Promise<number> {
  const { db } = deps
  const lost = await db.person.findMany({ where: { groupsLostAt: { not: null } }, select: { id: true, groupsLostAt: true }, take: batch, orderBy: { groupsLostAt: 'asc' } })
  const ended = await endAll(deps, { OR: [{ person: { disabledAt: { not: null } } }, { profile: { offered: false } }, { personId: { in: lost.map(({ id }) => id) } }, { id: { in: await underChangedProfiles(db) } }] })
  // Somebody who lost another group meanwhile is looked at again.
  for (const { id, groupsLostAt } of lost) await db.person.updateMany({ where: { id, groupsLostAt }, data: { groupsLostAt: null } })
  return ended
}

/** Live grants whose profile was changed since they were opened: it may be for others now. */
async function underChangedProfiles(db: Database): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT g.id::text FROM "grant" g JOIN access_profile a ON a.id = g."profileId"
    WHERE g.state IN ('scheduled', 'activating', 'active') AND a."updatedAt" >= g."createdAt"`
  return rows.map(({ id }) => id)
}

type BarredDeps = Pick<GrantDeps, 'db' | 'queue' | 'clock'>

async function endAll(deps: BarredDeps, where: Prisma.GrantWhereInput): Promise<number> {
  const grants = await deps.db.grant.findMany({ where: { state: { in: ['scheduled', 'activating', 'active'] }, ...where }, include: { person: true, profile: true, request: true } })
  let ended = 0
  for (const grant of grants) {
    const holder = { groups: grant.person.lastKnownGroups, enabled: grant.person.disabledAt === null, excluded: grant.profile.excludedPersonIds.includes(grant.personId) }
    const profile = { offered: grant.profile.offered, definition: definitionOf(grant.profile) }
    const why = whyNoLongerEligible({ emergency: grant.request.incidentReference !== null, holder, profile })
    if (why && (await endGrantAsPortal(deps, grant, `This grant ended, because ${why}.`))) ended += 1
  }
  return ended
}
