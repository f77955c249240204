'use client'
import { Send } from 'lucide-react'
import { startTransition, useActionState, useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { announce } from '../ui/announce.ts'
import { answerOf } from '../ui/answer-of.ts'
import { TextArea, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { AlsoField } from './also-field.tsx'
import { AnswerLine } from './answer-line.tsx'
import { DurationField } from './duration-field.tsx'
import { EmergencyField } from './emergency-field.tsx'
import { OnlyUsedField } from './only-used-field.tsx'
import type { ChosenProfile, RequestFormState, RequestPageProps, RequestValues } from './request-models.ts'
import { StartField } from './start-field.tsx'
import { useAnswer } from './use-answer.ts'
import { useDraft } from './use-draft.ts'

type Props = Pick<RequestPageProps, 'action' | 'prefill' | 'answerAction'> & { chosen: Omit<ChosenProfile, 'preview'> }

/** The first field with an error gets the focus; all of them are said. */
function useErrorFocus(state: RequestFormState, form: React.RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    if (!state) return
    const said = Object.values(state.errors)
    if (said.length > 0) announce(said.join(' '))
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error-focus="true"] input:checked')?.focus()
  }, [state, form])
}

function typedIn(sent: FormData): RequestValues {
  const text = (name: string): string => {
    const value = sent.get(name)
    return typeof value === 'string' ? value : ''
  }
  return { minutes: text('minutes'), justification: text('justification'), ticket: text('ticket'), startsAt: text('startsAt'), emergency: text('emergency'), incident: text('incident'), onlyUsed: text('onlyUsed') }
}

export function RequestForm({ chosen, action, prefill, answerAction }: Props): ReactNode {
  const { profile, justification, ticket } = chosen
  const form = useRef<HTMLFormElement>(null)
  const [state, run, sending] = useActionState(
    (previous: RequestFormState, sent: FormData) => answerOf(() => action(previous, sent), (refusal): RequestFormState => ({ values: typedIn(sent), errors: {}, refusal })),
    null,
  )
  const [more, setMore] = useState(0)
  const draft = useDraft(profile.slug, {
    minutes: String(chosen.defaultMinutes),
    justification: '',
    ticket: '',
    startsAt: '',
    emergency: '',
    incident: '',
    onlyUsed: '',
    ...prefill,
    ...state?.values,
  })
  const { values, set } = draft
  // What is not offered any more is not sent, though a draft may remember it.
  const keepsToUsed = chosen.narrowed !== null && values.onlyUsed === 'yes' && values.emergency !== 'yes'
  const { answer, pending } = useAnswer(chosen.answer, { profile: profile.slug, minutes: Number(values.minutes), startsAt: values.startsAt, ticket: values.ticket, emergency: values.emergency === 'yes', onlyUsed: keepsToUsed }, answerAction)
  const errors = state?.errors ?? {}
  const missing = justification.minLength - values.justification.trim().length
  useErrorFocus(state, form)
  const { setSent } = draft
  useEffect(() => {
    if (state) setSent(false)
  }, [state, setSent])

  // React resets a form after its action, radios included; sent this way, everything stays as it was chosen.
  function send(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    draft.setSent(true)
    startTransition(() => run(data))
  }

  return (
    <form ref={form} action={run} noValidate onSubmit={send} className="flex flex-col gap-5">
      <input type="hidden" name="profile" value={profile.slug} />
      <DurationField chosen={chosen} value={values.minutes} error={errors.minutes} onChange={(value) => set('minutes', value)} />
      <Field
        id="justification"
        label="What do you need it for?"
        error={errors.justification}
        hint={justification.hint ?? 'One or two sentences. Whoever decides reads this, and so does the auditor.'}
        aside={
          <span className="tabular text-xs text-ink-3">
            {missing > 0 ? `${missing} more ${missing === 1 ? 'character' : 'characters'}` : `${values.justification.length} / ${justification.maxLength}`}
          </span>
        }
      >
        {(wiring) => (
          <TextArea
            {...wiring}
            name="justification"
            value={values.justification}
            maxLength={justification.maxLength}
            placeholder="Order 4711 is stuck in payment; I need to read its row."
            onChange={(event) => set('justification', event.target.value)}
          />
        )}
      </Field>
      {ticket && (
        <Field id="ticket" label={ticket.label} optional={!ticket.required} error={errors.ticket} hint={ticket.hint}>
          {(wiring) => (
            <TextInput {...wiring} name="ticket" value={values.ticket} placeholder={ticket.placeholder} autoComplete="off" className="max-w-60" onChange={(event) => set('ticket', event.target.value)} />
          )}
        </Field>
      )}
      {chosen.narrowed && values.emergency !== 'yes' && <OnlyUsedField narrowed={chosen.narrowed} chosen={keepsToUsed} onChange={(value) => set('onlyUsed', value)} />}
      {values.emergency !== 'yes' && <StartField value={values.startsAt} error={errors.startsAt} onChange={(value) => set('startsAt', value)} />}
      {chosen.also.length > 0 && values.emergency !== 'yes' && <AlsoField also={chosen.also} onCount={setMore} />}
      {chosen.emergency && <EmergencyField emergency={chosen.emergency} values={values} error={errors.incident} set={set} />}
      <div className="flex flex-col gap-3">
        <AnswerLine answer={answer} pending={pending} />
        {chosen.note && <p className="text-xs text-ink-3">{chosen.note}</p>}
        <FormMessage state={state?.refusal ? { ok: false, ...state.refusal } : null} />
        <div>
          <SubmitButton busy={sending} disabled={answer.kind === 'refused'} className="max-sm:w-full">
            <Send aria-hidden />
            {values.emergency === 'yes' ? 'Take emergency access' : more > 0 ? `Send ${more + 1} requests` : 'Send request'}
          </SubmitButton>
        </div>
      </div>
    </form>
  )
}
