import { ClipboardCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { OpenReview } from './open-review.tsx'
import type { ReviewRow, ReviewsPageProps } from './review-models.ts'

const abouts = { access: 'Who may ask', approvers: 'Who may decide', standing: 'Outside the record' }

/** Access reviews with what is left to decide. */
export function ReviewsPage({ now, reviews, open }: ReviewsPageProps): ReactNode {
  return (
    <>
      <PageHeader title="Reviews" lead="Who may ask, who may decide, and what stands in AWS outside the record, looked at by somebody. Nothing is kept by silence." actions={open && <OpenReview {...open} />} />
      {reviews.length === 0 ? (
        <EmptyState icon={ClipboardCheck} title="No access review yet">
          A review lists each right with its last use and findings, and somebody says keep or remove for each. What is removed is gone at once, whatever groups somebody is in.
        </EmptyState>
      ) : (
        <Table label="Access reviews">
          <thead>
            <tr>
              <Th>Review</Th>
              <Th>State</Th>
              <Th align="right">Decided</Th>
              <Th className="max-sm:hidden" align="right">
                Due
              </Th>
            </tr>
          </thead>
          <tbody>
            {reviews.map((review) => (
              <Tr key={review.id}>
                <Td>
                  <AppLink href={review.href} className="font-medium hover:underline hover:underline-offset-2">
                    {review.title}
                  </AppLink>
                  <span className="block text-xs text-ink-3">{abouts[review.about]}, {review.mine > 0 ? `${review.mine.toLocaleString('en')} wait for you` : `opened by ${review.openedBy}`}</span>
                </Td>
                <Td>
                  <ReviewState review={review} />
                </Td>
                <Td align="right" className="tabular whitespace-nowrap">
                  {(review.lines - review.undecided).toLocaleString('en')} of {review.lines.toLocaleString('en')}
                </Td>
                <Td align="right" className="whitespace-nowrap text-ink-3 max-sm:hidden">
                  <RelativeTime at={review.dueAt} now={now} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </>
  )
}

export function ReviewState({ review: { state, overdue } }: { review: ReviewRow }): ReactNode {
  if (state === 'signed') return <Badge tone="green">Signed off</Badge>
  if (state === 'cancelled') return <Badge>Cancelled</Badge>
  return overdue ? <Badge tone="red">Overdue</Badge> : <Badge tone="amber">Open</Badge>
}
