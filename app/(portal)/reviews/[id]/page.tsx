import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { ReviewPage } from '#components/reviews/review-page.tsx'
import { hasRole } from '#lib/people/viewer.ts'
import { getReview } from '#lib/reports/reviews/reviews.queries.ts'
import { choosePeopleAction } from '#app/_actions/people.actions.ts'
import { closeReviewAction, reassignLinesAction, settleLinesAction } from '#app/_actions/review.actions.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { reviewLine, reviewRow } from '#app/_server/review-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Access review' }

const pageSize = 50
const lists = { open: 'Undecided', kept: 'Kept', removed: 'Removed', all: 'All' } as const
const querySchema = z.object({ show: z.enum(['open', 'kept', 'removed', 'all']).catch('open').default('open'), after: z.coerce.number().int().min(0).max(1_000_000).catch(0).default(0) })
type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Review({ params, searchParams }: Props): Promise<ReactNode> {
  const { id } = await params
  const viewer = await requireViewer(`/reviews/${encodeURIComponent(id)}`)
  const { db, clock } = await getServices()
  const { show, after } = querySchema.parse(await searchParams)
  const found = z.uuid().safeParse(id).success ? await getReview(db, viewer, id, show, { take: pageSize, after }) : null
  if (!found) notFound()
  const now = clock()
  const { review, lines, next } = found
  const open = review.state === 'open'
  const hrefOf = (query: Record<string, string>): string => `/reviews/${id}?${new URLSearchParams(query)}`
  return (
    <ReviewPage
      now={now.toISOString()}
      review={reviewRow(review, now)}
      lines={lines.map((line) => reviewLine(viewer, review, line, now))}
      filters={Object.entries(lists).map(([key, label]) => ({ key, label, href: hrefOf({ show: key }), chosen: key === show }))}
      pagination={{ newerHref: after ? hrefOf({ show }) : null, olderHref: next ? hrefOf({ show, after: String(next) }) : null }}
      settle={open ? settleLinesAction : null}
      reassign={open ? { action: reassignLinesAction, choose: choosePeopleAction } : null}
      reportHref={hasRole(viewer, 'admin', 'auditor') ? `/reports/reviews?${new URLSearchParams({ review: id })}` : null}
      close={open && hasRole(viewer, 'admin', 'auditor') ? closeReviewAction : null}
      live={liveOn(['review'])}
    />
  )
}
