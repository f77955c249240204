import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import type { Person } from '#lib/db/generated/client.ts'
import { identitiesOf } from './deciders.queries.ts'
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

async function mayLead(db: Database, viewer: Viewer, personId: string, managerId: string | null): Promise<Result<object, SetManagerCode>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins say who leads whom.')
  const people = await db.person.findMany({ where: { id: { in: [personId, ...(managerId ? [managerId] : [])] } } })
  const manager = people.find(({ id }) => id === managerId)
  if (!people.some(({ id }) => id === personId) || (managerId && !manager)) return refuse('not_found', 'There is no such person.')
  return decideManager(manager ?? null, personId, viewer.personId, await identitiesOf(db, [viewer.personId, personId]))
}

/** Whether an admin may say that `manager` leads somebody; `identities` holds the other identities of the two of them. */
export function decideManager(manager: Pick<Person, 'id' | 'displayName' | 'disabledAt'> | null, personId: string, adminId: string, identities: ReadonlyMap<string, readonly string[]>): Result<object, SetManagerCode> {
  if (!manager) return { ok: true }
  if (manager.disabledAt) return refuse('switched_off', `${manager.displayName} is switched off and could decide nothing.`, 'Choose somebody else.')
  const is = (id: string): boolean => manager.id === id || (identities.get(id) ?? []).includes(manager.id)
  if (is(personId)) return refuse('same_person', 'Nobody is their own manager.', 'Choose somebody else.')
  if (is(adminId)) return refuse('own_gain', 'You cannot make yourself somebody’s manager: managers decide requests.', 'Ask another admin to do it.')
  return { ok: true }
}
