'use client'
import type { ComponentProps, ReactNode } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { type ChoosePeople, PersonField } from '../ui/person-field.tsx'

type Props = Omit<ComponentProps<typeof ConfirmDialog>, 'children' | 'tone' | 'keepLabel'> & { name: string; label: string; choose: ChoosePeople }

/** A dialog that asks for one person. */
export function ChoosePersonDialog({ name, label, choose, ...dialog }: Props): ReactNode {
  return (
    <ConfirmDialog {...dialog} tone="primary" keepLabel="Leave it">
      <PersonField id={`choose-${name}`} name={name} label={label} choose={choose} />
    </ConfirmDialog>
  )
}
