import { ShieldCheck, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { LinkButton } from '../ui/button.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { EmptyState, Kbd, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { FindingGroups } from './finding-groups.tsx'
import { FindingItem } from './finding-item.tsx'
import { FindingKeys } from './finding-keys.tsx'
import type { FilterChip, FindingsPageProps } from './findings-models.ts'

const owners = [{ value: 'me', label: 'Me' }, { value: 'nobody', label: 'Nobody' }]

export function FindingsPage({ now, filters, chips, states, severities, groupings, findings, groups, baseHref, pagination, triage, live }: FindingsPageProps): ReactNode {
  const { group, ...narrowing } = filters
  const filtered = chips.length > 0 || Object.values(narrowing).some((value) => value !== '')
  const isEmpty = groups ? groups.length === 0 : findings.length === 0
  return (
    <>
      {live && <LiveRefresh {...live} />}
      {triage && <FindingKeys />}
      <PageHeader
        title="Findings"
        actions={<><LinkButton href="/findings/suppressions">Suppressions</LinkButton><LinkButton href="/findings/rules">Rules</LinkButton></>}
        lead="What stood out in the use of access, tied to the person, the request and the reason."
      />
      <FilterBar action={baseHref} label="Filter the findings">
        {chips.map(({ label, value }) => <input key={label} type="hidden" name={label.toLowerCase()} value={value} />)}
        <FilterSearch name="q" label="Search" value={filters.q} placeholder="Person, account, rule…" />
        <FilterSelect name="state" label="State" value={filters.state} options={states} />
        <FilterSelect name="severity" label="Severity" value={filters.severity} options={severities} />
        <FilterSelect name="assigned" label="Assigned to" value={filters.assigned} options={owners} any="Anybody" />
        <FilterSelect name="group" label="Group by" value={group} options={groupings} any="Nothing" />
      </FilterBar>
      {chips.length > 0 && <Chips chips={chips} />}
      {isEmpty ? (
        <EmptyState icon={ShieldCheck} title={filtered ? 'Nothing fits these filters' : 'Nothing stands out'} {...(filtered ? { action: { href: baseHref, label: 'Show all findings' } } : {})}>
          {filtered ? 'Widen them to see more.' : 'Rules watch what is done with every set of credentials. What they notice appears here, the most severe first.'}
        </EmptyState>
      ) : groups ? (
        <FindingGroups groups={groups} now={now} />
      ) : (
        <ul data-live-hold className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {findings.map((finding) => (
            <FindingItem key={finding.id} finding={finding} now={now} triage={triage} opened={chips.some(({ label }) => label === 'Finding')} />
          ))}
        </ul>
      )}
      {triage && !groups && !isEmpty && <Keys />}
      {!groups && <Pagination {...pagination} label="Pages of findings" />}
    </>
  )
}

function Chips({ chips }: { chips: FilterChip[] }): ReactNode {
  return (
    <ul aria-label="Only" className="mb-3 flex flex-wrap gap-2">
      {chips.map(({ label, text, removeHref }) => (
        <li key={label}>
          <AppLink href={removeHref} aria-label={`${label}: ${text}. Remove this filter`} className="inline-flex h-7 items-center gap-1.5 rounded-full border border-line-strong bg-surface px-3 text-xs hover:bg-hover pointer-coarse:h-9">
            <span className="text-ink-3">{label}</span>
            <span className="max-w-64 truncate font-medium">{text}</span>
            <X aria-hidden className="size-3.5 text-ink-3" />
          </AppLink>
        </li>
      ))}
    </ul>
  )
}

const keys = [['J', 'K', 'move'], ['A', 'acknowledge'], ['T', 'take'], ['C', 'close'], ['S', 'suppress']]

function Keys(): ReactNode {
  return (
    <p data-print="no" className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-3 pointer-coarse:hidden">
      {keys.map((parts) => (
        <span key={parts.at(-1)} className="inline-flex items-center gap-1">
          {parts.slice(0, -1).map((key) => <Kbd key={key}>{key}</Kbd>)}
          {parts.at(-1)}
        </span>
      ))}
    </p>
  )
}
