import { clsx } from 'clsx'
import { ClipboardCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import type { Live } from '../live/live-store.ts'
import { AppLink } from '../ui/app-link.tsx'
import { buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { ReviewLines } from './review-lines.tsx'
import type { ReviewPageProps } from './review-models.ts'
import { ReviewState } from './reviews-page.tsx'

/** One review: its lines with last use and findings beside each, and the way to decide them. */
export function ReviewPage({ now, review, lines, filters, pagination, settle, reassign, close, reportHref, live }: ReviewPageProps & { live: Live }): ReactNode {
  return (
    <>
      <LiveRefresh {...live} />
      <PageHeader
        title={review.title}
        back={{ href: '/reviews', label: 'Reviews' }}
        badges={<ReviewState review={review} />}
        lead={
          <>
            {(review.lines - review.undecided).toLocaleString('en')} of {review.lines.toLocaleString('en')} decided, due <RelativeTime at={review.dueAt} now={now} />. Opened by {review.openedBy}.
          </>
        }
        actions={
          <>
            {reportHref && (
              <AppLink href={reportHref} className={buttonClass('secondary', 'md')}>
                Open as report
              </AppLink>
            )}
            {close && (
            <>
              <ConfirmDialog trigger={{ label: 'Cancel review', tone: 'quiet' }} title="Cancel this review" consequences="Lines that nobody decided stay as they are. What was removed stays removed." confirmLabel="Cancel the review" keepLabel="Keep it open" action={close} fields={{ reviewId: review.id, to: 'cancelled' }} />
              <ConfirmDialog
                trigger={{ label: 'Sign off', tone: 'primary' }}
                title="Sign this review off"
                consequences={review.undecided > 0 ? `${review.undecided.toLocaleString('en')} lines are not decided yet. Nothing is kept by silence.` : 'Every line was decided by somebody. It closes, and the record says that you signed it.'}
                confirmLabel="Sign off"
                keepLabel="Keep it open"
                tone="primary"
                action={close}
                fields={{ reviewId: review.id, to: 'signed' }}
              />
            </>
            )}
          </>
        }
      />
      <nav aria-label="Lines" data-print="no" className="mb-3 flex flex-wrap gap-1 text-sm">
        {filters.map(({ key, label, href, chosen }) => (
          <AppLink key={key} href={href} aria-current={chosen ? 'true' : undefined} className={clsx('rounded-md px-2.5 py-1', chosen ? 'bg-accent-soft font-medium text-accent-text' : 'text-ink-2 hover:bg-hover')}>
            {label}
          </AppLink>
        ))}
      </nav>
      {lines.length === 0 ? (
        <EmptyState icon={ClipboardCheck} title="No lines here">
          Choose another list above.
        </EmptyState>
      ) : (
        <ReviewLines now={now} review={review} lines={lines} settle={settle} reassign={reassign} />
      )}
      <Pagination {...pagination} label="Pages of the review" />
    </>
  )
}
