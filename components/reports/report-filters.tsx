import type { ReactNode } from 'react'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterDate, FilterSelect } from '../ui/filter-field.tsx'
import { type ChoosePeople, PersonField } from '../ui/person-field.tsx'
import type { ReportPageProps } from './report-models.ts'

type Props = Pick<ReportPageProps, 'question' | 'filters' | 'shows' | 'choices'> & { choose: ChoosePeople }

/** What the question can be narrowed by; it stands in the address. */
export function ReportFilters({ question, filters, shows, choices, choose }: Props): ReactNode {
  const has = (name: string): boolean => shows.includes(name)
  return (
    <FilterBar key={question.id} action={`/reports/${question.id}`} label="Filter the report">
      {has('review') && choices.review.length > 0 && <FilterSelect name="review" label="Review" value={filters.review} options={choices.review} />}
      {has('person') && (choices.manyPeople && choices.person.length === 0 ? <PersonField id="report-person" name="person" label="Person" optional choose={choose} /> : choices.person.length > 0 && <FilterSelect name="person" label="Person" value={filters.person} options={choices.person} />)}
      {has('account') && <FilterSelect name="account" label="Account" value={filters.account} options={choices.account} />}
      {has('profile') && <FilterSelect name="profile" label="Profile" value={filters.profile} options={choices.profile} />}
      {has('environment') && <FilterSelect name="environment" label="Environment" value={filters.environment} options={choices.environment} />}
      {has('from') && <FilterDate name="from" label="From" value={filters.from} />}
      {has('to') && <FilterDate name="to" label="To" value={filters.to} />}
      {filters.only !== '' && <input type="hidden" name="only" value={filters.only} />}
      {filters.group !== '' && <input type="hidden" name="group" value={filters.group} />}
    </FilterBar>
  )
}
