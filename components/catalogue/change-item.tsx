import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { AppLink } from '../ui/app-link.tsx'
import { TextArea } from '../ui/controls.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Quote } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { ChangeModel } from './catalogue-models.ts'
import { ChangeSentences } from './change-sentences.tsx'
import { ChangeStateBadge } from './state-badge.tsx'

/** One change: what it does, before and after, and what can be done about it. */
export function ChangeItem({ change, now, decide }: { change: ChangeModel; now: string; decide: Action }): ReactNode {
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-sm font-medium">
          {change.href ? <AppLink href={change.href} className="underline underline-offset-2">{change.what}</AppLink> : change.what}
          <span className="ml-2 font-mono text-xs font-normal text-ink-3">{change.code}</span>
        </h3>
        <ChangeStateBadge state={change.state} />
        <span className="text-xs text-ink-3">
          by {change.by} <RelativeTime at={change.at} now={now} />
          {change.decidedBy && change.decidedAt && <>, decided by {change.decidedBy} <RelativeTime at={change.decidedAt} now={now} /></>}
        </span>
      </div>
      {change.reason && <Quote className="mt-2">{change.reason}</Quote>}
      <ChangeSentences widenings={change.widenings} others={change.others} impact={change.impact} />
      {change.decisionReason && <p className="mt-2 text-sm text-ink-2">Decided because: “{change.decisionReason}”</p>}
      <details className="group mt-2">
        <summary className="flex list-none items-center gap-1 text-xs font-medium text-ink-2">
          <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
          Before and after
        </summary>
        <div className="mt-2 grid gap-3 lg:grid-cols-2">
          <Version label="Before" yaml={change.before} name={change.code} />
          <Version label="After" yaml={change.after} name={change.code} />
        </div>
      </details>
      {change.state === 'proposed' && <Decide change={change} decide={decide} />}
    </li>
  )
}

function Version({ label, yaml, name }: { label: string; yaml: string | null; name: string }): ReactNode {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-xs text-ink-3">{label}</p>
      <pre tabIndex={0} aria-label={`${label} ${name}`} className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5">{yaml ?? 'Not offered.'}</pre>
    </div>
  )
}

function Decide({ change, decide }: { change: ChangeModel; decide: Action }): ReactNode {
  const reason = (label: string, optional: boolean): ReactNode => (
    <Field id={`reason-${label}-${change.id}`} label="Reason" optional={optional}>
      {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
    </Field>
  )
  const about = [...change.widenings, ...change.impact].join(' ')
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      <ConfirmDialog trigger={{ label: 'Approve…', name: `Approve ${change.code}`, tone: 'primary', size: 'sm' }} title={`Approve ${change.code}`} consequences={`It holds at once, for everybody. ${about}`} confirmLabel="Approve the change" keepLabel="Leave it waiting" tone="primary" action={decide} fields={{ changeId: change.id, verdict: 'approve' }}>
        {reason('approve', true)}
      </ConfirmDialog>
      {change.own ? (
        <ConfirmDialog trigger={{ label: 'Withdraw…', name: `Withdraw ${change.code}`, size: 'sm' }} title={`Withdraw ${change.code}`} consequences="Your proposal goes; the catalogue stays as it is." confirmLabel="Withdraw it" keepLabel="Leave it waiting" tone="primary" action={decide} fields={{ changeId: change.id, verdict: 'withdraw', reason: '' }} />
      ) : (
        <ConfirmDialog trigger={{ label: 'Reject…', name: `Reject ${change.code}`, size: 'sm' }} title={`Reject ${change.code}`} consequences="The catalogue stays as it is. Your reason stays with the change." confirmLabel="Reject the change" keepLabel="Leave it waiting" tone="primary" action={decide} fields={{ changeId: change.id, verdict: 'reject' }}>
          {reason('reject', false)}
        </ConfirmDialog>
      )}
    </div>
  )
}
