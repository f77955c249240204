import { clsx } from 'clsx'
import type { ChangeEventHandler, ReactNode } from 'react'

export type RadioCard = { value: string; label: string; disabled?: boolean }

type Props = {
  name: string
  legend: string
  options: RadioCard[]
  value: string
  onChange: ChangeEventHandler<HTMLInputElement>
  describedBy?: string | undefined
}

export function RadioCards({ name, legend, options, value, onChange, describedBy }: Props): ReactNode {
  return (
    <fieldset aria-describedby={describedBy} className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={clsx(
              'tabular flex h-8 min-w-14 cursor-pointer items-center justify-center rounded-md border bg-surface px-3 text-sm select-none pointer-coarse:h-10',
              'border-control hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent-text has-checked:inset-ring-1 has-checked:inset-ring-accent',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus has-disabled:cursor-not-allowed has-disabled:opacity-50',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={onChange}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
