import { LayoutList } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, RiskBadge } from '../ui/badge.tsx'
import { LinkButton } from '../ui/button.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import type { CataloguePageProps, CatalogueRow } from './catalogue-models.ts'
import { ProfileStateBadge, WaitingBadge } from './state-badge.tsx'

const states = [
  { value: 'offered', label: 'Offered' },
  { value: 'pilot', label: 'Pilot' },
  { value: 'withdrawn', label: 'Withdrawn' },
  { value: 'waiting', label: 'Change waiting' },
]

/** Who can get what, and how: profiles by account. */
export function CataloguePage({ filters, rows, waitingCount, pagination, live }: CataloguePageProps): ReactNode {
  const accounts = [...new Map(rows.map(({ profile }) => [profile.account.id, profile.account])).values()]
  return (
    <>
      <LiveRefresh {...live} />
      <PageHeader
        title="Catalogue"
        lead="Who can get what, and how. What gives anybody more waits for a second admin."
        actions={
          <>
            <LinkButton href="/catalogue/changes">{waitingCount > 0 ? `Changes (${waitingCount} waiting)` : 'Changes'}</LinkButton>
            <LinkButton href="/catalogue/import">Import from AWS</LinkButton>
            <LinkButton href="/catalogue/new" tone="primary">New profile</LinkButton>
          </>
        }
      />
      <FilterBar action="/catalogue" label="Filter the catalogue">
        <FilterSearch name="q" label="Search" value={filters.q} placeholder="Title, account, role…" />
        <FilterSelect name="state" label="State" value={filters.state} options={states} />
      </FilterBar>
      {rows.length === 0 ? (
        <EmptyState icon={LayoutList} title="No profile fits" action={{ href: '/catalogue', label: 'Show all profiles' }}>Widen the filters to see more.</EmptyState>
      ) : (
        accounts.map((account) => (
          <section key={account.id} aria-labelledby={`account-${account.id}`} className="mb-6">
            <h2 id={`account-${account.id}`} className="mb-2 flex flex-wrap items-center gap-2 text-sm font-semibold">
              <AccountLabel account={account} />
              <EnvironmentBadge environment={account.environment} />
            </h2>
            <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
              {rows.filter(({ profile }) => profile.account.id === account.id).map((row) => (
                <Row key={row.profile.slug} row={row} />
              ))}
            </ul>
          </section>
        ))
      )}
      <Pagination {...pagination} label="Pages of the catalogue" />
    </>
  )
}

function Row({ row: { profile, href, state, waiting, asks, policy } }: { row: CatalogueRow }): ReactNode {
  return (
    <li className="grid grid-cols-1 gap-x-6 gap-y-1.5 px-4 py-3 hover:bg-hover lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_19rem]">
      <div className="min-w-0">
        <AppLink href={href} className="text-sm font-medium underline-offset-2 hover:underline">{profile.name}</AppLink>
        <p className="text-xs text-ink-3">For {asks}</p>
      </div>
      <ul className="min-w-0 text-sm text-ink-2">
        {policy.slice(0, 3).map((sentence) => <li key={sentence}>{sentence}</li>)}
        {policy.length > 3 && <li className="text-ink-3">and {policy.length - 3} more rules</li>}
      </ul>
      <div className="flex flex-wrap items-start gap-1.5 lg:justify-end">
        {waiting && <WaitingBadge />}
        <RiskBadge tier={profile.riskTier} />
        <ProfileStateBadge state={state} />
      </div>
    </li>
  )
}
