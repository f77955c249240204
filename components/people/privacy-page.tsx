import type { ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { PageHeader, Section } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { PrivacyPageProps } from './people-models.ts'

const link = 'font-medium hover:underline hover:underline-offset-2'

/** What is kept of people, for how long, and what keeps it longer. */
export function PrivacyPage({ now, retention, holds, forgotten, place, release }: PrivacyPageProps): ReactNode {
  return (
    <>
      <PageHeader title="Personal data" back={{ href: '/people', label: 'People' }} lead="Names and reasons stand beside the record and can go; the record still verifies without them. Entries, times and decisions stay." />
      <Section title="Legal holds" id="holds" count={holds.length} aside={<PlaceHold place={place} />}>
        {holds.length === 0 ? <Nothing>Nothing is held. A hold keeps one person’s data, or everybody’s, from being forgotten and from retention.</Nothing> : <Holds now={now} holds={holds} release={release} />}
      </Section>
      <Section title="Retention" id="retention">
        <Retention now={now} retention={retention} />
      </Section>
      <Section title="Forgotten people" id="forgotten" count={forgotten.length}>
        {forgotten.length === 0 ? <Nothing>Nobody was forgotten. An admin does it on the page of a person who is switched off.</Nothing> : <Forgotten now={now} forgotten={forgotten} />}
      </Section>
    </>
  )
}

const Nothing = ({ children }: { children: ReactNode }): ReactNode => <p className="text-sm text-ink-3">{children}</p>

function PlaceHold({ place }: Pick<PrivacyPageProps, 'place'>): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Hold everybody’s data', size: 'sm' }}
      title="Hold everybody’s data"
      consequences="Nobody is forgotten, no personal value expires, and CloudTrail’s events are kept past their retention until the hold is released. One person’s data is held on their page."
      confirmLabel="Place the hold"
      keepLabel="Leave it"
      tone="primary"
      action={place}
      fields={{ personId: '' }}
    >
      <Field id="hold-reason" label="What it is for" hint="Stays in the record.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}

function Holds({ now, holds, release }: Pick<PrivacyPageProps, 'now' | 'holds' | 'release'>): ReactNode {
  return (
    <Table label="Holds in force">
      <thead>
        <tr>
          <Th>Whose data</Th>
          <Th>What for</Th>
          <Th className="max-sm:hidden">Placed</Th>
          <Th align="right">
            <span className="sr-only">Release</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {holds.map((hold) => (
          <Tr key={hold.id}>
            <Td className="whitespace-nowrap">
              {hold.person ? (
                <AppLink href={hold.person.href} className={link}>
                  {hold.person.name}
                </AppLink>
              ) : (
                'Everybody’s'
              )}
            </Td>
            <Td className="text-ink-2">{hold.reason}</Td>
            <Td className="text-ink-3 max-sm:hidden">
              {hold.placedBy}, <RelativeTime at={hold.placedAt} now={now} />
            </Td>
            <Td align="right">
              <ActionButton label="Release" name={`Release the hold on ${hold.person ? `the data of ${hold.person.name}` : 'everybody’s data'}`} action={release} fields={{ holdId: hold.id }} className="items-end" />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}

function Retention({ now, retention }: Pick<PrivacyPageProps, 'now' | 'retention'>): ReactNode {
  return (
    <Table label="What is kept for how long">
      <thead>
        <tr>
          <Th>Kept for</Th>
          <Th>Personal values of entries</Th>
          <Th className="max-sm:hidden">Gone up to</Th>
        </tr>
      </thead>
      <tbody>
        {retention.map(({ days, kinds, reachedAt }) => (
          <Tr key={String(days)}>
            <Td className="tabular whitespace-nowrap">{days === null ? 'Always' : days === 1 ? '1 day' : `${days.toLocaleString('en')} days`}</Td>
            <Td>
              <details>
                <summary className="cursor-pointer text-sm">{kinds.length === 1 ? kinds[0] : `${kinds.length} kinds of entries`}</summary>
                <p className="mt-1 font-mono text-xs leading-5 text-ink-2">{kinds.join(', ')}</p>
              </details>
            </Td>
            <Td className="text-ink-3 max-sm:hidden">{days === null ? 'Never' : reachedAt ? <RelativeTime at={reachedAt} now={now} /> : 'Nothing is that old yet'}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}

function Forgotten({ now, forgotten }: Pick<PrivacyPageProps, 'now' | 'forgotten'>): ReactNode {
  return (
    <Table label="People whose data is gone">
      <thead>
        <tr>
          <Th>Person</Th>
          <Th>Forgotten</Th>
          <Th className="max-sm:hidden">By</Th>
          <Th align="right">Values gone</Th>
        </tr>
      </thead>
      <tbody>
        {forgotten.map((person) => (
          <Tr key={person.id}>
            <Td>
              <Identifier value={person.id} what="person" />
            </Td>
            <Td className="text-ink-3">
              <RelativeTime at={person.at} now={now} />
            </Td>
            <Td className="max-sm:hidden">{person.wantedBy}</Td>
            <Td align="right" className="tabular">
              {person.values.toLocaleString('en')}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}
