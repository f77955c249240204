'use client'
import { useState, type ReactNode } from 'react'
import { NumberInput } from '../ui/controls.tsx'
import { FieldError } from '../ui/field.tsx'
import { RadioCards } from '../ui/radio-cards.tsx'
import { durationText } from '../ui/time-format.ts'
import type { ChosenProfile } from './request-models.ts'

type Props = { chosen: Pick<ChosenProfile, 'presets' | 'minMinutes' | 'maxMinutes'>; value: string; error?: string | undefined; onChange: (value: string) => void }

export function DurationField({ chosen, value, error, onChange }: Props): ReactNode {
  const isPreset = chosen.presets.includes(Number(value))
  const [wantsOther, setWantsOther] = useState(false)
  const other = wantsOther || !isPreset
  const options = [...chosen.presets.map((minutes) => ({ value: String(minutes), label: durationText(minutes) })), { value: 'other', label: 'Other' }]
  const described = ['minutes-hint', error ? 'minutes-error' : ''].filter(Boolean).join(' ')

  return (
    <div data-error-focus={Boolean(error) && !other} className="flex flex-col gap-1.5">
      <RadioCards
        name="duration-preset"
        legend="For how long?"
        options={options}
        value={other ? 'other' : value}
        describedBy={described}
        onChange={(event) => {
          setWantsOther(event.target.value === 'other')
          if (event.target.value !== 'other') onChange(event.target.value)
        }}
      />
      {other ? (
        <NumberInput
          name="minutes"
          aria-label="Minutes"
          aria-describedby={described}
          aria-invalid={error ? true : undefined}
          unit="min"
          min={chosen.minMinutes}
          max={chosen.maxMinutes}
          value={value}
          className="mt-1 w-32"
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <input type="hidden" name="minutes" value={value} />
      )}
      {error && <FieldError id="minutes-error">{error}</FieldError>}
      <p id="minutes-hint" className="text-xs text-ink-3">
        From {durationText(chosen.minMinutes)} to {durationText(chosen.maxMinutes)}. It ends by itself; you can end it sooner.
      </p>
    </div>
  )
}
