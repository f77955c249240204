import { ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { LinkButton } from '../ui/button.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { FindingItem } from './finding-item.tsx'
import type { FindingsPageProps } from './findings-models.ts'

export function FindingsPage({ now, filters, states, severities, findings, baseHref, pagination, triage, live }: FindingsPageProps): ReactNode {
  const filtered = Object.values(filters).some((value) => value !== '')
  return (
    <>
      {live && <LiveRefresh {...live} />}
      <PageHeader title="Findings" actions={<LinkButton href="/findings/rules">Rules</LinkButton>} lead="What stood out in the use of access, tied to the person, the request and the reason." />
      <FilterBar action={baseHref} label="Filter the findings">
        <FilterSearch name="q" label="Search" value={filters.q} placeholder="Person, account, rule…" />
        <FilterSelect name="state" label="State" value={filters.state} options={states} />
        <FilterSelect name="severity" label="Severity" value={filters.severity} options={severities} />
      </FilterBar>
      {findings.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={filtered ? 'Nothing fits these filters' : 'Nothing stands out'} {...(filtered ? { action: { href: baseHref, label: 'Show all findings' } } : {})}>
          {filtered ? 'Widen them to see more.' : 'Rules watch what is done with every set of credentials. What they notice appears here, the most severe first.'}
        </EmptyState>
      ) : (
        <ul data-live-hold className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {findings.map((finding) => (
            <FindingItem key={finding.id} finding={finding} now={now} triage={triage} />
          ))}
        </ul>
      )}
      <Pagination {...pagination} label="Pages of findings" />
    </>
  )
}
