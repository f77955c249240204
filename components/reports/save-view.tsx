import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'

/** Keeps the report with its filters under a name. */
export function SaveView({ question, query, action }: { question: { id: string; title: string }; query: string; action: Action }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Save view' }}
      title="Save this view"
      consequences="It keeps the question and its filters, not the answer. Whoever opens it sees what they may read."
      confirmLabel="Save view"
      keepLabel="Leave it"
      tone="primary"
      action={action}
      fields={{ question: question.id, query }}
    >
      <Field id="view-name" label="Name">
        {(wiring) => <TextInput {...wiring} name="name" maxLength={80} defaultValue={question.title.slice(0, 80)} />}
      </Field>
      <label className="flex items-center gap-2 text-sm">
        <input type="checkbox" name="shared" className="size-4" />
        Show it to others who may ask this question
      </label>
    </ConfirmDialog>
  )
}
