import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { LinkButton } from '../ui/button.tsx'
import { EmptyState, PageHeader, Section } from '../ui/layout.tsx'
import { ActiveGrants } from './active-grants.tsx'
import type { MyAccessPageProps } from './my-access-models.ts'
import { PendingRequests } from './pending-requests.tsx'
import { RecentAccessList } from './recent-access.tsx'

function leadFor(active: number, pending: number): string {
  if (active === 0) return pending > 0 ? 'Nothing is open right now.' : 'Nothing is open, and nothing is asked for.'
  return active === 1 ? 'You can use one right now. It ends by itself.' : `You can use ${active} right now. Each ends by itself.`
}

export function MyAccessPage({ now, active, pending, recent, requestHref, endAction, cancelAction }: MyAccessPageProps): ReactNode {
  const usable = active.filter((grant) => grant.state === 'active').length
  // The empty state has the one action then.
  const isNew = active.length === 0 && recent.length === 0
  return (
    <>
      <PageHeader
        title="My access"
        lead={leadFor(usable, pending.length)}
        actions={
          !isNew && (
            <LinkButton href={requestHref} tone={active.length === 0 ? 'primary' : 'secondary'}>
              Request access
            </LinkButton>
          )
        }
      />
      {active.length > 0 ? (
        <Section id="active" title="Open" count={active.length}>
          <ActiveGrants grants={active} now={now} endAction={endAction} />
        </Section>
      ) : (
        <div className="mb-8">
          <EmptyState icon={KeyRound} title="No access is open" {...(isNew ? { action: { href: requestHref, label: 'Request your first access' } } : {})}>
            Ask for a role in an account, for as long as you need it. Once somebody has approved, it appears here with the time that is left, and
            credentials are one click away.
          </EmptyState>
        </div>
      )}
      {pending.length > 0 && (
        <Section id="pending" title="Waiting for an answer" count={pending.length}>
          <PendingRequests requests={pending} now={now} cancelAction={cancelAction} />
        </Section>
      )}
      {recent.length > 0 && (
        <Section id="recent" title="Recently">
          <RecentAccessList items={recent} now={now} />
        </Section>
      )}
    </>
  )
}
