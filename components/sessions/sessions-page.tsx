import { ScanEye, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { SessionAccountLabel } from './session-account.tsx'
import type { SessionListRow, SessionsPageProps } from './sessions-models.ts'

export function SessionsPage({ now, filters, sessions, baseHref, pagination, live }: SessionsPageProps): ReactNode {
  return (
    <>
      {live && <LiveRefresh {...live} />}
      <PageHeader title="Sessions" back={{ href: '/dashboard', label: 'Dashboard' }} lead="Every use of a managed role that CloudTrail shows, with the person and the reason, or the fact that nobody's grant explains it." />
      <FilterBar action={baseHref} label="Filter the sessions">
        <FilterSearch name="q" label="Search" value={filters.q} placeholder="Person, account, role, session…" />
        <FilterSelect name="outside" label="Grounds" value={filters.outside} options={[{ value: 'yes', label: 'Outside the record' }]} />
      </FilterBar>
      {sessions.length === 0 ? <Nothing filters={filters} baseHref={baseHref} /> : <SessionsList sessions={sessions} now={now} />}
      <Pagination {...pagination} label="Pages of sessions" />
    </>
  )
}

function Nothing({ filters, baseHref }: Pick<SessionsPageProps, 'filters' | 'baseHref'>): ReactNode {
  const all = { action: { href: baseHref, label: 'Show all sessions' } }
  if (filters.q !== '') return <EmptyState icon={ScanEye} title="No session fits" {...all}>Search for a person, an account, a role or a session name.</EmptyState>
  if (filters.outside !== '') return <EmptyState icon={ScanEye} title="Nothing outside the record" {...all}>Every use of a managed role that CloudTrail showed has a grant with a person and a reason.</EmptyState>
  return <EmptyState icon={ScanEye} title="No session yet">When somebody uses credentials, what they do appears here, some five minutes later.</EmptyState>
}

function SessionsList({ sessions, now }: { sessions: SessionListRow[]; now: string }): ReactNode {
  return (
    <Table label="Sessions, latest first">
      <thead>
        <tr>
          <Th>Who</Th>
          <Th className="max-md:hidden">Account</Th>
          <Th className="max-lg:hidden">Role</Th>
          <Th className="max-md:hidden">With</Th>
          <Th align="right">Calls</Th>
          <Th align="right" className="max-md:hidden">Changes</Th>
          <Th align="right" className="max-md:hidden">Denied</Th>
          <Th>Last call</Th>
        </tr>
      </thead>
      <tbody data-live-hold>
        {sessions.map((session) => (
          <Tr key={session.id} data-live-id={session.id}>
            <Td className="max-w-64">
              <AppLink href={session.href} className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 font-medium hover:underline hover:underline-offset-2">
                {session.person ?? (
                  <>
                    <Badge tone="red" icon={TriangleAlert}>Outside the record</Badge>
                    <span className="truncate font-mono text-xs font-normal text-ink-2">{session.session}</span>
                  </>
                )}
              </AppLink>
              <span className="mt-0.5 block text-xs text-ink-2 md:hidden">
                <SessionAccountLabel account={session.account} focusable={false} />
              </span>
            </Td>
            <Td className="text-ink-2 max-md:hidden">
              <SessionAccountLabel account={session.account} />
            </Td>
            <Td className="max-w-64 truncate font-mono text-xs max-lg:hidden">{session.role}</Td>
            <Td className="text-ink-2 max-md:hidden">{session.clients.join(', ')}</Td>
            <Td align="right" className="tabular">{session.counts.calls.toLocaleString('en')}</Td>
            <Td align="right" className="tabular max-md:hidden">{session.counts.changes.toLocaleString('en')}</Td>
            <Td align="right" className="tabular max-md:hidden">{session.counts.denied.toLocaleString('en')}</Td>
            <Td className="whitespace-nowrap text-ink-2">
              <RelativeTime at={session.lastAt} now={now} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}
