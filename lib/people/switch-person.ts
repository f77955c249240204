import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { samePersonIds } from './deciders.queries.ts'
import { hasRole, type Viewer } from './viewer.ts'

export type SwitchCode = 'not_allowed' | 'not_found' | 'own_person' | 'reason_missing' | 'unchanged'

/**
 * Switches somebody off, as a responder or admin, or on again, as an admin: nobody themselves, under any identity. Off
 * ends their sign-ins in the same transaction, and refuses new ones, decisions, reveals and activations from then on;
 * grants they hold are ended by the sweep of the grants room.
 */
export async function switchPerson(db: Database, viewer: Viewer, personId: string, to: 'off' | 'on', reason: string, now: Date): Promise<Result<object, SwitchCode>> {
  if (!(to === 'off' ? hasRole(viewer, 'responder', 'admin') : hasRole(viewer, 'admin'))) return refuse('not_allowed', to === 'off' ? 'Responders and admins switch people off.' : 'Only admins switch people on again.')
  const person = await db.person.findUnique({ where: { id: personId } })
  if (!person) return refuse('not_found', 'There is no such person.')
  if ([viewer.personId, ...(await samePersonIds(db, viewer.personId))].includes(personId)) return refuse('own_person', 'Nobody switches themselves off or on.', 'Ask somebody else to do it.')
  const text = reason.trim()
  if (text.length < 3 || text.length > 1_000) return refuse('reason_missing', 'Say why, in 3 to 1,000 characters; it stays in the record.')
  return db.$transaction(async (tx) => {
    const { count } = await tx.person.updateMany({ where: { id: personId, disabledAt: to === 'off' ? null : { not: null } }, data: { disabledAt: to === 'off' ? now : null } })
    if (count !== 1) return refuse('unchanged', `${person.displayName} is switched ${to} already.`)
    const ended = to === 'off' ? await tx.signIn.updateMany({ where: { personId, revokedAt: null }, data: { revokedAt: now, revokedReason: 'disabled', refreshTokenCipher: null, accessTokenCipher: null, idTokenCipher: null } }) : { count: 0 }
    await appendEntry(tx, { kind: to === 'off' ? 'person.disabled' : 'person.enabled', occurredAt: now, actorId: viewer.personId, subjectId: personId, facts: { signInsEnded: ended.count }, personal: { reason: text } })
    return { ok: true }
  })
}
