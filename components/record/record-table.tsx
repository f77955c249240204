import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { ChainBadge } from './chain-badge.tsx'
import type { RecordRow } from './record-models.ts'

export function RecordTable({ rows, selectedId, now }: { rows: RecordRow[]; selectedId: string | null; now: string }): ReactNode {
  return (
    <Table label="Log entries">
      <thead>
        <tr>
          <Th align="right" className="max-md:hidden">
            No.
          </Th>
          <Th>When</Th>
          <Th className="max-sm:hidden">Who</Th>
          <Th className="lg:min-w-88">What happened</Th>
          <Th className="max-lg:hidden">Kind</Th>
          <Th className="max-md:hidden">Chain</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Tr key={row.id} className={row.id === selectedId ? 'bg-accent-soft' : undefined}>
            <Td align="right" className="tabular w-16 text-xs text-ink-3 max-md:hidden">
              {row.sequence ?? '–'}
            </Td>
            <Td className="w-28 text-ink-2">
              <RelativeTime at={row.at} now={now} />
            </Td>
            <Td className="w-36 whitespace-nowrap max-sm:hidden">{row.person ?? <span className="text-ink-3">Latchkey</span>}</Td>
            <Td>
              <AppLink href={row.href} scroll={false} aria-current={row.id === selectedId ? 'true' : undefined} className="hover:underline hover:underline-offset-2">
                {row.sentence}
              </AppLink>
            </Td>
            <Td className="max-lg:hidden">
              <code className="font-mono text-xs text-ink-2">{row.kind}</code>
            </Td>
            <Td className="max-md:hidden">
              <ChainBadge state={row.chain} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}
