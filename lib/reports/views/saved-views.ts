import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { filterSchema, type ReportFilters } from '../filters.ts'
import { questionFor } from '../questions/all-questions.ts'

export type ViewCode = 'not_allowed' | 'name_missing' | 'name_taken' | 'too_many' | 'not_found'
const most = 50

/** Keeps a question with its filters under a name; shared, others who may ask that question see it too. It gives nobody a right to read. */
export async function saveView(db: Database, viewer: Viewer, view: { question: string; name: string; filters: ReportFilters; shared: boolean }, now: Date): Promise<Result<{ viewId: string }, ViewCode>> {
  if (!questionFor(viewer, view.question)) return refuse('not_allowed', 'This question is for others to ask.')
  const name = view.name.trim()
  if (name.length < 1 || name.length > 80) return refuse('name_missing', 'Give the view a name of at most 80 characters.')
  return db.$transaction(async (tx): Promise<Result<{ viewId: string }, ViewCode>> => {
    await tx.$queryRaw`SELECT FROM person WHERE id = ${viewer.personId}::uuid FOR UPDATE`
    if ((await tx.savedView.count({ where: { personId: viewer.personId } })) >= most) return refuse('too_many', `You keep ${most} views already.`, 'Delete one of those first.')
    if (await tx.savedView.findFirst({ where: { personId: viewer.personId, name } })) return refuse('name_taken', `You have a view called "${name}" already.`, 'Choose another name.')
    const saved = await tx.savedView.create({ data: { id: newId(), personId: viewer.personId, question: view.question, name, filters: view.filters, shared: view.shared, createdAt: now } })
    return { ok: true, viewId: saved.id }
  })
}

/** Deletes one's own view. */
export async function deleteView(db: Database, viewer: Viewer, viewId: string): Promise<Result<object, ViewCode>> {
  const { count } = await db.savedView.deleteMany({ where: { id: viewId, personId: viewer.personId } })
  return count === 1 ? { ok: true } : refuse('not_found', 'There is no such view of yours.')
}

export type ListedView = { id: string; question: string; title: string; name: string; filters: ReportFilters; shared: boolean; own: boolean; owner: string }

/** The viewer's own views and those that others share, of questions that the viewer may ask. */
export async function listViews(db: Database, viewer: Viewer): Promise<ListedView[]> {
  const rows = await db.savedView.findMany({ where: { OR: [{ personId: viewer.personId }, { shared: true }] }, include: { person: { select: { displayName: true } } }, orderBy: { createdAt: 'desc' }, take: 200 })
  return rows.flatMap(({ id, question, name, filters, shared, personId, person }) => {
    const asked = questionFor(viewer, question)
    return asked ? [{ id, question, title: asked.title, name, filters: filterSchema.parse(filters), shared, own: personId === viewer.personId, owner: person.displayName }] : []
  })
}
