import type { ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { Card, Section } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { PersonPrivacyModel } from './people-models.ts'

type Props = { privacy: PersonPrivacyModel; person: { id: string; name: string }; now: string }

/** Whether somebody's data is held, and the way to forget them. */
export function PersonPrivacy({ privacy, person, now }: Props): ReactNode {
  const { holds, forgottenAt } = privacy
  return (
    <Section title="Personal data" id="privacy">
      <Card className="flex flex-wrap items-start justify-between gap-3 px-4 py-3 text-sm">
        <div className="flex min-w-0 flex-col gap-2">
          {forgottenAt && (
            <p>
              Forgotten <RelativeTime at={forgottenAt} now={now} />. What they did stays in the record, without their name and words.
            </p>
          )}
          {!forgottenAt && holds.length === 0 && <p className="text-ink-2">Kept as long as retention says. Nothing is held.</p>}
          {holds.map((hold) => (
            <div key={hold.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span>
                {hold.everybody ? 'Everybody’s data is held: ' : 'Held: '}
                {hold.reason}
              </span>
              {!hold.everybody && <ActionButton label="Release" name={`Release the hold on the data of ${person.name}`} action={privacy.release} fields={{ holdId: hold.id }} />}
            </div>
          ))}
        </div>
        {!forgottenAt && (
          <div className="flex flex-wrap gap-2">
            {holds.every(({ everybody }) => everybody) && <Hold place={privacy.place} person={person} />}
            {privacy.forget && <Forget forget={privacy.forget} person={person} />}
          </div>
        )}
      </Card>
    </Section>
  )
}

function Hold({ place, person }: { place: PersonPrivacyModel['place']; person: Props['person'] }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Hold their data', size: 'sm' }}
      title={`Hold the data of ${person.name}`}
      consequences="It is neither forgotten nor let go by retention until the hold is released."
      confirmLabel="Place the hold"
      keepLabel="Leave it"
      tone="primary"
      action={place}
      fields={{ personId: person.id }}
    >
      <Field id="hold-reason" label="What it is for" hint="Stays in the record.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}

function Forget({ forget, person }: { forget: NonNullable<PersonPrivacyModel['forget']>; person: Props['person'] }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Forget', size: 'sm', tone: 'quiet' }}
      title={`Forget ${person.name}`}
      consequences="Their name, addresses, reasons and what others said of their requests are deleted for good, here and beside the record. It cannot be undone. Should they sign in again, they are somebody new."
      confirmLabel="Forget for good"
      keepLabel="Keep them"
      action={forget}
      fields={{ personId: person.id }}
    >
      <Field id="forget-reason" label="Reason" hint="Stays in the record. Do not name them.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}
