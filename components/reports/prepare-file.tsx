import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Select } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'

/** Has a large answer made as a file while its reader goes on. */
export function PrepareFile({ question, query, action }: { question: { id: string }; query: string; action: Action }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Prepare file' }}
      title="Prepare a file in the background"
      consequences="For long answers: it is made while you do something else, and you are told when it is ready. It is kept for a week on the Exports page."
      confirmLabel="Prepare file"
      keepLabel="Leave it"
      tone="primary"
      action={action}
      fields={{ question: question.id, query }}
    >
      <Field id="prepare-format" label="Format">
        {(wiring) => (
          <Select {...wiring} name="format" defaultValue="csv">
            <option value="csv">CSV, for spreadsheets</option>
            <option value="ndjson">NDJSON, for programs</option>
          </Select>
        )}
      </Field>
    </ConfirmDialog>
  )
}
