import type { ReactNode } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { NumberInput, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { PersonField } from '../ui/person-field.tsx'
import { ReviewScope } from './review-scope.tsx'
import type { ReviewsPageProps } from './review-models.ts'

/** Asks what is reviewed, by whom, until when. */
export function OpenReview({ action, profiles, accounts, groups, choose }: NonNullable<ReviewsPageProps['open']>): ReactNode {
  return (
    <ConfirmDialog trigger={{ label: 'Open a review', tone: 'primary' }} title="Open an access review" consequences="A line is made of each right that is there now, with its last use and findings. Its reviewers are told." confirmLabel="Open the review" keepLabel="Leave it" tone="primary" action={action} fields={{}}>
      <Field id="review-title" label="Title">
        {(wiring) => <TextInput {...wiring} name="title" maxLength={120} placeholder="High-risk access, fourth quarter" />}
      </Field>
      <ReviewScope profiles={profiles} accounts={accounts} groups={groups} choose={choose} />
      <div className="grid gap-4 sm:grid-cols-[8rem_1fr]">
        <Field id="review-days" label="Days to decide">
          {(wiring) => <NumberInput {...wiring} name="days" min={1} max={365} defaultValue={14} />}
        </Field>
        <PersonField id="review-reviewer" name="reviewerId" label="Reviewer" optional hint="Empty: each person's manager, and you where none is known." choose={choose} />
      </div>
    </ConfirmDialog>
  )
}
