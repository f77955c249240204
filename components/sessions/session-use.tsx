import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Section } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { SessionPageProps } from './sessions-models.ts'

/** What was touched: services against what was allowed, networks, resources. */
export function SessionUse({ services, networks, resources, allowed, now }: SessionPageProps): ReactNode {
  return (
    <>
      <Section id="services" title="Services" count={services.length} aside={allowed?.sentence}>
        <Table label="Services used">
          <thead>
            <tr>
              <Th>Service</Th>
              <Th className="max-md:hidden">Calls</Th>
              <Th align="right">Reads</Th>
              <Th align="right">Changes</Th>
              <Th align="right">Denied</Th>
              <Th className="max-md:hidden">Last</Th>
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <Tr key={service.eventSource}>
                <Td><AppLink href={service.href} className="font-medium hover:underline hover:underline-offset-2">{service.name}</AppLink></Td>
                <Td className="max-w-96 truncate text-xs text-ink-2 max-md:hidden" data-tip={service.calls}>{service.calls}</Td>
                <Td align="right" className="tabular">{service.reads.toLocaleString('en')}</Td>
                <Td align="right" className={`tabular ${service.changes > 0 ? 'font-medium' : 'text-ink-3'}`}>{service.changes.toLocaleString('en')}</Td>
                <Td align="right" className={`tabular ${service.denied > 0 ? 'font-medium text-orange-text' : 'text-ink-3'}`}>{service.denied.toLocaleString('en')}</Td>
                <Td className="whitespace-nowrap text-ink-2 max-md:hidden"><RelativeTime at={service.lastAt} now={now} /></Td>
              </Tr>
            ))}
          </tbody>
        </Table>
        {allowed && allowed.unused.length > 0 && <p className="mt-2 text-xs text-ink-2">Allowed and not used: {allowed.unused.join(', ')}.</p>}
      </Section>
      <div className="grid grid-cols-1 items-start gap-x-6 lg:grid-cols-2">
        <Section id="networks" title="Networks" count={networks.length}>
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
            {networks.map(({ address, agents, calls, firstAt }) => (
              <li key={address} className="px-4 py-2">
                <span className="flex items-baseline justify-between gap-3">
                  <span className="min-w-0 truncate font-mono text-xs">{address}</span>
                  <span className="shrink-0 text-xs text-ink-2 tabular">{calls.toLocaleString('en')} {calls === 1 ? 'call' : 'calls'}, first <RelativeTime at={firstAt} now={now} /></span>
                </span>
                <span className="block truncate text-xs text-ink-3" data-tip={agents.join('\n')}>{agents[0]}</span>
              </li>
            ))}
          </ul>
        </Section>
        <Section id="resources" title="Resources" count={resources.length}>
          {resources.length === 0 ? (
            <p className="rounded-lg border border-dashed border-line-strong px-4 py-5 text-sm text-ink-2">CloudTrail named no resource for these calls.</p>
          ) : (
            <ul className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
              {resources.slice(0, 12).map(({ arn, calls }) => (
                <li key={arn} className="flex items-center justify-between gap-3 px-4 py-2">
                  <Identifier value={arn} what="resource" className="min-w-0" />
                  <span className="shrink-0 text-xs text-ink-2 tabular">{calls.toLocaleString('en')} {calls === 1 ? 'call' : 'calls'}</span>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </div>
    </>
  )
}
