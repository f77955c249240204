'use client'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { revokeConsequences } from '../ui/end-consequences.ts'
import { Field } from '../ui/field.tsx'

type Props = { grantId: string; person: string; account: string; action: Action; label?: string }

export function RevokeButton({ grantId, person, account, action, label = 'Revoke' }: Props): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label, name: `${label}: ${person} in ${account}`, tone: 'danger', size: 'sm' }}
      title={`Revoke ${person}'s access`}
      consequences={revokeConsequences(person, account)}
      confirmLabel="Revoke now"
      keepLabel="Leave it running"
      action={action}
      fields={{ grantId }}
    >
      <Field id={`revoke-${grantId}`} label="Reason" hint="It goes to them and into the record.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}
