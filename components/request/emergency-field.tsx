'use client'
import type { ReactNode } from 'react'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { durationText } from '../ui/time-format.ts'
import type { ChosenProfile, RequestValues } from './request-models.ts'

type Props = { emergency: NonNullable<ChosenProfile['emergency']>; values: Pick<RequestValues, 'emergency' | 'incident' | 'minutes'>; error?: string | undefined; set: (field: 'emergency' | 'incident' | 'minutes', value: string) => void }

/** Access at once, with what it costs: it is loud, short, and looked at afterwards. */
export function EmergencyField({ emergency, values, error, set }: Props): ReactNode {
  const on = values.emergency === 'yes'
  // Emergencies are shorter: nobody has to find out in the middle of one.
  function turn(checked: boolean): void {
    set('emergency', checked ? 'yes' : '')
    if (checked && Number(values.minutes) > emergency.maxMinutes) set('minutes', String(emergency.maxMinutes))
  }
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line px-3.5 py-3">
      <legend className="sr-only">Emergency</legend>
      <div className="flex items-start gap-2.5 text-sm">
        <input id="emergency" type="checkbox" name="emergency" value="yes" checked={on} aria-describedby="emergency-hint" className="mt-0.5 size-4 accent-red" onChange={(event) => turn(event.target.checked)} />
        <div>
          <label htmlFor="emergency" className="font-medium">
            Emergency: access at once, without waiting for a decision
          </label>
          <p id="emergency-hint" className="mt-0.5 text-xs text-ink-3">
            At most {durationText(emergency.maxMinutes)}, and recorded as an emergency: one of {emergency.reviewers} reviews what you did within {emergency.reviewWithinHours} h.
          </p>
        </div>
      </div>
      {on && (
        <Field id="incident" label="Incident" error={error} hint="The reference of the incident this is for.">
          {(wiring) => <TextInput {...wiring} name="incident" value={values.incident} placeholder="INC-123" autoComplete="off" className="max-w-60" onChange={(event) => set('incident', event.target.value)} />}
        </Field>
      )}
    </fieldset>
  )
}
