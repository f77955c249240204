'use client'
import { useState, type ReactNode } from 'react'
import { Select } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import type { FilterOption } from '../ui/filter-field.tsx'
import { PersonField } from '../ui/person-field.tsx'
import type { ReviewAbout, ReviewsPageProps } from './review-models.ts'

const subjects: { value: ReviewAbout; label: string; hint: string }[] = [
  { value: 'access', label: 'Who may ask for profiles', hint: 'A line for each person and profile that their groups give them.' },
  { value: 'approvers', label: 'Who may decide about profiles', hint: 'A line for each person whom a policy names, by group or by name. Managers follow from who leads whom.' },
  { value: 'standing', label: 'What AWS has outside the record', hint: 'A line for each thing that the reconciler found and no grant explains.' },
]
const tiers: FilterOption[] = [
  { value: 'high', label: 'High risk' },
  { value: 'medium', label: 'Medium risk' },
  { value: 'low', label: 'Low risk' },
]

/** What a review is about, and what narrows it; what does not apply is not asked. */
export function ReviewScope({ profiles, accounts, groups, choose }: Pick<NonNullable<ReviewsPageProps['open']>, 'profiles' | 'accounts' | 'groups' | 'choose'>): ReactNode {
  const [about, setAbout] = useState<ReviewAbout>('access')
  const subject = subjects.find(({ value }) => value === about)
  return (
    <>
      <Field id="review-about" label="What is reviewed" hint={subject?.hint}>
        {(wiring) => (
          <Select {...wiring} name="about" value={about} onChange={(event) => setAbout(subjects.find(({ value }) => value === event.target.value)?.value ?? 'access')}>
            {subjects.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Choice name="accountId" label="Account" all="Every account" options={accounts} />
        {about !== 'standing' && (
          <>
            <Choice name="riskTier" label="Risk" all="Every risk" options={tiers} />
            <Choice name="profileId" label="Profile" all="Every profile" options={profiles} />
            <Choice name="group" label="Group" all="Every group" options={groups.map((value) => ({ value, label: value }))} />
          </>
        )}
      </div>
      {about !== 'standing' && <PersonField id="review-person" name="personId" label="Only this person" optional choose={choose} />}
    </>
  )
}

function Choice({ name, label, all, options }: { name: string; label: string; all: string; options: FilterOption[] }): ReactNode {
  return (
    <Field id={`review-${name}`} label={label}>
      {(wiring) => (
        // "Every" is a choice like the others, though it sends nothing.
        <Select {...wiring} required={false} name={name} defaultValue="">
          <option value="">{all}</option>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
