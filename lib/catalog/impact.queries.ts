import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { type RightKind, whoGainsAndLoses } from './catalog-rights.ts'

type People = { count: number; names: string[] }
export type RightImpact = { right: RightKind; gained: string[]; lost: string[]; peopleGained: People; peopleLost: People }
export type Impact = { rights: RightImpact[]; liveGrants: number; pendingRequests: number }

const mostPeople = 5_000
const mostNames = 12

/**
 * Who gets and loses what by a change, in groups and, by the groups last seen, in people; and what is going on under the
 * profile. For admins and the command line; empty for others.
 */
export async function impactOf(db: Database, who: Viewer | 'command line', profileId: string, before: ProfileDefinition | null, after: ProfileDefinition | null): Promise<Impact> {
  if (who !== 'command line' && !hasRole(who, 'admin')) return { rights: [], liveGrants: 0, pendingRequests: 0 }
  const changes = whoGainsAndLoses(before, after).filter(({ gained, lost }) => gained.length + lost.length > 0)
  const groups = [...new Set(changes.flatMap((change) => [...change.before, ...change.after]))]
  const [people, liveGrants, pendingRequests] = await Promise.all([
    groups.length === 0 ? [] : db.person.findMany({ where: { disabledAt: null, lastKnownGroups: { hasSome: groups } }, select: { displayName: true, lastKnownGroups: true }, orderBy: { displayName: 'asc' }, take: mostPeople }),
    db.grant.count({ where: { profileId, state: { in: ['scheduled', 'activating', 'active'] } } }),
    db.request.count({ where: { profileId, state: 'pending' } }),
  ])
  const inAny = (person: { lastKnownGroups: string[] }, wanted: readonly string[]): boolean => wanted.some((group) => person.lastKnownGroups.includes(group))
  const listed = (wanted: readonly string[], without: readonly string[]): People => {
    const names = people.filter((person) => inAny(person, wanted) && !inAny(person, without)).map(({ displayName }) => displayName)
    return { count: names.length, names: names.slice(0, mostNames) }
  }
  return { rights: changes.map(({ right, before: old, after: next, gained, lost }) => ({ right, gained, lost, peopleGained: listed(next, old), peopleLost: listed(old, next) })), liveGrants, pendingRequests }
}
