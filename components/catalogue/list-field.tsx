'use client'
import type { ReactNode } from 'react'
import { NumberInput, Select, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'

type Common = { place: string; label: string; hint?: string; problem: string | undefined; optional?: boolean; className?: string }

/** Names with commas between them. Uncontrolled, so that a comma can be typed. */
export function ListField({ place, label, hint, problem, optional = false, className, value, onChange }: Common & { value: readonly string[]; onChange: (value: string[]) => void }): ReactNode {
  return (
    <Field id={place} label={label} hint={hint} error={problem} optional={optional} className={className ?? ''}>
      {(wiring) => <TextInput {...wiring} defaultValue={value.join(', ')} autoComplete="off" onChange={(event) => onChange(event.target.value.split(',').map((part) => part.trim()).filter(Boolean))} />}
    </Field>
  )
}

/** A whole number, or nothing. */
export function NumberField({ place, label, hint, problem, optional = false, className, unit, value, onChange }: Common & { unit?: string; value: number | undefined; onChange: (value: number | undefined) => void }): ReactNode {
  return (
    <Field id={place} label={label} hint={hint} error={problem} optional={optional} className={className ?? ''}>
      {(wiring) => <NumberInput {...wiring} {...(unit ? { unit } : {})} value={value ?? ''} onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))} />}
    </Field>
  )
}

export function ChoiceField({ place, label, problem, optional = false, className, value, options, onChange }: Common & { value: string; options: { value: string; label: string }[]; onChange: (value: string) => void }): ReactNode {
  return (
    <Field id={place} label={label} error={problem} optional={optional} className={className ?? ''}>
      {(wiring) => (
        <Select {...wiring} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </Select>
      )}
    </Field>
  )
}

export function CheckField({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }): ReactNode {
  return (
    <label className="flex min-h-8 items-center gap-2 text-sm">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} className="size-4" />
      {label}
    </label>
  )
}
