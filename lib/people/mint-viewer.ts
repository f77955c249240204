import type { Config } from '#lib/config/config.ts'
import { minutes, seconds } from '#lib/config/clock.ts'
import { rolesOfGroups, withRole } from '#lib/config/portal-roles.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Person, SignIn } from '#lib/db/generated/client.ts'
import { decideSignIn } from './decide-sign-in.ts'
import { closeFirstAdminPath } from './first-admin.ts'
import { refreshGroups, type RefreshDeps } from './refresh-groups.ts'
import type { Viewer } from './viewer.ts'

export type ViewerDeps = RefreshDeps & { groupRoles: Config['groupRoles'] }
export type ViewerResult = Result<{ viewer: Viewer }, 'signed_out' | 'provider_unreachable' | 'groups_overage'>

const endSentences = {
  revoked: 'Your sign-in was ended.',
  disabled: 'Your access to Latchkey was switched off.',
  expired: 'Your sign-in reached its time limit.',
  idle: 'You were away for a while, so your sign-in ended.',
} as const

/**
 * Checks the sign-in row and says who asks. Groups older than the limit are fetched from the provider first; when that
 * fails, nobody is let in on old groups, except as far as an emergency goes where the caller says `stored`: what was
 * stored counts while the provider cannot be reached. `fresh` asks for the shorter limit before deciding, revealing or
 * changing policy.
 */
export async function mintViewer(deps: ViewerDeps, signInId: string, now: Date, { fresh = false, stored = false } = {}): Promise<ViewerResult> {
  const row = await deps.db.signIn.findUnique({ where: { id: signInId }, include: { person: { include: { firstAdmin: true } } } })
  if (!row) return refuse('signed_out', 'You are signed out.', 'Sign in again.')
  const verdict = decideSignIn({ ...row, personDisabledAt: row.person.disabledAt }, deps.signIn, now, fresh)
  if (verdict.state === 'over') return refuse('signed_out', endSentences[verdict.why], 'Sign in again.')
  let { groups, groupsVerifiedAt } = row
  if (verdict.state === 'stale_groups') {
    // In an emergency nobody waits for the same silence at every page.
    if (stored && isSilent(row.id, now)) return { ok: true, viewer: storedViewer(row, deps.groupRoles) }
    const refreshed = await refreshGroups(deps, row.id, row.person, now, fresh)
    if (!refreshed.ok && refreshed.code === 'provider_unreachable') unreachableSince.set(row.id, now)
    if (!refreshed.ok) return stored && refreshed.code === 'provider_unreachable' ? { ok: true, viewer: storedViewer(row, deps.groupRoles) } : refreshed
    ;({ groups, groupsVerifiedAt } = refreshed)
  }
  // Once a minute is enough to measure idleness in minutes, and spares a write a request.
  if (now.getTime() - row.lastSeenAt.getTime() >= minutes(1)) {
    await deps.db.signIn.updateMany({ where: { id: row.id, lastSeenAt: { lt: now } }, data: { lastSeenAt: now } })
  }
  const { person } = row
  const byGroup = rolesOfGroups(groups, deps.groupRoles)
  // A group made somebody an admin while they were signed in.
  if (verdict.state === 'stale_groups' && byGroup.includes('admin')) await deps.db.$transaction((tx) => closeFirstAdminPath(tx, person.id, now))
  return {
    ok: true,
    viewer: {
      signInId: row.id,
      personId: person.id,
      displayName: person.displayName,
      email: person.email,
      username: person.username,
      groups,
      groupsVerifiedAt,
      roles: person.firstAdmin && !person.firstAdmin.closedAt ? withRole(byGroup, 'admin') : byGroup,
      authentication: { authenticatedAt: row.authenticatedAt, acr: row.acr },
    },
  }
}

/** Sign-ins whose provider did not answer lately, of this process; those that wait longest are forgotten first. */
const unreachableSince = new Map<string, Date>()
const silenceLasts = seconds(20)
const mostSilent = 1_000

function isSilent(signInId: string, now: Date): boolean {
  if (unreachableSince.size > mostSilent) unreachableSince.delete(unreachableSince.keys().next().value ?? '')
  const since = unreachableSince.get(signInId)
  return since !== undefined && now.getTime() >= since.getTime() && now.getTime() - since.getTime() < silenceLasts
}

/** Somebody whose groups cannot be confirmed now: a requester of emergency access, if they had any role at all. */
function storedViewer(row: SignIn & { person: Person }, groupRoles: ViewerDeps['groupRoles']): Viewer {
  const { person, groups, groupsVerifiedAt, authenticatedAt, acr } = row
  return {
    signInId: row.id,
    personId: person.id,
    displayName: person.displayName,
    email: person.email,
    username: person.username,
    groups: [],
    storedGroups: groups,
    groupsVerifiedAt,
    roles: rolesOfGroups(groups, groupRoles).length > 0 ? ['requester'] : [],
    authentication: { authenticatedAt, acr },
  }
}
