import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { AppLink } from '../ui/app-link.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { Card, Section } from '../ui/layout.tsx'

/** Everything of a period as a file that proves itself, made in the background. `action` reads `from` and `to`, days of UTC. */
export function EvidenceCard({ action, from, to }: { action: Action; from: string; to: string }): ReactNode {
  return (
    <Section title="Evidence" id="evidence">
      <Card className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 p-4">
        <p className="max-w-[70ch] text-sm text-ink-2">
          Every request, decision, policy as applied, grant, lease, CloudTrail event and finding of some days, with the entries of the record that prove them and a signed manifest. For one request, open it and take its evidence pack there.{' '}
          <AppLink href="/reports/exports" className="text-accent-text underline underline-offset-2">
            Your exports
          </AppLink>
        </p>
        <ConfirmDialog
          trigger={{ label: 'Prepare evidence pack' }}
          title="Evidence pack of a period"
          consequences="It is made while you do something else, and you are told when it is ready. That you take it is in the record."
          confirmLabel="Prepare pack"
          keepLabel="Leave it"
          tone="primary"
          action={action}
          fields={{}}
        >
          <Field id="evidence-from" label="First day (UTC)">
            {(wiring) => <TextInput {...wiring} type="date" name="from" defaultValue={from} />}
          </Field>
          <Field id="evidence-to" label="Last day (UTC)">
            {(wiring) => <TextInput {...wiring} type="date" name="to" defaultValue={to} />}
          </Field>
        </ConfirmDialog>
      </Card>
    </Section>
  )
}
