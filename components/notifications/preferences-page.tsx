'use client'
import { type ReactNode, type SubmitEvent, startTransition } from 'react'
import type { Action } from '../models.ts'
import { Select, TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { Card, PageHeader } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'

export type PreferenceModel = { mail: boolean; approvals: string; access: string; findings: string; digestEvery: string; /** "22:00" or nothing. */ quietFrom: string; quietTo: string; zone: string }
type Props = { preference: PreferenceModel; /** Where mail goes; null: nowhere, and `noMail` says why. */ address: string | null; noMail: string; watches: boolean; zones: string[]; save: Action }

const groups = [
  { name: 'approvals', label: 'Requests that wait for you', hint: 'When you are one of the people who may decide.' },
  { name: 'access', label: 'Your own access', hint: 'Decided, failed, revoked, and a quarter of an hour before it ends.' },
  { name: 'findings', label: 'Severe findings', hint: 'High and critical ones, and those given to you.' },
] as const

export function PreferencesPage({ preference, address, noMail, watches, zones, save }: Props): ReactNode {
  const [state, run, busy] = useAnnouncedAction(save)
  // As the form's own action, React would empty the fields after a refusal too.
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    startTransition(() => run(form))
  }
  return (
    <>
      <PageHeader title="How you are told" back={{ href: '/notifications', label: 'Notifications' }} lead="Emergency access is told at once, whatever you choose here." />
      <form action={run} onSubmit={submit} className="max-w-2xl">
        <Card className="divide-y divide-line">
          {groups.map(({ name, label, hint }) =>
            name === 'findings' && !watches ? (
              <input key={name} type="hidden" name={name} value={preference.findings} />
            ) : (
              <Field key={name} id={name} label={label} hint={hint} className="px-4 py-3">
                {(wiring) => (
                  <Select {...wiring} name={name} defaultValue={preference[name]} className="max-w-72">
                    <option value="at_once">At once</option>
                    <option value="digest">Here at once, by mail in a digest</option>
                    <option value="off">Not at all</option>
                  </Select>
                )}
              </Field>
            ),
          )}
          <Field id="mail" label="By mail" hint={address ? `To ${address}, as your identity provider says. Mail names no reasons; its links need a sign-in.` : noMail} className="px-4 py-3">
            {(wiring) => (
              <Select {...wiring} name="mail" defaultValue={preference.mail ? 'on' : 'off'} className="max-w-72">
                <option value="on">Here and by mail</option>
                <option value="off">Here only</option>
              </Select>
            )}
          </Field>
          <Field id="digestEvery" label="Digest" className="px-4 py-3">
            {(wiring) => (
              <Select {...wiring} name="digestEvery" defaultValue={preference.digestEvery} className="max-w-72">
                <option value="day">Once a day, at 8 in the morning</option>
                <option value="hour">Once an hour at most</option>
              </Select>
            )}
          </Field>
          <div className="grid gap-4 px-4 py-3 sm:grid-cols-3">
            <Field id="quietFrom" label="No mail from" optional>
              {(wiring) => <TextInput {...wiring} type="time" name="quietFrom" defaultValue={preference.quietFrom} />}
            </Field>
            <Field id="quietTo" label="until" optional>
              {(wiring) => <TextInput {...wiring} type="time" name="quietTo" defaultValue={preference.quietTo} />}
            </Field>
            <Field id="zone" label="Time zone">
              {(wiring) => (
                <Select {...wiring} name="zone" defaultValue={preference.zone} className="w-full">
                  {zones.map((zone) => (
                    <option key={zone}>{zone}</option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        </Card>
        <div className="mt-4 flex flex-col items-start gap-2">
          <FormMessage state={state} />
          <SubmitButton busy={busy}>Save</SubmitButton>
        </div>
      </form>
    </>
  )
}
