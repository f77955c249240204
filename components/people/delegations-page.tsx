'use client'
import { UserCheck } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Action } from '../models.ts'
import { useTimeZone } from '../ui/clock.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { EmptyState, PageHeader, Section } from '../ui/layout.tsx'
import { type ChoosePeople, PersonField } from '../ui/person-field.tsx'
import { DelegationList } from './delegation-list.tsx'
import type { DelegationRow } from './people-models.ts'

type Props = { now: string; rows: DelegationRow[]; delegate: Action; end: Action; choose: ChoosePeople }

export function DelegationsPage({ now, rows, delegate, end, choose }: Props): ReactNode {
  const [given, received] = [rows.filter((row) => row.given), rows.filter((row) => !row.given)]
  return (
    <>
      <PageHeader
        title="Delegations"
        back={{ href: '/approvals', label: 'Approvals' }}
        lead="While you are away, somebody else decides in your right: what you could, nothing more, and never what they or you asked for."
        actions={<Delegate now={now} action={delegate} choose={choose} />}
      />
      {rows.length === 0 && (
        <EmptyState icon={UserCheck} title="Nobody decides for you">
          Before holidays, delegate to a colleague for the days you are away. Each decision says in whose right it was made.
        </EmptyState>
      )}
      {given.length > 0 && (
        <Section title="You delegated" id="given" count={given.length}>
          <DelegationList rows={given} now={now} end={end} />
        </Section>
      )}
      {received.length > 0 && (
        <Section title="You decide for" id="received" count={received.length}>
          <DelegationList rows={received} now={now} end={end} />
        </Section>
      )}
    </>
  )
}

function Delegate({ now, action, choose }: { now: string; action: Action; choose: ChoosePeople }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Delegate', tone: 'primary' }}
      title="Let somebody decide for you"
      consequences="They see what waits for you and decide in your right. It cannot be passed on."
      confirmLabel="Delegate"
      keepLabel="Leave it"
      tone="primary"
      action={action}
      fields={{}}
    >
      <PersonField id="delegate-to" name="toId" label="Who decides for you" choose={choose} />
      <div className="grid gap-4 sm:grid-cols-2">
        <MomentField id="delegate-from" name="startsAt" label="From" initial={now} />
        <MomentField id="delegate-until" name="endsAt" label="Until" initial={new Date(Date.parse(now) + 7 * 86_400_000).toISOString()} />
      </div>
      <Field id="delegate-reason" label="Reason">
        {(wiring) => <TextInput {...wiring} name="reason" maxLength={300} placeholder="Holidays" />}
      </Field>
    </ConfirmDialog>
  )
}

/** A moment on the reader's own clock; what is sent is the moment itself (ISO 8601). */
function MomentField({ id, name, label, initial }: { id: string; name: string; label: string; initial: string }): ReactNode {
  const zone = useTimeZone()
  const [moment, setMoment] = useState(initial)
  const at = new Date(moment)
  const local = Number.isNaN(at.getTime()) ? '' : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  return (
    <Field id={id} label={label} hint={`Times are ${zone}.`}>
      {(wiring) => (
        <>
          <TextInput {...wiring} type="datetime-local" value={local} onChange={(event) => setMoment(Number.isNaN(Date.parse(event.target.value)) ? '' : new Date(event.target.value).toISOString())} />
          <input type="hidden" name={name} value={moment} />
        </>
      )}
    </Field>
  )
}
