'use client'
import { type ReactNode, useState } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { RadioCards } from '../ui/radio-cards.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { EmergencyReviewModel } from './request-detail-models.ts'

const verdicts = [
  { value: 'justified', label: 'Justified' },
  { value: 'not_justified', label: 'Not justified' },
]

/** Emergency access had no decision before; this is the one after. */
export function EmergencyReview({ review, requestId, now }: { review: EmergencyReviewModel; requestId: string; now: string }): ReactNode {
  // Nothing is chosen beforehand: a review is a statement.
  const [verdict, setVerdict] = useState('')
  if (review.done) {
    return (
      <p className="text-sm text-ink-2">
        {review.done.justified ? 'Justified' : 'Not justified'}, says {review.done.by}: “{review.done.note}”
      </p>
    )
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-ink-2">
        {review.overdue ? 'Overdue since ' : 'Due by '}
        <ClockTime at={review.dueAt} now={now} className={review.overdue ? 'font-medium text-red-text' : undefined} />. Reviewed by {review.reviewers}, and never by who took it.
      </p>
      {review.action && (
        <ConfirmDialog
          trigger={{ label: 'Review', tone: 'primary' }}
          title="Review emergency access"
          consequences="Look at what was done with it first. What you say goes into the record and is not changed afterwards."
          confirmLabel="Save the review"
          keepLabel="Not now"
          tone="primary"
          action={review.action}
          fields={{ requestId }}
        >
          <RadioCards name="verdict" legend="Was it justified?" options={verdicts} value={verdict} onChange={(event) => setVerdict(event.target.value)} />
          <Field id="review-note" label="What was done, and was that right?">
            {(wiring) => <TextArea {...wiring} name="note" rows={3} maxLength={2000} />}
          </Field>
        </ConfirmDialog>
      )}
    </div>
  )
}
