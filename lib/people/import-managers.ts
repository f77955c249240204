import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { identitiesOf } from './deciders.queries.ts'
import { type ManagerLine, parseManagers, type ParsedManagers } from './parse-managers.ts'
import { decideManager } from './set-manager.ts'
import { writeManagers } from './take-ties.ts'
import { hasRole, type Viewer } from './viewer.ts'

type Named = { id: string; displayName: string }
export type ManagerChange = { line: number; person: Named; before: string | null; manager: Named | null }
export type ManagerPlan = { changes: ManagerChange[]; unchanged: number; problems: ParsedManagers['problems'] }

/** What an imported file of managers would change, and every mistake in it; nothing is written. For admins. */
export async function planManagers(db: Database, viewer: Viewer, source: string, firstIssuer: string): Promise<Result<{ plan: ManagerPlan }, 'not_allowed'>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins say who leads whom.')
  const { lines, problems } = parseManagers(source)
  if (problems.length > 0) return { ok: true, plan: { changes: [], unchanged: 0, problems } }
  const found = await findNamed(db, lines, firstIssuer)
  const plan: ManagerPlan = { changes: [], unchanged: 0, problems: [] }
  const changes: Change[] = []
  const lineOf = new Map<string, number>()
  for (const { line, person, manager } of lines) {
    const [who, leads] = [found(person), manager === '' ? null : found(manager)]
    if (who instanceof Error || leads instanceof Error) plan.problems.push({ line, message: who instanceof Error ? who.message : (leads as Error).message })
    else if (lineOf.has(who.id)) plan.problems.push({ line, message: `${who.displayName} was named in line ${lineOf.get(who.id)} already.` })
    else if (who.managerId === (leads?.id ?? null)) plan.unchanged += 1
    else changes.push({ line, person: who, manager: leads })
    if (!(who instanceof Error)) lineOf.set(who.id, lineOf.get(who.id) ?? line)
  }
  const identities = await identitiesOf(db, [viewer.personId, ...changes.map(({ person }) => person.id)])
  for (const { line, person, manager } of changes) {
    const allowed = decideManager(manager, person.id, viewer.personId, identities)
    if (allowed.ok) plan.changes.push({ line, person, before: person.manager?.displayName ?? null, manager })
    else plan.problems.push({ line, message: allowed.message })
  }
  plan.problems.sort((one, other) => one.line - other.line)
  return { ok: true, plan }
}

type Person = Named & { managerId: string | null; disabledAt: Date | null; manager: { displayName: string } | null }
type Change = { line: number; person: Person; manager: Person | null }

/** Applies what the plan of the same file says, all or nothing: a file with a mistake changes nobody. */
export async function importManagers(db: Database, viewer: Viewer, source: string, firstIssuer: string, now: Date): Promise<Result<{ changed: number }, 'not_allowed' | 'mistakes'>> {
  const planned = await planManagers(db, viewer, source, firstIssuer)
  if (!planned.ok) return planned
  const { changes, problems } = planned.plan
  const [first] = problems
  if (first) return refuse('mistakes', `Line ${first.line}: ${first.message}`, 'Mend the file and read it again; nothing was changed.')
  const led = changes.map(({ person, manager }) => ({ personId: person.id, managerId: manager?.id ?? null }))
  await db.$transaction((tx) => writeManagers(tx, led, 'import', viewer.personId, now), { timeout: 60_000 })
  return { ok: true, changed: changes.length }
}

/**
 * Looks up people by `issuer|subject`, or at the first provider by subject or user name: another provider could make up
 * a name that is somebody else's there. What fits several people names nobody.
 */
async function findNamed(db: Database, lines: readonly ManagerLine[], firstIssuer: string): Promise<(reference: string) => Person | Error> {
  const wanted = [...new Set(lines.flatMap(({ person, manager }) => [person, manager]).filter(Boolean))]
  const bare = wanted.map((reference) => reference.slice(reference.lastIndexOf('|') + 1))
  const people = await db.$queryRaw<(Person & { issuer: string; subject: string; username: string })[]>`
    SELECT person.id::text, person."displayName", person.issuer, person.subject, person.username, person."disabledAt", person."managerId"::text, CASE WHEN manager.id IS NOT NULL THEN jsonb_build_object('displayName', manager."displayName") END AS manager
    FROM person LEFT JOIN person manager ON manager.id = person."managerId"
    WHERE person.subject = ANY(${bare}::text[]) OR person.username = ANY(${bare}::text[])`
  const namesOf = ({ issuer, subject, username }: (typeof people)[number]): Set<string> => new Set([`${issuer}|${subject}`, ...(issuer === firstIssuer ? [subject, username] : [])])
  const byName = Map.groupBy(people.flatMap((person) => [...namesOf(person)].map((name) => ({ name, person }))), ({ name }) => name)
  return (reference) => {
    const fitting = byName.get(reference) ?? []
    if (fitting.length === 1 && fitting[0]) return fitting[0].person
    return new Error(fitting.length === 0 ? `"${reference}" never signed in${reference.includes('|') ? '' : ' at the first provider'}.` : `"${reference}" fits ${fitting.length} people; write issuer|subject.`)
  }
}
