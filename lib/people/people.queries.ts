import { isStorable } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from './viewer.ts'

/** Names of people by id, for auditors, admins and responders; empty for others. */
export async function listNames(db: Database, viewer: Viewer, ids: readonly string[]): Promise<Map<string, string>> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin') || ids.length === 0) return new Map()
  const people = await db.person.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, displayName: true } })
  return new Map(people.map((person) => [person.id, person.displayName]))
}

/** People to filter by, alphabetically, for auditors and admins; empty for others, null when they are more than `most`. */
export async function listPeople(db: Database, viewer: Viewer, most = 100): Promise<{ id: string; displayName: string }[] | null> {
  if (!hasRole(viewer, 'auditor', 'admin')) return []
  const people = await db.person.findMany({ select: { id: true, displayName: true }, orderBy: { displayName: 'asc' }, take: most + 1 })
  return people.length > most ? null : people
}

/** Ids of people whose name, user name or e-mail contains `text`, for auditors and admins; empty for others. */
export async function findPeople(db: Database, viewer: Viewer, text: string, take = 50): Promise<string[]> {
  if (!hasRole(viewer, 'auditor', 'admin')) return []
  const contains = { contains: text, mode: 'insensitive' as const }
  const people = await db.person.findMany({ where: { OR: [{ displayName: contains }, { username: contains }, { email: contains }] }, select: { id: true }, take })
  return people.map(({ id }) => id)
}

/** The issuer that a sign-in came from; for its own person, who is asked to authenticate there again. */
export async function issuerOfSignIn(db: Database, signInId: string): Promise<string | undefined> {
  const row = await db.signIn.findUnique({ where: { id: signInId }, select: { person: { select: { issuer: true } } } })
  return row?.person.issuer
}

/** People whose name, user name or e-mail contains `text`, with the groups last seen, for admins; empty for others. */
export async function searchPeople(db: Database, viewer: Viewer, text: string, take = 8): Promise<{ id: string; displayName: string; lastKnownGroups: string[] }[]> {
  if (!hasRole(viewer, 'admin') || text === '' || !isStorable(text)) return []
  const contains = { contains: text, mode: 'insensitive' as const }
  return db.person.findMany({ where: { disabledAt: null, OR: [{ displayName: contains }, { username: contains }, { email: contains }] }, select: { id: true, displayName: true, lastKnownGroups: true }, orderBy: { displayName: 'asc' }, take })
}

/** People last seen in any of `groups`, by name, for admins; empty for others. */
export async function listMembers(db: Database, viewer: Viewer, groups: readonly string[], take = 30): Promise<{ count: number; names: string[] }> {
  if (!hasRole(viewer, 'admin') || groups.length === 0) return { count: 0, names: [] }
  const where = { disabledAt: null, lastKnownGroups: { hasSome: [...groups] } }
  const [count, people] = await Promise.all([db.person.count({ where }), db.person.findMany({ where, select: { displayName: true }, orderBy: { displayName: 'asc' }, take })])
  return { count, names: people.map(({ displayName }) => displayName) }
}
