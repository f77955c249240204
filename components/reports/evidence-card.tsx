import { Package } from 'lucide-react'
import type { ReactNode } from 'react'
import { buttonClass } from '../ui/button.tsx'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { Card, Section } from '../ui/layout.tsx'

/** Everything of a period as a file that proves itself. `action` streams it for `from` and `to`, days of UTC. */
export function EvidenceCard({ action, from, to, children }: { action: string; from: string; to: string; children?: ReactNode }): ReactNode {
  return (
    <Section title="Evidence" id="evidence">
      <Card className="p-4">
        <h3 className="text-sm font-medium">Evidence pack of a period</h3>
        <p className="max-w-[70ch] text-sm text-ink-2">Every request, decision, policy as applied, grant, lease, CloudTrail event and finding of these days (UTC), with the entries of the record that prove them and a signed manifest.</p>
        <form action={action} method="get" className="mt-3 flex flex-wrap items-end gap-3">
          <Field id="evidence-from" label="From">
            {(wiring) => <TextInput {...wiring} type="date" name="from" defaultValue={from} required className="max-w-40" />}
          </Field>
          <Field id="evidence-to" label="To, this day included">
            {(wiring) => <TextInput {...wiring} type="date" name="to" defaultValue={to} required className="max-w-40" />}
          </Field>
          <button type="submit" className={buttonClass('secondary', 'md')}>
            <Package aria-hidden />
            Take evidence pack
          </button>
        </form>
        {children}
      </Card>
    </Section>
  )
}
