'use client'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { NumberInput, TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { durationText } from '../ui/time-format.ts'

type Props = { grantId: string; what: string; most: number; action: Action }

/** More time is a new decision: what runs now keeps its end until somebody approves a later one. */
export function Extend({ grantId, what, most, action }: Props): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Ask for more time' }}
      title={`More time with ${what}`}
      consequences="It is decided like a new request. Until it is approved the end stays where it is, and a denial changes nothing."
      confirmLabel="Ask for more time"
      keepLabel="Leave it"
      tone="primary"
      action={action}
      fields={{ grantId }}
    >
      <Field id="extend-minutes" label="How much longer?" hint={`Up to ${durationText(most)} more.`}>
        {(wiring) => <NumberInput {...wiring} name="minutes" unit="min" min={1} max={most} defaultValue={Math.min(30, most)} className="w-32" />}
      </Field>
      <Field id="extend-reason" label="Why?" hint="What is not done yet. Whoever decides reads this.">
        {(wiring) => <TextArea {...wiring} name="justification" rows={2} maxLength={2000} />}
      </Field>
    </ConfirmDialog>
  )
}
