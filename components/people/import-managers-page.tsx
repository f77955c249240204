'use client'
import { type ReactNode, type SubmitEvent, startTransition, useActionState, useState } from 'react'
import type { Action } from '../models.ts'
import { announce } from '../ui/announce.ts'
import { answerOf } from '../ui/answer-of.ts'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { PageHeader, Section } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import type { ManagersState } from './people-models.ts'

/** A file is read first and shown as what it would change; only then it can be applied. */
export function ImportManagersPage({ action }: { action: Action<ManagersState> }): ReactNode {
  const [csv, setCsv] = useState('')
  const [checked, setChecked] = useState('')
  const [state, run, busy] = useActionState(async (previous: ManagersState, form: FormData): Promise<ManagersState> => {
    const next = await answerOf<ManagersState>(() => action(previous, form), (refusal) => refusal)
    if (next?.ok && 'message' in next) {
      announce(next.message, 'done')
      setCsv('')
    }
    return next
  }, null)
  const plan = state?.ok && 'plan' in state && checked === csv ? state.plan : null
  const ready = plan !== null && plan.problems.length === 0 && plan.changes.length > 0
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setChecked(csv)
    startTransition(() => run(form))
  }
  return (
    <>
      <PageHeader title="Import managers" back={{ href: '/people', label: 'People' }} lead="Policies may ask the requester’s manager. What is imported outweighs what the identity provider says." />
      <form action={run} onSubmit={submit} className="mb-8 flex max-w-2xl flex-col items-start gap-3">
        <Field id="csv" label="CSV" className="w-full" hint="First line: person,manager. Each is a user name or subject at the first provider, or issuer|subject. An empty manager clears it.">
          {(wiring) => <TextArea {...wiring} name="csv" rows={8} value={csv} spellCheck={false} className="min-h-40 font-mono text-xs" placeholder={'person,manager\nmaya.chen,ana.kovac'} onChange={(event) => setCsv(event.target.value)} />}
        </Field>
        <label className="text-sm text-ink-2">
          <span className="mr-2">Or from a file:</span>
          <input type="file" accept=".csv,text/csv" className="text-sm text-ink-3 file:mr-2 file:h-8 file:cursor-pointer file:rounded-md file:border file:border-control file:bg-surface file:px-3 file:text-sm file:font-medium file:text-ink hover:file:bg-hover" onChange={(event) => void event.target.files?.[0]?.text().then(setCsv)} />
        </label>
        <input type="hidden" name="step" value={ready ? 'apply' : 'plan'} />
        <FormMessage state={state?.ok ? null : state} />
        <SubmitButton busy={busy}>{ready ? `Apply ${plan.changes.length === 1 ? '1 change' : `${plan.changes.length} changes`}` : 'Check the file'}</SubmitButton>
      </form>
      {plan && <Plan plan={plan} />}
    </>
  )
}

function Plan({ plan: { changes, unchanged, problems } }: { plan: Extract<ManagersState, { plan: unknown }>['plan'] }): ReactNode {
  return (
    <div role="status">
      {problems.length > 0 && (
        <Section title="To mend first" id="problems" count={problems.length}>
          <ul className="list-disc pl-5 text-sm">
            {problems.slice(0, 50).map((problem) => (
              <li key={`${problem.line}-${problem.message}`}>
                Line {problem.line}: {problem.message}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="What changes" id="changes" count={changes.length} aside={unchanged > 0 ? `${unchanged} stay as they are` : undefined}>
        {changes.length === 0 ? (
          <p className="text-sm text-ink-3">Nothing.</p>
        ) : (
          <Table label="What changes">
            <thead>
              <tr>
                <Th>Person</Th>
                <Th>Manager now</Th>
                <Th>Manager then</Th>
              </tr>
            </thead>
            <tbody>
              {changes.slice(0, 200).map((change) => (
                <Tr key={change.line}>
                  <Td className="font-medium">{change.person}</Td>
                  <Td className="text-ink-2">{change.before ?? 'Not known'}</Td>
                  <Td>{change.after ?? 'Cleared'}</Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        )}
      </Section>
    </div>
  )
}
