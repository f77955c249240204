import { BellOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { EmptyState, PageHeader, Section } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { SuppressionRow, SuppressionsPageProps } from './findings-models.ts'

export function SuppressionsPage({ now, inForce, over, endAction }: SuppressionsPageProps): ReactNode {
  return (
    <>
      <PageHeader title="Suppressions" back={{ href: '/findings', label: 'Findings' }} lead="What is expected for a while: still found and kept, but not open, and told to nobody. Each one ends by itself." />
      {inForce.length + over.length === 0 ? (
        <EmptyState icon={BellOff} title="Nothing is suppressed" action={{ href: '/findings', label: 'See the findings' }}>Where a finding is part of the work, suppress it for some days from the finding itself.</EmptyState>
      ) : (
        <>
          <Section id="in-force" title="In force" count={inForce.length}>
            {inForce.length > 0 ? <Rows label="Suppressions in force" rows={inForce} now={now} endAction={endAction} /> : <p className="text-sm text-ink-2">None. Every finding is told.</p>}
          </Section>
          {over.length > 0 && <Section id="over" title="Over"><Rows label="Suppressions that are over" rows={over} now={now} endAction={null} /></Section>}
        </>
      )}
    </>
  )
}

function Rows({ label, rows, now, endAction }: { label: string; rows: SuppressionRow[]; now: string; endAction: SuppressionsPageProps['endAction'] }): ReactNode {
  return (
    <Table label={label}>
      <thead>
        <tr>
          <Th>Rule</Th>
          <Th>Why</Th>
          <Th className="max-sm:hidden">Ends</Th>
          {endAction && <Th><span className="sr-only">Actions</span></Th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Tr key={row.id}>
            <Td className="align-top">
              <span className="block font-medium">{row.rule}</span>
              <span className="block text-xs text-ink-2">{row.covers}</span>
              {row.hidden > 0 && <span className="block text-xs text-ink-3">{row.hidden} hidden</span>}
            </Td>
            <Td className="max-w-96 align-top">
              <span className="block [overflow-wrap:anywhere]">{row.reason}</span>
              <span className="block text-xs text-ink-3">{row.by}, <RelativeTime at={row.createdAt} now={now} /></span>
              <span className="block text-xs text-ink-3 sm:hidden"><Until row={row} now={now} /></span>
            </Td>
            <Td className="align-top whitespace-nowrap text-ink-2 max-sm:hidden"><Until row={row} now={now} /></Td>
            {endAction && <Td className="text-right align-top"><ActionButton label="End" name={`End the suppression of ${row.rule}, ${row.covers}`} action={endAction} fields={{ suppressionId: row.id }} /></Td>}
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}

function Until({ row, now }: { row: SuppressionRow; now: string }): ReactNode {
  return row.ended ?? <RelativeTime at={row.expiresAt} now={now} />
}
