import { definitionOf } from '#lib/catalog/definition-of.ts'
import { whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import { endGrantAsPortal } from './end-grant.ts'
import type { GrantDeps } from './grant-deps.ts'

/**
 * Ends grants whose holder was switched off or left the groups, or whose profile is no longer offered (PRODUCT rule
 * 10); returns how many. A reveal refuses them by itself; this ends them when nobody reveals anything, and cuts off
 * what was issued. Groups are those last seen. Safe to run by several processes at once.
 */
export async function endBarredGrants(deps: Pick<GrantDeps, 'db' | 'queue' | 'clock'>, batch = 100): Promise<number> {
  const found = await deps.db.$queryRaw<{ id: string }[]>`
    SELECT g.id::text FROM "grant" g JOIN person p ON p.id = g."personId" JOIN access_profile a ON a.id = g."profileId"
    WHERE g.state IN ('scheduled', 'activating', 'active') AND (p."disabledAt" IS NOT NULL OR NOT a.offered OR NOT p."lastKnownGroups" && a."requesterGroups")
    LIMIT ${batch}`
  let ended = 0
  for (const { id } of found) {
    const grant = await deps.db.grant.findUniqueOrThrow({ where: { id }, include: { person: true, profile: true, request: true } })
    const holder = { groups: grant.person.lastKnownGroups, enabled: grant.person.disabledAt === null }
    const profile = { offered: grant.profile.offered, definition: definitionOf(grant.profile) }
    const why = whyNoLongerEligible({ emergency: grant.request.incidentReference !== null, holder, profile })
    if (why && (await endGrantAsPortal(deps, grant, `This grant ended, because ${why}.`))) ended += 1
  }
  return ended
}
