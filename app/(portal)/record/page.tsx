import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { storableTime, typedText } from '#lib/config/typed-text.ts'
import { RecordPage } from '#components/record/record-page.tsx'
import { noteRead } from '#lib/people/note-read.ts'
import { listPeople } from '#lib/people/people.queries.ts'
import { getChainHead } from '#lib/record/record.queries.ts'
import { recordKinds } from '#lib/record/record-kinds.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { chainSummary, entryDetail, entryRows, readLog, verificationModel } from '#app/_server/record-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Log' }

const pageSize = 40
const one = typedText.pipe(z.string().max(200)).catch('').default('')
// The years that AWS and this record can have anything of.
const day = z.union([z.literal(''), z.iso.date().regex(/^20/)]).catch('').default('')
const querySchema = z.object({ q: one, kind: one, person: one, from: day, to: day, entry: one, after: one })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Log({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireRole(hrefOf(query), 'auditor', 'admin')
  const { db, clock } = await getServices()
  const now = clock()
  await noteRead(db, viewer, { kind: 'record.read' }, now)
  const filter = { kind: query.kind, person: query.person, from: query.from ? new Date(query.from) : null, to: query.to ? new Date(Date.parse(query.to) + 86_400_000) : null, search: query.q }
  const [entries, head, people] = await Promise.all([readLog(viewer, filter, parseCursor(query.after), pageSize + 1), getChainHead(db), listPeople(db, viewer)])
  const page = entries.slice(0, pageSize)
  const last = page.at(-1)
  return (
    <RecordPage
      now={now.toISOString()}
      filters={{ q: query.q, kind: query.kind, person: query.person, from: query.from, to: query.to }}
      kinds={Object.entries(recordKinds).map(([value, label]) => ({ value, label }))}
      people={people && people.map((person) => ({ value: person.id, label: person.displayName }))}
      rows={await entryRows(viewer, page, head, (id) => hrefOf({ ...query, entry: id }))}
      selected={query.entry ? await entryDetail(viewer, query.entry, head, hrefOf({ ...query, entry: query.entry })) : null}
      baseHref="/record"
      closeHref={hrefOf({ ...query, entry: '' })}
      pagination={{
        newerHref: query.after ? hrefOf({ ...query, entry: '', after: '' }) : null,
        olderHref: entries.length > pageSize && last ? hrefOf({ ...query, entry: '', after: `${last.occurredAt.toISOString()}_${last.id}` }) : null,
      }}
      chain={chainSummary(head, now)}
      verification={await verificationModel(viewer, head)}
      live={liveOn(['record'])}
    />
  )
}

function hrefOf(query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/record' : `/record?${new URLSearchParams(filled)}`
}

function parseCursor(text: string): { occurredAt: Date; id: string } | null {
  const [at, id] = text.split('_')
  const occurredAt = storableTime(at ?? '')
  const entryId = z.uuid().safeParse(id).data
  return occurredAt && entryId ? { occurredAt, id: entryId } : null
}
