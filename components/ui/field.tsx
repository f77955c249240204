import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** What a control must carry so that label, hint and error belong to it. */
export type FieldWiring = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true; required?: boolean }

type Props = {
  /** Also the field's name in the form: one field, one name. */
  id: string
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  optional?: boolean
  aside?: ReactNode
  className?: string
  children: (wiring: FieldWiring) => ReactNode
}

/** The one place where label, hint and error are tied to a control. */
export function Field({ id, label, hint, error, optional, aside, className, children }: Props): ReactNode {
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={clsx('flex flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-sm font-medium text-ink">
          {label}
          {optional && <span className="font-normal text-ink-3"> (optional)</span>}
        </label>
        {aside}
      </div>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
        ...(optional ? {} : { required: true }),
      })}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-ink-3">
          {hint}
        </p>
      )}
    </div>
  )
}

export function FieldError({ id, children }: { id: string; children: ReactNode }): ReactNode {
  return (
    <p id={id} className="text-xs font-medium text-red-text">
      {children}
    </p>
  )
}
