'use client'
import { useActionState, useEffect, type ReactNode } from 'react'
import type { Action } from '../models.ts'
import { announce } from '../ui/announce.ts'
import { FormMessage } from '../ui/form-message.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'

export function MendButton({ label, action }: { label: string; action: Action }): ReactNode {
  const [state, run] = useActionState(action, null)
  useEffect(() => {
    if (state?.ok) announce(state.message, 'done')
  }, [state])
  return (
    <form action={run} className="mt-2 flex flex-col items-start gap-2">
      <SubmitButton tone="secondary" size="sm">
        {label}
      </SubmitButton>
      <FormMessage state={state} />
    </form>
  )
}
