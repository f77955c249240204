import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

const mayChoose = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

/** Accounts to filter by, also those no longer offered, by name; empty for others than those who may ask anything. */
export async function listAccounts(db: Database, viewer: Viewer): Promise<{ id: string; name: string }[]> {
  if (!mayChoose(viewer)) return []
  return db.account.findMany({ select: { id: true, name: true }, orderBy: [{ name: 'asc' }, { id: 'asc' }], take: 500 })
}

/** Profiles to filter by, and the one chosen, by title. */
export async function listProfileChoices(db: Database, viewer: Viewer, chosen: string): Promise<{ id: string; title: string }[]> {
  if (!mayChoose(viewer)) return []
  const listed = await db.accessProfile.findMany({ select: { id: true, title: true }, orderBy: [{ title: 'asc' }, { id: 'asc' }], take: 300 })
  if (chosen === '' || listed.some(({ id }) => id === chosen)) return listed
  return [...listed, ...(await db.accessProfile.findMany({ where: { id: chosen }, select: { id: true, title: true } }))]
}

/** Access reviews to filter by, the newest first; empty for others than admins and auditors. */
export async function listReviewChoices(db: Database, viewer: Viewer): Promise<{ id: string; title: string }[]> {
  return hasRole(viewer, 'auditor', 'admin') ? db.accessReview.findMany({ select: { id: true, title: true }, orderBy: { openedAt: 'desc' }, take: 200 }) : []
}

/** Groups of the identity provider that any profile names, by name. */
export async function listGroupChoices(db: Database, viewer: Viewer): Promise<string[]> {
  if (!mayChoose(viewer)) return []
  const rows = await db.$queryRaw<{ name: string }[]>`SELECT DISTINCT name FROM access_profile ap, unnest(ap."requesterGroups" || ap."approverGroups") AS given(name) WHERE ap.offered ORDER BY 1 LIMIT 500`
  return rows.map(({ name }) => name)
}
