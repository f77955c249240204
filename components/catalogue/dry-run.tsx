import { CircleCheck, CircleSlash, UserCheck } from 'lucide-react'
import Form from 'next/form'
import type { Route } from 'next'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Button } from '../ui/button.tsx'
import { NumberInput, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import type { DryRunModel } from './catalogue-models.ts'

const icons = { automatic: CircleCheck, asked: UserCheck, refused: CircleSlash }
const words = { automatic: 'Goes ahead', asked: 'People are asked', refused: 'Not possible' }

/** What would happen if somebody asked. A GET form: nothing is written, and the address can be shared. */
export function DryRun({ model, action, longest }: { model: DryRunModel; action: string; longest: number }): ReactNode {
  const { values, people, answer, problem } = model
  return (
    <>
      <Form action={`${action}#dry-run` as Route} scroll={false} className="grid grid-cols-1 items-end gap-3 sm:grid-cols-2 xl:grid-cols-4">
        <Field id="who" label="Person" error={problem ?? undefined}>{(wiring) => <TextInput {...wiring} type="search" name="who" defaultValue={values.who} autoComplete="off" />}</Field>
        <Field id="minutes" label="Minutes">{(wiring) => <NumberInput {...wiring} name="minutes" min={5} max={longest} defaultValue={values.minutes} />}</Field>
        <Field id="start" label="Starts (UTC)" optional>{(wiring) => <TextInput {...wiring} type="datetime-local" name="start" defaultValue={values.start} />}</Field>
        <Field id="ticket" label="Ticket" optional>{(wiring) => <TextInput {...wiring} name="ticket" defaultValue={values.ticket} autoComplete="off" />}</Field>
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" name="emergency" defaultChecked={values.emergency} className="size-4" />
          In an emergency
        </label>
        <Button type="submit" className="justify-self-start">Try it</Button>
      </Form>
      {people.length > 0 && (
        <p className="mt-3 text-sm">
          Whom do you mean?{' '}
          {people.map(({ name, href }) => <AppLink key={href} href={href} className="mr-3 inline-block text-accent-text underline underline-offset-2">{name}</AppLink>)}
        </p>
      )}
      {answer && <Answer answer={answer} />}
    </>
  )
}

function Answer({ answer }: { answer: NonNullable<DryRunModel['answer']> }): ReactNode {
  const Icon = icons[answer.kind]
  return (
    <div className="mt-4 rounded-md bg-sunken p-3 text-sm">
      <p className="flex items-center gap-2 font-medium"><Icon aria-hidden className="size-4 shrink-0" />{words[answer.kind]} for {answer.person}</p>
      {answer.sentences.map((sentence) => <p key={sentence} className="mt-1">{sentence}</p>)}
      <p className="mt-1 text-xs text-ink-3">Groups last seen: {answer.groups}. Nobody was asked, and nothing was written.</p>
      {answer.rules.length > 0 && (
        <ol className="mt-2 flex flex-col gap-1 border-t border-line pt-2">
          {answer.rules.map(({ name, applies, why }, index) => <li key={index} className={applies ? 'font-medium' : 'text-ink-2'}>{index + 1}. “{name}” {why}</li>)}
        </ol>
      )}
    </div>
  )
}
