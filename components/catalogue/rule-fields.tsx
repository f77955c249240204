'use client'
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { Select, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import type { RuleModel } from './catalogue-models.ts'
import { ConditionFields } from './condition-fields.tsx'
import { StepFields } from './step-fields.tsx'

type Props = {
  /** Names the fields: `approval.rules` or `approval.shadow`. */
  place: string
  rules: RuleModel[]
  problemOf: (field: string) => string | undefined
  /** `structural`: rules or steps came, went or moved, so the fields are made anew. */
  onChange: (rules: RuleModel[], structural?: boolean) => void
}

const newStep = { deciders: { groups: [], people: [], manager: false, owners: false }, quorum: 1 }
const newRule: RuleModel = { name: 'New rule', when: {}, steps: [newStep] }

/** Rules in the order in which they are tried. */
export function RuleFields({ place, rules, problemOf, onChange }: Props): ReactNode {
  const replace = (index: number, rule: RuleModel, structural = false): void => onChange(rules.map((old, at) => (at === index ? rule : old)), structural)
  function move(from: number, to: number): void {
    const next = [...rules]
    next.splice(to, 0, ...next.splice(from, 1))
    onChange(next, true)
  }
  return (
    <div className="flex flex-col gap-3">
      {rules.map((rule, index) => {
        const at = `${place}[${index}]`
        return (
          <fieldset key={index} className="rounded-md border border-line p-3">
            <legend className="px-1 text-xs font-medium text-ink-2">Rule {index + 1}</legend>
            <div className="flex flex-wrap items-end gap-3">
              <Field id={`${at}.name`} label="Name" error={problemOf(`${at}.name`)} className="min-w-40 flex-1">
                {(wiring) => <TextInput {...wiring} value={rule.name} onChange={(event) => replace(index, { ...rule, name: event.target.value })} />}
              </Field>
              <Field id={`${at}.outcome`} label="Then" error={problemOf(at)}>
                {(wiring) => (
                  <Select {...wiring} value={rule.automatic ? 'automatic' : 'steps'} onChange={(event) => replace(index, event.target.value === 'automatic' ? { name: rule.name, when: rule.when, automatic: true } : { name: rule.name, when: rule.when, steps: [newStep] }, true)}>
                    <option value="steps">People decide</option>
                    <option value="automatic">It goes ahead</option>
                  </Select>
                )}
              </Field>
              <span className="flex">
                <IconButton label={`Move rule ${index + 1} up`} disabled={index === 0} onClick={() => move(index, index - 1)}><ArrowUp aria-hidden /></IconButton>
                <IconButton label={`Move rule ${index + 1} down`} disabled={index === rules.length - 1} onClick={() => move(index, index + 1)}><ArrowDown aria-hidden /></IconButton>
                <IconButton label={`Remove rule ${index + 1}`} disabled={rules.length === 1 && place === 'approval.rules'} onClick={() => onChange(rules.filter((_, other) => other !== index), true)}><Trash2 aria-hidden /></IconButton>
              </span>
            </div>
            <ConditionFields place={`${at}.when`} when={rule.when} problemOf={problemOf} onChange={(when) => replace(index, { ...rule, when })} />
            {(rule.steps ?? []).map((step, number) => (
              <StepFields
                key={number}
                place={`${at}.steps[${number}]`}
                number={number + 1}
                step={step}
                problemOf={problemOf}
                onChange={(next) => replace(index, { ...rule, steps: (rule.steps ?? []).map((old, other) => (other === number ? next : old)) })}
                onRemove={(rule.steps ?? []).length > 1 ? () => replace(index, { ...rule, steps: (rule.steps ?? []).filter((_, other) => other !== number) }, true) : null}
              />
            ))}
            {rule.steps && rule.steps.length < 5 && (
              <Button size="sm" tone="quiet" className="mt-2" onClick={() => replace(index, { ...rule, steps: [...(rule.steps ?? []), newStep] }, true)}>
                <Plus aria-hidden /> Add a step to rule {index + 1}
              </Button>
            )}
          </fieldset>
        )
      })}
      <Button size="sm" className="self-start" onClick={() => onChange([...rules, newRule], true)}><Plus aria-hidden /> Add a rule</Button>
    </div>
  )
}
