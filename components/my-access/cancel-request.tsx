'use client'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'

/** No confirmation: what is cancelled can be asked for again. */
export function CancelRequest({ requestId, action, what }: { requestId: string; action: Action; what: string }): ReactNode {
  const [, run] = useAnnouncedAction(action, { announceRefusals: true })
  return (
    <form action={run}>
      <input type="hidden" name="requestId" value={requestId} />
      <SubmitButton tone="secondary" size="sm" aria-label={`Cancel the request for ${what}`}>
        Cancel
      </SubmitButton>
    </form>
  )
}
