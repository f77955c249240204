import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { type ManagerLine, parseManagers, type ParsedManagers } from './parse-managers.ts'
import { mayLead } from './set-manager.ts'
import { writeManager } from './take-ties.ts'
import { hasRole, type Viewer } from './viewer.ts'

type Named = { id: string; displayName: string }
export type ManagerChange = { line: number; person: Named; before: string | null; manager: Named | null }
export type ManagerPlan = { changes: ManagerChange[]; unchanged: number; problems: ParsedManagers['problems'] }

/** What an imported file of managers would change, and every mistake in it; nothing is written. For admins. */
export async function planManagers(db: Database, viewer: Viewer, source: string): Promise<Result<{ plan: ManagerPlan }, 'not_allowed'>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins say who leads whom.')
  const { lines, problems } = parseManagers(source)
  if (problems.length > 0) return { ok: true, plan: { changes: [], unchanged: 0, problems } }
  const found = await findNamed(db, lines)
  const plan: ManagerPlan = { changes: [], unchanged: 0, problems: [] }
  for (const { line, person, manager } of lines) {
    const [who, leads] = [found(person), manager === '' ? null : found(manager)]
    const unknown = who instanceof Error ? who : leads instanceof Error ? leads : undefined
    if (unknown) plan.problems.push({ line, message: unknown.message })
    else await addChange(db, viewer, plan, line, who as Person, leads as Person | null)
  }
  return { ok: true, plan }
}

type Person = Named & { managerId: string | null; manager: { displayName: string } | null }

async function addChange(db: Database, viewer: Viewer, plan: ManagerPlan, line: number, person: Person, manager: Person | null): Promise<void> {
  if (person.managerId === (manager?.id ?? null)) {
    plan.unchanged += 1
    return
  }
  const allowed = await mayLead(db, viewer, person.id, manager?.id ?? null)
  if (allowed.ok) plan.changes.push({ line, person, before: person.manager?.displayName ?? null, manager })
  else plan.problems.push({ line, message: allowed.message })
}

/** Applies what the plan of the same file says, all or nothing: a file with a mistake changes nobody. */
export async function importManagers(db: Database, viewer: Viewer, source: string, now: Date): Promise<Result<{ changed: number }, 'not_allowed' | 'mistakes'>> {
  const planned = await planManagers(db, viewer, source)
  if (!planned.ok) return planned
  const { changes, problems } = planned.plan
  const [first] = problems
  if (first) return refuse('mistakes', `Line ${first.line}: ${first.message}`, 'Mend the file and read it again; nothing was changed.')
  await db.$transaction(async (tx) => {
    for (const { person, manager } of changes) await writeManager(tx, person.id, manager?.id ?? null, 'import', viewer.personId, now)
  }, { timeout: 60_000 })
  return { ok: true, changed: changes.length }
}

/** Looks up people by subject, user name or `issuer|subject`; what fits several people names nobody. */
async function findNamed(db: Database, lines: readonly ManagerLine[]): Promise<(reference: string) => Person | Error> {
  const wanted = [...new Set(lines.flatMap(({ person, manager }) => [person, manager]).filter(Boolean))]
  const bare = wanted.map((reference) => reference.slice(reference.lastIndexOf('|') + 1))
  const people = await db.person.findMany({
    where: { OR: [{ subject: { in: bare } }, { username: { in: bare } }] },
    select: { id: true, displayName: true, issuer: true, subject: true, username: true, managerId: true, manager: { select: { displayName: true } } },
  })
  const byName = Map.groupBy(people.flatMap((person) => [...new Set([person.subject, person.username, `${person.issuer}|${person.subject}`])].map((name) => ({ name, person }))), ({ name }) => name)
  return (reference) => {
    const fitting = byName.get(reference) ?? []
    if (fitting.length === 1 && fitting[0]) return fitting[0].person
    return new Error(fitting.length === 0 ? `"${reference}" never signed in.` : `"${reference}" fits ${fitting.length} people; write issuer|subject.`)
  }
}
