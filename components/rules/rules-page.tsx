import { ListChecks } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Badge, SeverityBadge } from '../ui/badge.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { Card, EmptyState, PageHeader, Section } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import type { RulesPageProps } from './rules-models.ts'

export function RulesPage({ rules, total, filters, refusals, baseHref }: RulesPageProps): ReactNode {
  return (
    <>
      <PageHeader title="Detection rules" back={{ href: '/findings', label: 'Findings' }} lead={`${total.on} of ${total.all} rules watch every event that is read. Latchkey's own are on unless somebody switched them off; those of other folders are off until somebody switches them on.`} />
      <FilterBar action={baseHref} label="Filter the rules">
        <FilterSearch name="q" label="Search" value={filters.q} placeholder="Title, author, technique…" />
        <FilterSelect name="state" label="State" value={filters.state} options={[{ value: 'on', label: 'On' }, { value: 'off', label: 'Off' }]} />
        <FilterSelect name="origin" label="From" value={filters.origin} options={[{ value: 'own', label: 'Latchkey' }, { value: 'foreign', label: 'Other folders' }]} />
      </FilterBar>
      {rules.length === 0 ? (
        <EmptyState icon={ListChecks} title="No rule fits" action={{ href: baseHref, label: 'Show all rules' }}>Widen the filters to see more.</EmptyState>
      ) : (
        <Table label="Detection rules">
          <thead>
            <tr>
              <Th>Rule</Th>
              <Th>Severity</Th>
              <Th className="max-md:hidden">Author</Th>
              <Th className="max-lg:hidden">ATT&amp;CK</Th>
              <Th align="right" className="max-md:hidden">Findings, 30 days</Th>
              <Th>State</Th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <Tr key={rule.id}>
                <Td><AppLink href={rule.href} className="font-medium hover:underline hover:underline-offset-2">{rule.title}</AppLink></Td>
                <Td><SeverityBadge severity={rule.level} /></Td>
                <Td className="max-w-56 truncate text-ink-2 max-md:hidden" data-tip={rule.author ?? undefined}>{rule.author ?? 'unknown'}</Td>
                <Td className="text-xs text-ink-2 max-lg:hidden">{rule.techniques.slice(0, 2).join(', ')}</Td>
                <Td align="right" className={`tabular max-md:hidden ${rule.findings === 0 ? 'text-ink-3' : ''}`}>{rule.findings}</Td>
                <Td><RuleState enabled={rule.enabled} /></Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      {refusals.length > 0 && (
        <Section id="refused" title="Not usable" count={refusals.length} className="mt-8">
          <Card className="divide-y divide-line">
            {refusals.map(({ rule, path, problem }) => (
              <div key={`${path} ${rule} ${problem}`} className="px-4 py-2 text-sm">
                <p className="font-medium">{rule}</p>
                <p className="text-ink-2 [overflow-wrap:anywhere]">{problem}</p>
                <p className="font-mono text-xs text-ink-3 [overflow-wrap:anywhere]">{path}</p>
              </div>
            ))}
          </Card>
        </Section>
      )}
    </>
  )
}

export const RuleState = ({ enabled }: { enabled: boolean }): ReactNode => <Badge tone={enabled ? 'green' : 'grey'}>{enabled ? 'On' : 'Off'}</Badge>
