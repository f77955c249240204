import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ReviewsPage } from '#components/reviews/reviews-page.tsx'
import { hasRole } from '#lib/people/viewer.ts'
import { listAccounts, listGroupChoices, listProfileChoices } from '#lib/reports/report-choices.ts'
import { listReviews } from '#lib/reports/reviews/reviews.queries.ts'
import { choosePeopleAction } from '#app/_actions/people.actions.ts'
import { openReviewAction } from '#app/_actions/review.actions.ts'
import { reviewRow } from '#app/_server/review-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Reviews' }

export default async function Reviews(): Promise<ReactNode> {
  const viewer = await requireViewer('/reviews')
  const { db, clock } = await getServices()
  const now = clock()
  const opens = hasRole(viewer, 'admin', 'auditor')
  const [reviews, profiles, accounts, groups] = await Promise.all([listReviews(db, viewer), ...(opens ? ([listProfileChoices(db, viewer, ''), listAccounts(db, viewer), listGroupChoices(db, viewer)] as const) : [[], [], []])])
  return (
    <ReviewsPage
      now={now.toISOString()}
      reviews={reviews.map((review) => reviewRow(review, now))}
      open={opens ? { action: openReviewAction, profiles: profiles.map(({ id, title }) => ({ value: id, label: title })), accounts: accounts.map(({ id, name }) => ({ value: id, label: name })), groups, choose: choosePeopleAction } : null}
    />
  )
}
