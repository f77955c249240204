import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Card, PageHeader, Section, Stat } from '../ui/layout.tsx'
import { ClockTime, RelativeTime } from '../ui/time.tsx'
import { DelegationList } from './delegation-list.tsx'
import { PersonPrivacy } from './person-privacy.tsx'
import type { PersonPageProps } from './people-models.ts'
import { ChoosePersonDialog } from './choose-person-dialog.tsx'

const link = 'font-medium hover:underline hover:underline-offset-2'

export function PersonPage({ now, person, admin, switching, privacy }: PersonPageProps): ReactNode {
  return (
    <>
      <PageHeader
        title={person.name}
        back={{ href: '/people', label: 'People' }}
        badges={person.offSince && <Badge tone="orange">Switched off</Badge>}
        lead={person.username}
        actions={switching && <Switch person={person} {...switching} />}
      />
      <Card className="mb-8 px-4 py-3">
        <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
          <Stat label="Issuer">
            <Identifier value={person.issuer} what="issuer" />
          </Stat>
          <Stat label="Subject">
            <Identifier value={person.subject} what="subject" />
          </Stat>
          <Stat label="Signed in">
            <RelativeTime at={person.lastSignedInAt} now={now} />
          </Stat>
          <Stat label="Address, as the provider says">{person.email ?? 'None'}</Stat>
          <Stat label="Groups last seen">{person.groups.length > 0 ? person.groups.join(', ') : 'None'}</Stat>
        </dl>
      </Card>
      <Manager person={person} admin={admin} />
      <Links person={person} admin={admin} />
      <Section title="Delegations" id="delegations" count={person.delegations.length}>
        {person.delegations.length > 0 ? <DelegationList rows={person.delegations} now={now} end={null} /> : <Nothing>Nobody decides for them, and they decide for nobody else.</Nothing>}
      </Section>
      <Access access={person.access} now={now} />
      {privacy && <PersonPrivacy privacy={privacy} person={person} now={now} />}
    </>
  )
}

function Nothing({ children }: { children: ReactNode }): ReactNode {
  return <p className="text-sm text-ink-3">{children}</p>
}

function Manager({ person, admin }: Pick<PersonPageProps, 'person' | 'admin'>): ReactNode {
  const { manager } = person
  return (
    <Section title="Manager" id="manager">
      <Card className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 text-sm">
        <div>
          {manager ? (
            <>
              <AppLink href={manager.href} className={link}>
                {manager.name}
              </AppLink>
              <span className="text-ink-3">, {manager.source}</span>
            </>
          ) : (
            'Not known. Policies that ask the manager refuse this person’s requests.'
          )}
          {person.reports > 0 && <span className="block text-xs text-ink-3">Leads {person.reports === 1 ? '1 person' : `${person.reports} people`}</span>}
        </div>
        {admin && (
          <div className="flex gap-2">
            {manager && (
              <ConfirmDialog
                trigger={{ label: 'Clear', size: 'sm', tone: 'quiet' }}
                title="Clear the manager"
                consequences={`${manager.name} decides no requests of ${person.name} as their manager from now on.`}
                confirmLabel="Clear the manager"
                action={admin.setManager}
                fields={{ personId: person.id, managerId: '' }}
              />
            )}
            <ChoosePersonDialog
              trigger={{ label: manager ? 'Change' : 'Set manager', size: 'sm' }}
              title={`Manager of ${person.name}`}
              consequences="Policies may let managers decide what their people ask for. It outweighs what the identity provider says."
              confirmLabel="Set manager"
              action={admin.setManager}
              fields={{ personId: person.id }}
              name="managerId"
              label="Manager"
              choose={admin.choose}
            />
          </div>
        )}
      </Card>
    </Section>
  )
}

function Links({ person, admin }: Pick<PersonPageProps, 'person' | 'admin'>): ReactNode {
  const add = admin && (
    <ChoosePersonDialog
      trigger={{ label: 'Link a sign-in', size: 'sm' }}
      title={`Another sign-in of ${person.name}`}
      consequences="Both count as one human being: neither decides what the other asks for. It permits nothing."
      confirmLabel="Link"
      action={admin.link}
      fields={{ personId: person.id }}
      name="otherId"
      label="The other sign-in"
      choose={admin.choose}
    />
  )
  return (
    <Section title="Same human being" id="linked" count={person.linked.length} aside={add}>
      {person.linked.length === 0 ? (
        <Nothing>No other sign-in is known to be theirs.</Nothing>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {person.linked.map((other) => (
            <li key={other.id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5 text-sm">
              <div>
                <AppLink href={other.href} className={link}>
                  {other.name}
                </AppLink>
                <span className="block text-xs text-ink-3">
                  {other.username}, {other.byAdmin ? 'linked by an admin' : 'through another link or what the provider says'}
                </span>
              </div>
              {admin && other.byAdmin && (
                <ConfirmDialog
                  trigger={{ label: 'Remove', name: `Remove the link to ${other.name}`, size: 'sm', tone: 'quiet' }}
                  title="Remove this link"
                  consequences={`${other.name} and ${person.name} count as two people again, and may decide what the other asks for.`}
                  confirmLabel="Remove the link"
                  action={admin.unlink}
                  fields={{ personId: person.id, otherId: other.id }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Access({ access, now }: { access: PersonPageProps['person']['access']; now: string }): ReactNode {
  return (
    <Section title="Access now" id="access" count={access.length}>
      {access.length === 0 ? (
        <Nothing>They hold no access now.</Nothing>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {access.map((grant) => (
            <li key={grant.code} className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5 text-sm">
              <AppLink href={grant.href} className={link}>
                {grant.title}
              </AppLink>
              <span className="text-ink-3">
                <span className="font-mono text-xs">{grant.code}</span>
                {grant.endsAt && (
                  <>
                    {' '}
                    until <ClockTime at={grant.endsAt} now={now} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Switch({ person, action, to }: { person: PersonPageProps['person'] } & NonNullable<PersonPageProps['switching']>): ReactNode {
  const live = person.access.length
  const losing = live === 0 ? 'They hold no access now.' : `${live === 1 ? 'One grant of theirs ends' : `${live} grants of theirs end`}, and credentials already issued are cut off in AWS where the portal may do so.`
  return (
    <ConfirmDialog
      trigger={{ label: to === 'off' ? 'Switch off' : 'Switch on', tone: to === 'off' ? 'critical' : 'secondary' }}
      title={to === 'off' ? `Switch ${person.name} off` : `Switch ${person.name} on`}
      consequences={to === 'off' ? `Their sign-ins end now and no new one is let in. ${losing}` : 'They can sign in again. Access that ended stays ended.'}
      confirmLabel={to === 'off' ? 'Switch off now' : 'Switch on'}
      keepLabel="Leave it"
      tone={to === 'off' ? 'critical' : 'primary'}
      action={action}
      fields={{ personId: person.id, to }}
    >
      <Field id="switch-reason" label="Reason" hint="Stays in the record.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}
