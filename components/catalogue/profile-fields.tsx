'use client'
import type { ReactNode } from 'react'
import { TextArea, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import type { EditorModel, RuleModel } from './catalogue-models.ts'
import { CheckField, ChoiceField, ListField, NumberField } from './list-field.tsx'
import { RuleFields } from './rule-fields.tsx'

type Props = { model: EditorModel; isNew: boolean; accounts: string[]; problemOf: (field: string) => string | undefined; onChange: (model: EditorModel, structural?: boolean) => void }

const options = (values: string[]): { value: string; label: string }[] => values.map((value) => ({ value, label: value }))
const two = 'grid grid-cols-1 gap-3 sm:grid-cols-2'

/** A profile's fields. Its role, scope and proof are edited as YAML. */
export function ProfileFields({ model, isNew, accounts, problemOf, onChange }: Props): ReactNode {
  const set = (changes: Partial<EditorModel>, structural = false): void => onChange({ ...model, ...changes }, structural)
  const { request, limits, pilot } = model
  const text = (key: 'id' | 'title', label: string): ReactNode => (
    <Field id={key} label={label} error={problemOf(key)}>{(wiring) => <TextInput {...wiring} value={model[key]} autoComplete="off" onChange={(event) => set({ [key]: event.target.value })} />}</Field>
  )
  return (
    <div className="flex flex-col gap-4">
      {isNew && <div className={two}>{text('id', 'Id')}<ChoiceField place="account" label="Account" problem={problemOf('account')} value={model.account} options={options(accounts)} onChange={(account) => set({ account })} /></div>}
      {text('title', 'Title')}
      <Field id="description" label="Description" error={problemOf('description')}>{(wiring) => <TextArea {...wiring} rows={2} value={model.description} onChange={(event) => set({ description: event.target.value })} />}</Field>
      <div className={two}>
        <ListField place="request.groups" label="Groups that may ask" problem={problemOf('request.groups')} value={request.groups} onChange={(groups) => set({ request: { ...request, groups } })} />
        <ListField place="pilot.groups" label="Pilot groups" hint="Only these may ask, until it is offered to all." optional problem={problemOf('pilot.groups')} value={pilot?.groups ?? []} onChange={(groups) => set({ pilot: groups.length > 0 ? { groups } : undefined })} />
        <NumberField place="limits.maxDurationMinutes" label="Longest access" unit="min" problem={problemOf('limits.maxDurationMinutes')} value={limits.maxDurationMinutes} onChange={(value) => set({ limits: { ...limits, maxDurationMinutes: value ?? 0 } })} />
        <NumberField place="limits.leaseMinutes" label="Longest credentials" unit="min" problem={problemOf('limits.leaseMinutes')} value={limits.leaseMinutes} onChange={(value) => set({ limits: { ...limits, leaseMinutes: value ?? 0 } })} />
        <ChoiceField place="riskTier" label="Risk tier" problem={problemOf('riskTier')} value={model.riskTier} options={options(['low', 'medium', 'high'])} onChange={(riskTier) => set({ riskTier })} />
        <ChoiceField place="request.ticket" label="Ticket reference" problem={problemOf('request.ticket')} value={request.ticket} options={options(['required', 'optional', 'none'])} onChange={(ticket) => set({ request: { ...request, ticket } })} />
        <NumberField place="request.justificationMinLength" label="Shortest justification" problem={problemOf('request.justificationMinLength')} value={request.justificationMinLength} onChange={(value) => set({ request: { ...request, justificationMinLength: value ?? 0 } })} />
      </div>
      <EmergencyFields model={model} problemOf={problemOf} onChange={set} />
      <CheckField label="A critical finding revokes it at once, without asking anybody" checked={model.revokeOnCriticalFinding ?? false} onChange={(checked) => set({ revokeOnCriticalFinding: checked || undefined })} />
      <ApprovalFields model={model} problemOf={problemOf} onChange={set} />
    </div>
  )
}

type PartProps = Pick<Props, 'model' | 'problemOf'> & { onChange: (changes: Partial<EditorModel>, structural?: boolean) => void }

function EmergencyFields({ model: { breakGlass, request }, problemOf, onChange }: PartProps): ReactNode {
  const first = { groups: request.groups, maxDurationMinutes: 30, reviewWithinHours: 24, reviewers: [] }
  return (
    <fieldset className="rounded-md border border-line p-3">
      <legend className="px-1 text-sm font-medium">Emergency access</legend>
      <CheckField label="At once in an emergency, with a review afterwards" checked={breakGlass !== undefined} onChange={(checked) => onChange({ breakGlass: checked ? first : undefined })} />
      {breakGlass && (
        <div className={`mt-2 ${two}`}>
          <ListField place="breakGlass.groups" label="For the groups" problem={problemOf('breakGlass.groups')} value={breakGlass.groups} onChange={(groups) => onChange({ breakGlass: { ...breakGlass, groups } })} />
          <ListField place="breakGlass.reviewers" label="Reviewed by the groups" problem={problemOf('breakGlass.reviewers')} value={breakGlass.reviewers} onChange={(reviewers) => onChange({ breakGlass: { ...breakGlass, reviewers } })} />
          <NumberField place="breakGlass.maxDurationMinutes" label="For at most" unit="min" problem={problemOf('breakGlass.maxDurationMinutes')} value={breakGlass.maxDurationMinutes} onChange={(value) => onChange({ breakGlass: { ...breakGlass, maxDurationMinutes: value ?? 0 } })} />
          <NumberField place="breakGlass.reviewWithinHours" label="Reviewed within" unit="h" problem={problemOf('breakGlass.reviewWithinHours')} value={breakGlass.reviewWithinHours} onChange={(value) => onChange({ breakGlass: { ...breakGlass, reviewWithinHours: value ?? 0 } })} />
        </div>
      )}
    </fieldset>
  )
}

function ApprovalFields({ model: { approval }, problemOf, onChange }: PartProps): ReactNode {
  const rules: RuleModel[] = 'rules' in approval ? approval.rules : [{ name: 'One approver', when: {}, steps: [{ deciders: { groups: approval.approvers, people: [], manager: false, owners: false }, quorum: 1 }] }]
  const shadow = 'rules' in approval ? approval.shadow : undefined
  return (
    <>
      <section aria-label="Who decides">
        <h2 className="mb-2 text-sm font-medium">Who decides <span className="font-normal text-ink-3">the first rule that fits counts</span></h2>
        <RuleFields place="approval.rules" rules={rules} problemOf={problemOf} onChange={(next, structural) => onChange({ approval: { rules: next, ...(shadow ? { shadow } : {}) } }, structural)} />
      </section>
      <section aria-label="On trial">
        <CheckField label="Try out another policy beside it, which decides nothing" checked={shadow !== undefined} onChange={(checked) => onChange({ approval: { rules, ...(checked ? { shadow: structuredClone(rules) } : {}) } }, true)} />
        {shadow && <RuleFields place="approval.shadow" rules={shadow} problemOf={problemOf} onChange={(next, structural) => onChange({ approval: { rules, shadow: next } }, structural)} />}
      </section>
    </>
  )
}
