import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { samePersonIds } from './deciders.queries.ts'
import { writeManager } from './take-ties.ts'
import { hasRole, type Viewer } from './viewer.ts'

export type SetManagerCode = 'not_allowed' | 'not_found' | 'own_gain' | 'same_person' | 'switched_off'

/**
 * Sets or clears who leads somebody, as an admin. Policies let managers decide, so nobody makes themselves a manager,
 * under any identity, and nobody is their own. What an admin says outweighs what the provider says until it is cleared.
 */
export async function setManager(db: Database, viewer: Viewer, personId: string, managerId: string | null, now: Date): Promise<Result<object, SetManagerCode>> {
  const allowed = await mayLead(db, viewer, personId, managerId)
  if (!allowed.ok) return allowed
  await db.$transaction((tx) => writeManager(tx, personId, managerId, 'admin', viewer.personId, now))
  return { ok: true }
}

/** Whether an admin may make `managerId` the manager of `personId`. */
export async function mayLead(db: Database, viewer: Viewer, personId: string, managerId: string | null): Promise<Result<object, SetManagerCode>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins say who leads whom.')
  const people = await db.person.findMany({ where: { id: { in: [personId, ...(managerId ? [managerId] : [])] } } })
  const manager = people.find(({ id }) => id === managerId)
  if (!people.some(({ id }) => id === personId) || (managerId && !manager)) return refuse('not_found', 'There is no such person.')
  if (!manager) return { ok: true }
  if (manager.disabledAt) return refuse('switched_off', `${manager.displayName} is switched off and could decide nothing.`, 'Choose somebody else.')
  const [mine, theirs] = await Promise.all([samePersonIds(db, viewer.personId), samePersonIds(db, personId)])
  if (manager.id === personId || theirs.includes(manager.id)) return refuse('same_person', 'Nobody is their own manager.', 'Choose somebody else.')
  if ([viewer.personId, ...mine].includes(manager.id)) return refuse('own_gain', 'You cannot make yourself somebody’s manager: managers decide requests.', 'Ask another admin to do it.')
  return { ok: true }
}
