import type { ReactNode } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { NumberInput, Select, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { PersonField } from '../ui/person-field.tsx'
import type { ReviewsPageProps } from './review-models.ts'

/** Asks what is reviewed, by whom, until when. */
export function OpenReview({ action, profiles, choose }: NonNullable<ReviewsPageProps['open']>): ReactNode {
  return (
    <ConfirmDialog trigger={{ label: 'Open a review', tone: 'primary' }} title="Open an access review" consequences="Everybody whose groups let them ask for these profiles becomes a line. Reviewers are told." confirmLabel="Open the review" keepLabel="Leave it" tone="primary" action={action} fields={{}}>
      <Field id="review-title" label="Title">
        {(wiring) => <TextInput {...wiring} name="title" maxLength={120} placeholder="High-risk access, fourth quarter" />}
      </Field>
      <Field id="review-tier" label="Profiles">
        {(wiring) => (
          <Select {...wiring} name="riskTier" defaultValue="high">
            <option value="high">Of high risk</option>
            <option value="medium">Of medium risk</option>
            <option value="low">Of low risk</option>
            <option value="">Of every risk</option>
          </Select>
        )}
      </Field>
      <Field id="review-profile" label="Only this profile" optional>
        {(wiring) => (
          <Select {...wiring} name="profileId" defaultValue="">
            <option value="">All of them</option>
            {profiles.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field id="review-days" label="Days to decide">
        {(wiring) => <NumberInput {...wiring} name="days" min={1} max={365} defaultValue={14} />}
      </Field>
      <PersonField id="review-reviewer" name="reviewerId" label="Reviewer" optional hint="Empty: each person's manager, and you where none is known." choose={choose} />
    </ConfirmDialog>
  )
}
