'use client'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { FormMessage } from '../ui/form-message.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'

export function MendButton({ label, action }: { label: string; action: Action }): ReactNode {
  const [state, run] = useAnnouncedAction(action)
  return (
    <form action={run} className="mt-2 flex flex-col items-start gap-2">
      <SubmitButton tone="secondary" size="sm">
        {label}
      </SubmitButton>
      <FormMessage state={state} />
    </form>
  )
}
