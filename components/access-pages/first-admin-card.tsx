'use client'
import { KeyRound } from 'lucide-react'
import { useActionState, type ReactNode } from 'react'
import type { Action, ActionState } from '../models.ts'
import { answerOf } from '../ui/answer-of.ts'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { Card } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'

/** The one-time path to the first admin, while nobody is one. */
export function FirstAdminCard({ name, claimAction }: { name: string; claimAction: Action }): ReactNode {
  const [state, run] = useActionState((previous: ActionState, form: FormData) => answerOf(() => claimAction(previous, form), (refusal): ActionState => refusal), null)
  return (
    <Card className="p-6">
      <KeyRound aria-hidden className="mb-3 size-6 text-ink-3" strokeWidth={1.5} />
      <h1 className="text-lg font-semibold">Become the first admin</h1>
      <p className="mt-1 text-sm text-ink-2">
        For setting Latchkey up before the groups of the identity provider arrive. It works once, for {name}, and ends by itself when an admin by group signs in.
      </p>
      <form action={run} className="mt-4 flex flex-col gap-3">
        <FormMessage state={state} />
        <Field id="code" label="Code" hint="The value of LATCHKEY_FIRST_ADMIN_CODE.">
          {(wiring) => <TextInput {...wiring} name="code" type="password" autoComplete="one-time-code" required maxLength={500} />}
        </Field>
        <SubmitButton className="self-start">Become the first admin</SubmitButton>
      </form>
    </Card>
  )
}
