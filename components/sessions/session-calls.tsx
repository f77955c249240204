import type { ReactNode } from 'react'
import { CallResult } from '../request-detail/activity.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSelect } from '../ui/filter-field.tsx'
import { Section } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { SessionPageProps } from './sessions-models.ts'

/** Calls grouped by minute, newest first; denied and changing ones stand out. */
export function SessionCalls({ minutes, filters, baseHref, services, pagination, now }: SessionPageProps): ReactNode {
  return (
    <Section id="calls" title="Calls">
      <FilterBar action={baseHref} label="Filter the calls">
        <FilterSelect name="show" label="Show" value={filters.show} options={[{ value: 'changes', label: 'Changes' }, { value: 'denied', label: 'Denied' }]} />
        <FilterSelect name="service" label="Service" value={filters.service} options={services.map(({ name, eventSource }) => ({ value: eventSource, label: name }))} />
      </FilterBar>
      {minutes.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line-strong px-4 py-5 text-sm text-ink-2">No call fits.</p>
      ) : (
        <Table label="Calls by minute, newest first">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>Call</Th>
              <Th>Result</Th>
              <Th className="max-sm:hidden">From</Th>
            </tr>
          </thead>
          {minutes.map(({ minute, calls }) => (
            <tbody key={minute}>
              {calls.map((call, index) => (
                <Tr key={call.id}>
                  <Td className="w-28 text-ink-2">{index === 0 ? <ClockTime at={call.at} now={now} /> : <span className="sr-only"><ClockTime at={call.at} now={now} focusable={false} /></span>}</Td>
                  <Td className="[overflow-wrap:anywhere]"><code className="font-mono text-xs">{call.call}</code></Td>
                  <Td><CallResult call={call} /></Td>
                  <Td className="text-xs text-ink-2 max-sm:hidden">
                    <span className="font-mono">{call.from}</span> <span className="text-ink-3">{call.region}</span>
                  </Td>
                </Tr>
              ))}
            </tbody>
          ))}
        </Table>
      )}
      <Pagination {...pagination} label="Pages of calls" />
    </Section>
  )
}
