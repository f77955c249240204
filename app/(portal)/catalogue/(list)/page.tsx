import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { CataloguePage } from '#components/catalogue/catalogue-page.tsx'
import { listCatalog, listChanges } from '#lib/catalog/admin.queries.ts'
import { catalogueRow } from '#app/_server/catalog-view.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Catalogue' }

const pageSize = 50
const one = z.string().max(200).catch('').default('')
const querySchema = z.object({ q: one, state: one, after: one })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Catalogue({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireRole(hrefOf(query), 'admin')
  const { db } = await getServices()
  const [page, waiting] = await Promise.all([listCatalog(db, viewer, { search: query.q, state: query.state }, { take: pageSize, after: query.after || undefined }), listChanges(db, viewer, { waiting: true }, 500)])
  const changing = new Set(waiting.map(({ subjectId }) => subjectId))
  return (
    <CataloguePage
      filters={{ q: query.q, state: query.state }}
      rows={page.profiles.map((profile) => catalogueRow(profile, changing.has(profile.id)))}
      waitingCount={waiting.length}
      live={liveOn(['catalog'])}
      pagination={{ newerHref: query.after ? hrefOf({ ...query, after: '' }) : null, olderHref: page.next ? hrefOf({ ...query, after: page.next }) : null }}
    />
  )
}

function hrefOf(query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  return filled.length === 0 ? '/catalogue' : `/catalogue?${new URLSearchParams(filled)}`
}
