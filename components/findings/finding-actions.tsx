'use client'
import type { ReactNode } from 'react'
import { RevokeButton } from '../dashboard/revoke-button.tsx'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Select, TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'
import type { FindingRow, TriageActions } from './findings-models.ts'

type Props = { finding: Pick<FindingRow, 'id' | 'title' | 'state' | 'person' | 'account' | 'assigned' | 'revocableGrantId'>; triage: TriageActions }

/** Each button carries the key that presses it in `data-key`. */
export function FindingActions({ finding, triage }: Props): ReactNode {
  const { id, title, state, person, account, assigned, revocableGrantId } = finding
  const waiting = state === 'open' || state === 'acknowledged'
  return (
    <div className="mt-4 flex flex-wrap items-start gap-2">
      {state === 'open' && <OneStep label="Acknowledge" shortcut="a" fields={{ findingId: id }} action={triage.acknowledge} />}
      {waiting && !assigned?.me && <OneStep label="Take it" shortcut="t" tone="secondary" fields={{ findingId: id, personId: triage.myId }} action={triage.assign} />}
      {waiting && <Give id={id} assigned={assigned} triage={triage} />}
      <Close id={id} title={title} action={triage.close} />
      {waiting && <Suppress id={id} person={person?.name ?? null} account={account?.name ?? null} action={triage.suppress} />}
      {revocableGrantId && person && account && <RevokeButton grantId={revocableGrantId} person={person.name} account={account.name} action={triage.revoke} label="Revoke access" />}
    </div>
  )
}

function OneStep({ label, shortcut, tone = 'primary', fields, action }: { label: string; shortcut: string; tone?: 'primary' | 'secondary'; fields: Record<string, string>; action: Action }): ReactNode {
  const [state, run] = useAnnouncedAction(action)
  return (
    <form action={run} className="flex flex-col gap-2">
      {Object.entries(fields).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}
      <SubmitButton size="sm" tone={tone} data-key={shortcut}>{label}</SubmitButton>
      <FormMessage state={state} />
    </form>
  )
}

function Give({ id, assigned, triage }: { id: string; assigned: FindingRow['assigned']; triage: TriageActions }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: assigned ? 'Give to…' : 'Assign…', size: 'sm', shortcut: 'g' }}
      title={assigned ? `${assigned.me ? 'You look' : `${assigned.name} looks`} into it` : 'Nobody looks into it'}
      consequences="They are told. Whoever the finding is about cannot have it."
      confirmLabel="Give it"
      keepLabel="Leave it"
      tone="primary"
      action={triage.assign}
      fields={{ findingId: id }}
    >
      <Field id={`give-${id}`} label="To">
        {(wiring) => (
          <Select {...wiring} name="personId" className="w-full [&_select]:w-full" defaultValue={assigned?.id ?? triage.myId}>
            {triage.responders.map((person) => <option key={person.id} value={person.id}>{person.name}</option>)}
            <option value="">Nobody</option>
          </Select>
        )}
      </Field>
    </ConfirmDialog>
  )
}

const verdicts = [
  { value: 'true_positive', label: 'A real problem, dealt with' },
  { value: 'benign', label: 'Real, and harmless' },
  { value: 'expected', label: 'Expected: part of the work' },
  { value: 'false_positive', label: 'Not what the rule says' },
]

function Close({ id, title, action }: { id: string; title: string; action: Action }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Close…', size: 'sm', shortcut: 'c' }}
      title="Close this finding"
      consequences={`“${title}” leaves the open list, for everybody. Your reason stays in the record; the same thing happening again opens a new finding.`}
      confirmLabel="Close the finding"
      keepLabel="Leave it open"
      tone="primary"
      action={action}
      fields={{ findingId: id }}
    >
      <Field id={`as-${id}`} label="It was" hint="Only real problems count in the risk of this person's next requests.">
        {(wiring) => (
          <Select {...wiring} name="as" className="w-full [&_select]:w-full" defaultValue="">
            <option value="" disabled>Choose</option>
            {verdicts.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
          </Select>
        )}
      </Field>
      <Field id={`close-${id}`} label="Reason">{(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}</Field>
    </ConfirmDialog>
  )
}

function Suppress({ id, person, account, action }: { id: string; person: string | null; account: string | null; action: Action }): ReactNode {
  const where = account ?? 'this account'
  const scopes = [
    ...(person ? [{ value: 'person_in_account', label: `${person} in ${where}` }, { value: 'person', label: `${person} in any account` }] : []),
    { value: 'account', label: `Anybody in ${where}` },
    { value: 'everywhere', label: 'Anybody, anywhere' },
  ]
  return (
    <ConfirmDialog
      trigger={{ label: 'Suppress…', size: 'sm', shortcut: 's' }}
      title="Expect this for a while"
      consequences="What the rule finds there is still kept, but is not open and tells nobody; what is open now is hidden with it. More severe findings, and those about yourself, are not covered."
      confirmLabel="Suppress"
      keepLabel="Leave it open"
      tone="primary"
      action={action}
      fields={{ findingId: id }}
    >
      <Field id={`scope-${id}`} label="Covers">
        {(wiring) => <Select {...wiring} name="scope" className="w-full [&_select]:w-full">{scopes.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}</Select>}
      </Field>
      <Field id={`days-${id}`} label="For">
        {(wiring) => <Select {...wiring} name="days" className="w-full [&_select]:w-full" defaultValue="7">{[1, 7, 30, 90].map((days) => <option key={days} value={days}>{days === 1 ? '1 day' : `${days} days`}</option>)}</Select>}
      </Field>
      <Field id={`suppress-${id}`} label="Reason">{(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}</Field>
    </ConfirmDialog>
  )
}
