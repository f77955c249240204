import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { storableTime } from '#lib/config/typed-text.ts'
import { RecordPage } from '#components/record/record-page.tsx'
import { noteRead } from '#lib/people/note-read.ts'
import { listPeople } from '#lib/people/people.queries.ts'
import { getChainHead } from '#lib/record/record.queries.ts'
import { recordKinds } from '#lib/record/record-kinds.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { chainSummary, entryDetail, entryRows, logFilterOf, type LogQuery, logQuerySchema, readLog, verificationModel } from '#app/_server/record-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Log' }

const pageSize = 40
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Log({ searchParams }: Props): Promise<ReactNode> {
  const query = logQuerySchema.parse(await searchParams)
  const viewer = await requireRole(hrefOf(query), 'auditor', 'admin')
  const { db, clock } = await getServices()
  const now = clock()
  await noteRead(db, viewer, { kind: 'record.read' }, now)
  const [entries, head, people] = await Promise.all([readLog(viewer, logFilterOf(query), parseCursor(query.after), pageSize + 1), getChainHead(db), listPeople(db, viewer)])
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
      files={(['csv', 'ndjson'] as const).map((format) => ({ format, href: `/api/record/entries?${new URLSearchParams([...Object.entries({ ...query, entry: '', after: '' }).filter(([, value]) => value !== ''), ['format', format]])}` }))}
      verification={await verificationModel(viewer, head)}
      live={liveOn(['record'])}
    />
  )
}

function hrefOf(query: LogQuery): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/record' : `/record?${new URLSearchParams(filled)}`
}

function parseCursor(text: string): { occurredAt: Date; id: string } | null {
  const [at, id] = text.split('_')
  const occurredAt = storableTime(at ?? '')
  const entryId = z.uuid().safeParse(id).data
  return occurredAt && entryId ? { occurredAt, id: entryId } : null
}
