import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { ReportCell, ReportColumnModel, ReportPageProps } from './report-models.ts'

/** The rows, as they are in the files, short where they are long. */
export function ReportTable({ columns, rows, now, question }: Pick<ReportPageProps, 'columns' | 'rows' | 'now' | 'question'>): ReactNode {
  return (
    <Table label={question.title} wide>
      <thead>
        <tr>
          {columns.map(({ key, label, kind }) => (
            <Th key={key} align={kind === 'number' ? 'right' : 'left'}>
              {label}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Tr key={row.id}>
            {row.cells.map((cell, index) => (
              <Cell key={columns[index]?.key} cell={cell} column={columns[index] as ReportColumnModel} now={now} />
            ))}
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}

/** Names and titles stay on one line; what people wrote gets two. */
const shortText = 36

function Cell({ cell: { value, href }, column: { kind }, now }: { cell: ReportCell; column: ReportColumnModel; now: string }): ReactNode {
  if (value === null || value === '') return <Td className="text-ink-3">–</Td>
  if (kind === 'time') return <Td className="whitespace-nowrap text-ink-2"><ClockTime at={String(value)} now={now} /></Td>
  const text = kind === 'number' ? Number(value).toLocaleString('en') : String(value)
  const shown = kind === 'code' ? <code className="font-mono text-xs">{text}</code> : text
  return (
    <Td align={kind === 'number' ? 'right' : 'left'} className={kind === 'number' ? 'tabular' : kind === 'code' ? 'whitespace-nowrap' : text.length <= shortText ? 'whitespace-nowrap' : 'min-w-64 max-w-96'}>
      {/* The whole text is in the files; a cell shows as much as two lines hold. */}
      <span className="line-clamp-2 break-words" dir="auto" title={text.length > 90 ? text : undefined}>
        {href ? (
          <AppLink href={href} className="hover:underline hover:underline-offset-2">
            {shown}
          </AppLink>
        ) : (
          shown
        )}
      </span>
    </Td>
  )
}
