import { BookLock } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { buttonClass } from '../ui/button.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterChoice, FilterDate, FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { ChainLine } from './chain-badge.tsx'
import { RecordEntryPanel } from './record-entry-panel.tsx'
import type { RecordPageProps } from './record-models.ts'
import { Verification } from './verification.tsx'
import { RecordTable } from './record-table.tsx'

export function RecordPage({ now, filters, kinds, people, rows, selected, baseHref, closeHref, pagination, chain, files, verification, live }: RecordPageProps): ReactNode {
  const filtered = Object.values(filters).some((value) => value !== '')
  return (
    <>
      <LiveRefresh {...live} />
      <PageHeader
        title="Log"
        actions={files.map(({ format, href }) => (
          <a key={format} href={href} download className={buttonClass('secondary', 'md')} aria-label={`Take the filtered log away as ${format.toUpperCase()}`}>
            {format.toUpperCase()}
          </a>
        ))}
        lead={
          <ChainLine state={chain.state}>
            {chain.sentence} Last checkpoint <RelativeTime at={chain.at} now={now} />.
          </ChainLine>
        }
      />
      <Verification verification={verification} now={now} />
      <FilterBar action={baseHref} label="Filter the log">
        <FilterSearch name="q" label="Text" value={filters.q} placeholder="Reason, profile, request code…" />
        <FilterSelect name="kind" label="What" value={filters.kind} options={kinds} />
        <FilterChoice name="person" label="Who" value={filters.person} options={people} placeholder="Name or e-mail" />
        <FilterDate name="from" label="From" value={filters.from} />
        <FilterDate name="to" label="To" value={filters.to} />
      </FilterBar>
      {rows.length === 0 ? (
        <EmptyState icon={BookLock} title={filtered ? 'No entry fits these filters' : 'Nothing has happened yet'} {...(filtered ? { action: { href: baseHref, label: 'Show the whole log' } } : {})}>
          {filtered ? 'Widen them to see more.' : 'Every request, decision, grant, lease and change is written here, chained, and cannot be edited afterwards.'}
        </EmptyState>
      ) : (
        <RecordTable rows={rows} selectedId={selected?.id ?? null} now={now} />
      )}
      <Pagination {...pagination} label="Pages of the log" />
      {selected && <RecordEntryPanel key={selected.id} entry={selected} now={now} closeHref={closeHref} />}
    </>
  )
}
