import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

export type Triable = Prisma.FindingGetPayload<{ include: { grant: true } }>
export type TriageRefusal = 'not_found' | 'not_allowed' | 'own'

/** Who triages: responders and admins. Auditors read; for others nothing exists. */
export function mayTriage(viewer: Viewer): Result<object, 'not_found' | 'not_allowed'> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return refuse('not_found', 'There is no such finding for you to see.')
  if (!hasRole(viewer, 'responder', 'admin')) return refuse('not_allowed', 'Auditors read findings; they do not decide them.', 'A responder or an admin can.')
  return { ok: true }
}

/**
 * The finding, for those who may decide about it: responders and admins, and never about their own access, under
 * whichever of their identities it was had.
 */
export async function findTriable(db: Database, viewer: Viewer, findingId: string): Promise<Result<{ finding: Triable }, TriageRefusal>> {
  const may = mayTriage(viewer)
  if (!may.ok) return may
  const finding = await db.finding.findUnique({ where: { id: findingId }, include: { grant: true } })
  if (!finding) return refuse('not_found', 'There is no such finding for you to see.')
  const holder = finding.grant?.personId
  const own = holder !== undefined && (holder === viewer.personId || (await samePersonIds(db, viewer.personId)).includes(holder))
  return own ? refuse('own', 'This finding is about your own access.', 'Another responder or an admin has to decide it.') : { ok: true, finding }
}
