'use client'
import { useActionState, useEffect, type ReactNode } from 'react'
import type { Action } from '../models.ts'
import { announce } from '../ui/announce.ts'
import { SubmitButton } from '../ui/submit-button.tsx'

/** No confirmation: what is cancelled can be asked for again. */
export function CancelRequest({ requestId, action, what }: { requestId: string; action: Action; what: string }): ReactNode {
  const [state, run] = useActionState(action, null)
  useEffect(() => {
    if (state) announce(state.ok ? state.message : [state.message, state.mend].filter(Boolean).join(' '), state.ok ? 'done' : 'failed')
  }, [state])
  return (
    <form action={run}>
      <input type="hidden" name="requestId" value={requestId} />
      <SubmitButton tone="secondary" size="sm" aria-label={`Cancel the request for ${what}`}>
        Cancel
      </SubmitButton>
    </form>
  )
}
