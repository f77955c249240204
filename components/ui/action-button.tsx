'use client'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { FormMessage } from './form-message.tsx'
import { SubmitButton } from './submit-button.tsx'
import { useAnnouncedAction } from './use-announced-action.ts'

/** `name` is what a reader hears when the label alone does not say what. */
type Props = { label: string; name?: string; action: Action; fields?: Record<string, string>; className?: string }

/** One press, one action, and its refusal beside it. */
export function ActionButton({ label, name, action, fields = {}, className }: Props): ReactNode {
  const [state, run] = useAnnouncedAction(action)
  return (
    <form action={run} className={clsx('flex flex-col items-start gap-2', className)}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton tone="secondary" size="sm" aria-label={name}>
        {label}
      </SubmitButton>
      <FormMessage state={state} />
    </form>
  )
}
