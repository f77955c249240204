'use client'
import type { ReactNode } from 'react'
import { RevokeButton } from '../dashboard/revoke-button.tsx'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'
import type { FindingsPageProps } from './findings-models.ts'

type Props = {
  findingId: string
  title: string
  isOpen: boolean
  revocable: { grantId: string; person: string; account: string } | null
  triage: NonNullable<FindingsPageProps['triage']>
}

export function FindingActions({ findingId, title, isOpen, revocable, triage }: Props): ReactNode {
  return (
    <div className="mt-4 flex flex-wrap items-start gap-2">
      {isOpen && <Acknowledge findingId={findingId} action={triage.acknowledge} />}
      <ConfirmDialog
        trigger={{ label: 'Close…', size: 'sm' }}
        title="Close this finding"
        consequences={`“${title}” leaves the open list, for everybody. Your reason stays in the record; the same thing happening again opens a new finding.`}
        confirmLabel="Close the finding"
        keepLabel="Leave it open"
        tone="primary"
        action={triage.close}
        fields={{ findingId }}
      >
        <Field id={`close-${findingId}`} label="Reason">
          {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
        </Field>
      </ConfirmDialog>
      {revocable && <RevokeButton {...revocable} action={triage.revoke} label="Revoke access" />}
    </div>
  )
}

function Acknowledge({ findingId, action }: { findingId: string; action: Action }): ReactNode {
  const [state, run] = useAnnouncedAction(action)
  return (
    <form action={run} className="flex flex-col gap-2">
      <input type="hidden" name="findingId" value={findingId} />
      <SubmitButton size="sm">Acknowledge</SubmitButton>
      <FormMessage state={state} />
    </form>
  )
}
