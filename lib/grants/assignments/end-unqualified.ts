import { endGrantAsPortal } from '../end-grant.ts'
import type { GrantDeps } from '../grant-deps.ts'

/**
 * Ends grants of Identity Center whose profile is no longer offered or whose holder was switched off (PRODUCT rule 10):
 * where AWS itself opens sessions, no minting asks for that. Returns how many ended.
 */
export async function endUnqualified(deps: Pick<GrantDeps, 'db' | 'queue' | 'clock'>, batch = 50): Promise<number> {
  const grants = await deps.db.grant.findMany({
    where: { state: { in: ['activating', 'active'] }, assignment: { releasedAt: null }, OR: [{ profile: { offered: false } }, { person: { disabledAt: { not: null } } }] },
    include: { profile: { select: { offered: true } } },
    take: batch,
  })
  for (const { profile, ...grant } of grants) await endGrantAsPortal(deps, grant, `This grant ended, because ${profile.offered ? 'access to Latchkey was switched off' : 'the profile is no longer offered'}.`)
  return grants.length
}
