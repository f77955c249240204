import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { samePersonIds } from './deciders.queries.ts'
import { hasRole, type Viewer } from './viewer.ts'

export type LinkCode = 'not_allowed' | 'not_found' | 'same_person' | 'own_gain'

const ordered = (one: string, other: string): [string, string] => (one < other ? [one, other] : [other, one])

/** Says that two sign-ins are one human being, as an admin. It can only cause refusals (PRODUCT rule 1). */
export async function linkPeople(db: Database, viewer: Viewer, one: string, other: string, now: Date): Promise<Result<object, LinkCode>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins link sign-ins.')
  if (one === other) return refuse('same_person', 'These are one sign-in already.', 'Choose another one.')
  if ((await db.person.count({ where: { id: { in: [one, other] } } })) !== 2) return refuse('not_found', 'There is no such person.')
  const [firstId, secondId] = ordered(one, other)
  await db.$transaction(async (tx) => {
    const { count } = await tx.personLink.createMany({ data: [{ firstId, secondId, madeById: viewer.personId, madeAt: now }], skipDuplicates: true })
    if (count === 1) await appendEntry(tx, { kind: 'person.linked', occurredAt: now, actorId: viewer.personId, subjectId: firstId, facts: { other: secondId } })
  })
  return { ok: true }
}

/** Takes a link back, as an admin whom neither sign-in belongs to: it kept them from deciding their own requests. */
export async function unlinkPeople(db: Database, viewer: Viewer, one: string, other: string, now: Date): Promise<Result<object, LinkCode>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins link sign-ins.')
  const mine = [viewer.personId, ...(await samePersonIds(db, viewer.personId))]
  if (mine.includes(one) || mine.includes(other)) return refuse('own_gain', 'You cannot take back a link between your own sign-ins.', 'Ask another admin to do it.')
  const [firstId, secondId] = ordered(one, other)
  return db.$transaction(async (tx) => {
    const { count } = await tx.personLink.deleteMany({ where: { firstId, secondId } })
    if (count === 0) return refuse('not_found', 'There is no such link.')
    await appendEntry(tx, { kind: 'person.unlinked', occurredAt: now, actorId: viewer.personId, subjectId: firstId, facts: { other: secondId } })
    return { ok: true }
  })
}
