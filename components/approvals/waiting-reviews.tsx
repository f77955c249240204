import { Siren } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { WaitingReviewItem } from './approvals-models.ts'

/** Emergency access had no decision before: what is left is to look at it. */
export function WaitingReviews({ reviews, now }: { reviews: WaitingReviewItem[]; now: string }): ReactNode {
  if (reviews.length === 0) return null
  return (
    <section aria-label="Emergency access to review" className="mb-6 overflow-hidden rounded-lg border border-line bg-surface">
      <ul className="divide-y divide-line">
        {reviews.map((review) => (
          <li key={review.id}>
            <AppLink href={review.href} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 text-sm outline-offset-[-2px] hover:bg-hover">
              <Siren aria-hidden className="size-4 shrink-0 text-red-text" />
              <span>
                <span className="font-medium">{review.who}</span> took emergency access to {review.what}
              </span>
              <span className={review.overdue ? 'font-medium text-red-text' : 'text-ink-3'}>
                {review.overdue ? 'review was due ' : 'review due '}
                <RelativeTime at={review.dueAt} now={now} focusable={false} />
              </span>
            </AppLink>
          </li>
        ))}
      </ul>
    </section>
  )
}
