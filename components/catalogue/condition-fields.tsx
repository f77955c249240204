'use client'
import type { ReactNode } from 'react'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import type { WhenModel } from './catalogue-models.ts'
import { CheckField, ChoiceField, ListField, NumberField } from './list-field.tsx'

type Props = { place: string; when: WhenModel; problemOf: (field: string) => string | undefined; onChange: (when: WhenModel) => void }

const risks = [{ value: '', label: 'Any' }, ...['low', 'medium', 'high', 'critical'].map((value) => ({ value, label: value }))]
const tickets = [{ value: '', label: 'Either way' }, { value: 'present', label: 'Named' }, { value: 'absent', label: 'Not named' }]
const workday = { zone: 'UTC', from: '08:00', to: '18:00', weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'] }

/** What has to hold for a rule; what is left empty does not matter. */
export function ConditionFields({ place, when, problemOf, onChange }: Props): ReactNode {
  const set = (changes: Partial<WhenModel>): void => onChange({ ...when, ...changes })
  const filled = (list: string[]): string[] | undefined => (list.length > 0 ? list : undefined)
  return (
    <details className="mt-3" open={Object.values(when).some((condition) => condition !== undefined)}>
      <summary className="text-xs font-medium text-ink-2">Conditions</summary>
      <div className="mt-2 grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-3">
        <NumberField place={`${place}.maxDurationMinutes`} label="At most" unit="min" optional problem={problemOf(`${place}.maxDurationMinutes`)} value={when.maxDurationMinutes} onChange={(maxDurationMinutes) => set({ maxDurationMinutes })} />
        <NumberField place={`${place}.minDurationMinutes`} label="At least" unit="min" optional problem={problemOf(`${place}.minDurationMinutes`)} value={when.minDurationMinutes} onChange={(minDurationMinutes) => set({ minDurationMinutes })} />
        <ChoiceField place={`${place}.maxRisk`} label="Risk at most" optional problem={problemOf(`${place}.maxRisk`)} value={when.maxRisk ?? ''} options={risks} onChange={(value) => set({ maxRisk: value || undefined })} />
        <ChoiceField place={`${place}.minRisk`} label="Risk at least" optional problem={problemOf(`${place}.minRisk`)} value={when.minRisk ?? ''} options={risks} onChange={(value) => set({ minRisk: value || undefined })} />
        <ListField place={`${place}.requesterGroups`} label="Requester in groups" optional problem={problemOf(`${place}.requesterGroups`)} value={when.requesterGroups ?? []} onChange={(list) => set({ requesterGroups: filled(list) })} />
        <ListField place={`${place}.environments`} label="Environments" optional problem={problemOf(`${place}.environments`)} value={when.environments ?? []} onChange={(list) => set({ environments: filled(list) })} />
        <ChoiceField place={`${place}.ticket`} label="Ticket" optional problem={problemOf(`${place}.ticket`)} value={when.ticket ?? ''} options={tickets} onChange={(value) => set({ ticket: value || undefined })} />
        <CheckField label="Only in an emergency" checked={when.breakGlass ?? false} onChange={(checked) => set({ breakGlass: checked || undefined })} />
        <CheckField label="Only at certain hours" checked={when.hours !== undefined} onChange={(checked) => set({ hours: checked ? workday : undefined })} />
      </div>
      {when.hours && <HourFields place={`${place}.hours`} hours={when.hours} problemOf={problemOf} onChange={(hours) => set({ hours })} />}
    </details>
  )
}

type Hours = NonNullable<WhenModel['hours']>

function HourFields({ place, hours, problemOf, onChange }: { place: string; hours: Hours; problemOf: Props['problemOf']; onChange: (hours: Hours) => void }): ReactNode {
  const text = (key: 'zone' | 'from' | 'to', label: string): ReactNode => (
    <Field id={`${place}.${key}`} label={label} error={problemOf(`${place}.${key}`)}>
      {(wiring) => <TextInput {...wiring} value={hours[key]} onChange={(event) => onChange({ ...hours, [key]: event.target.value })} />}
    </Field>
  )
  return (
    <div className="mt-3 grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {text('from', 'From')}
      {text('to', 'To')}
      {text('zone', 'Time zone')}
      <ListField place={`${place}.weekdays`} label="Weekdays" problem={problemOf(`${place}.weekdays`)} value={hours.weekdays} onChange={(weekdays) => onChange({ ...hours, weekdays })} />
    </div>
  )
}
