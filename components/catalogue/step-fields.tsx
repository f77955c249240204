'use client'
import { Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/button.tsx'
import type { StepModel } from './catalogue-models.ts'
import { CheckField, ListField, NumberField } from './list-field.tsx'

type Props = { place: string; number: number; step: StepModel; problemOf: (field: string) => string | undefined; onChange: (step: StepModel) => void; onRemove: (() => void) | null }

/** Who decides a step, how many of them, and who else when nobody does. */
export function StepFields({ place, number, step, problemOf, onChange, onRemove }: Props): ReactNode {
  const { deciders, escalation } = step
  const decide = (changes: Partial<StepModel['deciders']>): void => onChange({ ...step, deciders: { ...deciders, ...changes } })
  return (
    <div className="mt-3 rounded-md bg-sunken p-3">
      <div className="mb-2 flex items-center justify-between text-xs font-medium text-ink-2">
        Step {number}
        {onRemove && <IconButton label={`Remove step ${number}`} onClick={onRemove}><Trash2 aria-hidden /></IconButton>}
      </div>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-3">
        <ListField place={`${place}.deciders.groups`} label="Groups that decide" optional problem={problemOf(`${place}.deciders.groups`) ?? problemOf(`${place}.deciders`)} value={deciders.groups} onChange={(groups) => decide({ groups })} />
        <ListField place={`${place}.deciders.people`} label="People that decide" hint="Subjects at the first identity provider." optional problem={problemOf(`${place}.deciders.people`)} value={deciders.people} onChange={(people) => decide({ people })} />
        <NumberField place={`${place}.quorum`} label="How many have to approve" problem={problemOf(`${place}.quorum`)} value={step.quorum} onChange={(quorum) => onChange({ ...step, quorum: quorum ?? 0 })} />
        <CheckField label="The requester’s manager" checked={deciders.manager} onChange={(manager) => decide({ manager })} />
        <CheckField label="The owners" checked={deciders.owners} onChange={(owners) => decide({ owners })} />
        <CheckField label="Others, when nobody decides" checked={escalation !== undefined} onChange={(checked) => onChange({ ...step, escalation: checked ? { afterMinutes: 30, groups: [] } : undefined })} />
        {escalation && (
          <>
            <NumberField place={`${place}.escalation.afterMinutes`} label="After" unit="min" problem={problemOf(`${place}.escalation.afterMinutes`)} value={escalation.afterMinutes} onChange={(afterMinutes) => onChange({ ...step, escalation: { ...escalation, afterMinutes: afterMinutes ?? 0 } })} />
            <ListField place={`${place}.escalation.groups`} label="These groups as well" problem={problemOf(`${place}.escalation.groups`)} value={escalation.groups} onChange={(groups) => onChange({ ...step, escalation: { ...escalation, groups } })} />
          </>
        )}
      </div>
    </div>
  )
}
