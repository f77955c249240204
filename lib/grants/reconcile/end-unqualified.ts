import { endGrantAsPortal } from '../end-grant.ts'
import type { GrantDeps } from '../grant-deps.ts'

/**
 * Ends grants of vendors whose holder was switched off or whose profile is no longer offered. Of other grants that is
 * found out when credentials are asked for; a vendor asks AWS and not the portal. Returns how many.
 */
export async function endUnqualified(deps: Pick<GrantDeps, 'db' | 'queue' | 'clock'>, batch = 50): Promise<number> {
  const due = await deps.db.grant.findMany({
    where: { state: { in: ['activating', 'active'] }, access: { path: ['kind'], equals: 'third_party_trust' }, OR: [{ profile: { offered: false } }, { person: { disabledAt: { not: null } } }] },
    include: { profile: { select: { offered: true } } },
    orderBy: { id: 'asc' },
    take: batch,
  })
  for (const { profile, ...grant } of due) await endGrantAsPortal(deps, grant, profile.offered ? 'The holder\'s access to Latchkey was switched off.' : 'The profile is no longer offered.')
  return due.length
}
