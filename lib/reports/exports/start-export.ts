import { type Result, refuse } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { noteEvidence } from '../evidence/evidence-pack.ts'
import { noteExport } from '../export-report.ts'
import { withWindow } from '../filters.ts'
import { questionFor } from '../questions/all-questions.ts'
import { type ExportWhat, periodOf } from './export-what.ts'

type Deps = { db: Database; queue: JobQueue; /** How many files one person may have, those being made included. */ mostExports: number }
type Described = { what: ExportWhat; title: string; fileName: string; contentType: string }

/**
 * Has a file made while its owner does something else. That they take it is in the record before anything is read. Refused
 * for whoever may not have what it holds, and beyond the number of files a person may have.
 */
export async function startExport({ db, queue, mostExports }: Deps, viewer: Viewer, wanted: ExportWhat, now: Date): Promise<Result<{ exportId: string }>> {
  if ((await countKept(db, viewer)) >= mostExports) return tooMany(mostExports)
  const noted = await note(db, viewer, wanted, now)
  if (!noted.ok) return noted
  return db.$transaction(async (tx): Promise<Result<{ exportId: string }>> => {
    // Two at once are counted one after the other.
    await tx.$executeRaw`SELECT 1 FROM person WHERE id = ${viewer.personId}::uuid FOR NO KEY UPDATE`
    if ((await countKept(tx, viewer)) >= mostExports) return tooMany(mostExports)
    const id = newId()
    await tx.exportJob.create({ data: { id, personId: viewer.personId, ...noted.described, state: 'waiting', beatAt: now, createdAt: now } })
    await queue.enqueue(tx, 'export.build', { exportId: id })
    return { ok: true, exportId: id }
  })
}

const countKept = (db: Pick<Database, 'exportJob'>, viewer: Viewer): Promise<number> => db.exportJob.count({ where: { personId: viewer.personId, state: { in: ['waiting', 'running', 'done'] } } })
const tooMany = (most: number): ReturnType<typeof refuse<'too_many'>> => refuse('too_many', `You have ${most} files here already.`, 'Delete one of them on the Exports page first.')

async function note(db: Database, viewer: Viewer, what: ExportWhat, now: Date): Promise<Result<{ described: Described }>> {
  const day = now.toISOString().slice(0, 10)
  if (what.kind === 'evidence') {
    const noted = await noteEvidence(db, viewer, periodOf(what), now)
    return noted.ok ? { ok: true, described: { what, title: `Evidence from ${what.from} to ${what.to}`, fileName: `latchkey-evidence-${noted.name}.zip`, contentType: 'application/zip' } } : noted
  }
  const question = questionFor(viewer, what.question)
  if (!question) return refuse('not_allowed', 'This question is for others to ask.')
  const filters = withWindow(what.filters, question.days, now)
  const noted = await noteExport(db, viewer, question, filters, what.format, now)
  const contentType = what.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
  return noted.ok ? { ok: true, described: { what: { ...what, filters }, title: `${question.title} (${what.format.toUpperCase()})`, fileName: `latchkey-${question.id}-${day}.${what.format}`, contentType } } : noted
}
