import { Prisma } from '#lib/db/generated/client.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

/** The last requests of a profile about which a policy on trial said something, newest first, for admins; empty for others. */
export async function listShadowed(db: Database, viewer: Viewer, profileId: string, take = 50): Promise<{ id: string; code: string; approvalPolicy: unknown; shadow: unknown }[]> {
  if (!hasRole(viewer, 'admin')) return []
  return db.request.findMany({ where: { profileId, shadow: { not: Prisma.AnyNull } }, select: { id: true, code: true, approvalPolicy: true, shadow: true }, orderBy: { createdAt: 'desc' }, take })
}
