'use client'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import type { CutoffModel } from './request-detail-models.ts'

export function CutOffRole({ grantId, cutoff }: { grantId: string; cutoff: CutoffModel }): ReactNode {
  const { people, roleName, action } = cutoff
  return (
    <ConfirmDialog
      trigger={{ label: 'Cut off everyone in this role', tone: 'danger' }}
      title={`Cut off everyone in ${roleName}`}
      consequences={<Consequences cutoff={cutoff} />}
      confirmLabel="Cut off everyone now"
      keepLabel="Leave them working"
      action={action}
      fields={{ grantId, shown: String(people.length) }}
    >
      <Field id="cutoff-reason" label="Reason" hint="It goes into the record.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}

function Consequences({ cutoff: { people } }: { cutoff: CutoffModel }): ReactNode {
  const you = people.some((person) => person.you)
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium text-ink">{headline(people.length)}</p>
      {people.length > 0 && (
        <ul className="max-h-40 list-disc overflow-y-auto pl-5">
          {people.map(({ name, you: self }, index) => (
            <li key={index}>{self ? `${name} (you)` : name}</li>
          ))}
        </ul>
      )}
      <p>{you ? 'You are among them. ' : people.length > 0 ? 'You are not among them. ' : ''}Sessions of this role that the portal does not know are hit too: another tool&apos;s, and consoles that are open.</p>
      <p>Their access goes on: whoever still holds a grant takes new credentials, and those work. To end somebody&apos;s access, revoke their grant.</p>
    </div>
  )
}

const headline = (count: number): string =>
  count === 0 ? 'Nobody known to the portal holds live credentials of this role.' : `${count} ${count === 1 ? 'person loses' : 'people lose'} live credentials now:`
